/** Sections in the output of scripts that read several things in one round trip. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The function `section NAME`, for such a script. */
export function sectionsScript(): string {
  return readFileSync(join(__dirname, 'sections.sh'), 'utf8');
}

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
