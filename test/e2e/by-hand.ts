/** Pages that a person follows on a host by hand. */

/** What such a page says to type, with its example's names replaced by these. */
export function typedOf(page: string, names: Readonly<Record<string, string>>): string {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block).join('\n');
  return Object.entries(names).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name}=("[^"]*"|\\S+)`, 'm');
    if (!line.test(text)) throw new Error(`the page does not set ${name}`);
    return text.replace(line, `${name}=${value}`);
  }, blocks);
}
