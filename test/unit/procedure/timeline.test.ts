import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Recorder } from '../../../actions/lib/procedure/record';
import type { TimelineEntry } from '../../../actions/lib/procedure/report';
import { expectedTimeline, gantt, timeLine } from '../../../actions/lib/procedure/timeline';
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

test('a step that tells its parts has a bar for each, with the marks that came in them', async () => {
  const parts = [
    { name: 'Health gate', begin: 10_000, end: 14_000 },
    { name: 'Cut over', begin: 14_000, end: 14_010 },
    { name: 'Watch traffic', begin: 14_010, end: 30_000 },
    { name: 'Health gate', begin: 30_000, end: 41_000 },
  ];
  const timeline: TimelineEntry[] = [
    { step: 'Plan', begin: 9000, end: 10_000, status: 'done', marks: [] },
    ...[
      {
        step: 'Apply',
        begin: 10_000,
        end: 41_000,
        status: 'failed' as const,
        parts,
        marks: [{ at: 14_005, text: 'x' }],
      },
    ],
  ];
  const text = gantt(timeline);
  await parseMermaid(text);
  expect(text.match(/(?<=section ).*/g)).toEqual(['Plan', 'Health gate', 'Watch traffic', 'Health gate 2']);
  expect(text).toMatch(/4\.0 s :done, s1, 1000, 5000\n {2}→ x :milestone/);
  expect(text).toContain('11.0 s :crit, s3, 21000, 32000');
  expect(timeLine(timeline)).toBe(
    'Plan 1.0 s · Apply 31.0 s (Health gate 4.0 s, Watch traffic 16.0 s, Health gate 11.0 s)',
  );
});

test('what is expected is drawn as if it began now, with a tick for each of few seconds', async () => {
  const timeline = expectedTimeline([
    { name: 'Pull', seconds: 2.5 },
    { name: 'Watch', seconds: 5 },
  ]);
  const text = gantt(timeline);
  await parseMermaid(text);
  expect(text).toContain('5.0 s :s1, 2500, 7500');
  expect(text).toContain('tickInterval 1second');
  expect(gantt([...timeline, ...expectedTimeline([{ name: 'Long', seconds: 60 }])])).not.toContain('tickInterval');
});

test('the parts of a step are what its operations come to', () => {
  vi.useFakeTimers({ now: 1000 });
  const silent = {
    step() {},
    info() {},
    remote() {},
    warning() {},
    secret() {},
    keep() {},
    masked: (text: string) => text,
  };
  const recorder = new Recorder(silent);
  const pass = (milliseconds: number): void => {
    vi.advanceTimersByTime(milliseconds);
  };
  recorder.part('before any step');
  recorder.step('Plan');
  recorder.step('Apply');
  pass(200);
  recorder.part('deliver');
  pass(1000);
  recorder.part('start-beside api');
  pass(100);
  recorder.part('start-beside web');
  pass(300);
  const [plan, apply] = recorder.finish('done');
  vi.useRealTimers();
  expect(plan?.parts).toBeUndefined();
  expect(apply?.parts?.map(({ name, begin, end }) => [name, begin, end])).toEqual([
    ['Prepare', 1000, 1200],
    ['Pull images', 1200, 2200],
    ['Start api, web', 2200, 2600],
  ]);
});
