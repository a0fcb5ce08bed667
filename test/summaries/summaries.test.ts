/** Every job summary, as somebody sees it: those of each kind, and those that other tests have made before. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mermaidBlocks } from '../mermaid';
import { kinds } from './kinds';
import { Renderer } from './look';

/** Where `keepSummary` puts them. */
const folder = process.env.RUNBOOK_SUMMARIES ?? '';

let renderer: Renderer;
beforeAll(async () => {
  renderer = await Renderer.start();
});
afterAll(() => renderer?.stop());

it.each([...kinds])(
  '%s: all diagrams are drawn, and no label lies over another',
  { tags: ['exhaustive'] },
  async (_, markdown) => {
    expect(await renderer.look(markdown)).toEqual({ diagrams: mermaidBlocks(markdown).length, faults: [] });
  },
);

it('a label over another, over a bar or beyond the edge is seen: the check can fail', {
  tags: ['exhaustive'],
}, async () => {
  const chart = (...lines: string[]) => `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`\n`;
  const named = chart(
    'gantt',
    '  dateFormat x',
    '  section A name that is far too long for its margin',
    '  a :0, 1000',
  );
  expect((await renderer.look(named)).faults).toContainEqual(expect.stringMatching(/lies? over/));
  const [label] = ['"a label as long as a bar"'];
  const bars = chart(
    'xychart-beta',
    `  x-axis [${Array(40).fill(label).join(', ')}]`,
    `  bar [${Array(40).fill(1).join(', ')}]`,
  );
  expect((await renderer.look(bars)).faults.length).toBeGreaterThan(0);
  expect((await renderer.look(chart('gantt', '  nonsense'))).faults).toContainEqual(
    expect.stringContaining('Mermaid refuses'),
  );
});

it('of each summary that another test has made, no label lies over another', {
  tags: ['exhaustive'],
  timeout: 900_000,
}, async () => {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const faults: Record<string, readonly string[]> = {};
  for (const name of names) {
    const look = await renderer.look(readFileSync(join(folder, name), 'utf8'));
    if (look.faults.length > 0) faults[name] = look.faults;
  }
  expect(faults).toEqual({});
  // Where all tests run, these are made before.
  if (folder !== '') expect(names.length).toBeGreaterThan(20);
});
