/** Lets Mermaid itself judge the diagrams of a job summary. */
// @ts-expect-error: it brings no types, and one class needs none.
import { JSDOM } from 'jsdom';

let loaded: Promise<typeof import('mermaid').default> | null = null;

/** Throws what Mermaid would show instead of the diagram. The library is loaded once, when first needed. */
export async function parseMermaid(text: string): Promise<void> {
  loaded ??= load();
  await (await loaded).parse(text);
}

/** The contents of all fenced Mermaid blocks. */
export function mermaidBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^(`{3,})mermaid\n([\s\S]*?)\n\1$/gm)].map(([, , text = '']) => text);
}

async function load(): Promise<typeof import('mermaid').default> {
  const { window } = new JSDOM('');
  Object.assign(globalThis, { window, document: window.document });
  return (await import('mermaid')).default;
}
