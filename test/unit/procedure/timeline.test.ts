import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineEntry } from '../../../actions/lib/procedure/report';
import { gantt } from '../../../actions/lib/procedure/timeline';
import { mermaidBlocks, parseMermaid } from '../../mermaid';

const words = fc.constantFrom(
  'section',
  'title',
  'click',
  'end',
  'done',
  'crit',
  'excludes',
  'includes',
  'vert',
  'gantt',
  'accTitle',
  'accDescr',
  'dateFormat',
  'axisFormat',
  'todayMarker off',
  'weekday monday',
  'weekend friday',
  'tickInterval 1day',
  'topAxis',
  'inclusiveEndDates',
  ':',
  ';',
  '#',
  '%%',
  '\n',
  '\r\n',
  '"',
  ',',
  '日本',
  'é',
  '🚀',
  '```',
  '---',
  '{',
  '}',
  '<b>',
  'href x',
  '：',
);
const title = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(words, fc.string()), { maxLength: 5 }).map((all) => all.join(' ')),
  words,
);
const entry: fc.Arbitrary<TimelineEntry> = fc
  .record({
    step: title,
    begin: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_600_000 }),
    length: fc.integer({ min: 0, max: 600_000 }),
    status: fc.constantFrom('done' as const, 'failed' as const, 'reversed' as const),
    mark: fc.array(title, { maxLength: 2 }),
  })
  .map(({ step, begin, length, status, mark }) => ({
    step,
    begin,
    end: begin + length,
    status,
    marks: mark.map((text) => ({ at: begin, text })),
  }));

test('Mermaid takes every timeline, whatever steps and marks are called', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 4 }), async (timeline) => {
      await parseMermaid(gantt(timeline.toSorted((a, b) => a.begin - b.begin)));
    }),
    { numRuns: 200, seed: 7 },
  );
});

test('Mermaid refuses what is no diagram: the check can fail', async () => {
  await expect(parseMermaid('gantt\n  nonsense')).rejects.toThrow();
  expect(mermaidBlocks('a\n```mermaid\ngantt\n```\n````mermaid\nx\n````')).toEqual(['gantt', 'x']);
});

test('a step becomes a bar of its duration, counted from the first', () => {
  const text = gantt([
    { step: 'Pull', begin: 5000, end: 6500, status: 'done', marks: [] },
    { step: 'Gate', begin: 6500, end: 6500, status: 'failed', marks: [{ at: 6500, text: 'cut over' }] },
  ]);
  expect(text).toContain('1.5 s :done, s0, 0, 1500');
  expect(text).toContain('crit, s1, 1500, 1501');
  expect(text).toContain('→ cut over :milestone, s1m0, 1500, 0ms');
});
