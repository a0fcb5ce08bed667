/** Output of scripts that read several things in one round trip. */

/** Splits the output of a reading script at its `#rb-section` lines. */
export function sectionsOf(output: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of output.split('\n')) {
    const name = /^#rb-section (\S+)$/.exec(line)?.[1];
    if (name === undefined) {
      if (line !== '') lines.push(line);
      continue;
    }
    lines = [];
    sections.set(name, lines);
  }
  return sections;
}
