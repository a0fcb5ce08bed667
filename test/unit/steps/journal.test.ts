import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJournal, readReplacements, readUnfinished } from '../../../actions/lib/steps/journal';
import { newRoot, start, take } from './stack-folder';

const entries = (root: string) => parseJournal(readFileSync(join(root, 'journal.jsonl'), 'utf8').split('\n'));

function line(event: 'begin' | 'end', procedure: string, run: string, release: string | null): string {
  return JSON.stringify({ at: '', procedure, step: 'apply', run, release, event });
}

describe('the journal', () => {
  it('has begin and end of every step', async () => {
    const root = newRoot();
    await (await start(root, 'exit 4')).result;
    const step = {
      procedure: 'deploy',
      step: 'apply',
      run: 'https://ci.example/runs/1',
      actor: 'octocat',
      release: '7-abc',
    };
    expect(entries(root)).toEqual([
      { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/), ...step, event: 'begin' },
      { at: expect.any(String), ...step, event: 'end', code: 4, outcome: 'reversed', seconds: expect.any(Number) },
    ]);
  });

  it('loses nothing but a line that a crash tore', async () => {
    const root = newRoot();
    const token = take(root);
    await (await start(root, ':', { token, id: 'one' })).result;
    appendFileSync(join(root, 'journal.jsonl'), '{"at":"2026-01-01T00:00');
    await (await start(root, ':', { token, id: 'two' })).result;
    expect(entries(root).map((entry) => `${entry.step} ${entry.event}`)).toEqual([
      'one begin',
      'one end',
      'two begin',
      'two end',
    ]);
  });

  it('is put aside at one megabyte', async () => {
    const root = newRoot();
    const token = take(root);
    writeFileSync(join(root, 'journal.jsonl'), `${'x'.repeat(1_000_000)}\n`);
    await (await start(root, ':', { token })).result;
    expect(entries(root)).toHaveLength(2);
    expect(existsSync(join(root, 'journal.1.jsonl'))).toBe(true);
  });
});

describe('the unfinished step', () => {
  it.each([
    ['nothing', [], null],
    ['a step that ended', [line('begin', 'deploy', 'r1', 'a'), line('end', 'deploy', 'r1', 'a')], null],
    ['a step that did not', [line('begin', 'deploy', 'r1', 'a')], 'r1'],
    ['what is no entry', ['null', '7', '"begin"', '{"a', ''], null],
    [
      'a deploy, with a backup since',
      [line('begin', 'deploy', 'r1', 'a'), line('begin', 'backup', 'r2', null), line('end', 'backup', 'r2', null)],
      'r1',
    ],
    ['a restore, which is no way to a release', [line('begin', 'restore', 'r1', null)], null],
    [
      'a deploy, with a restore since that did not end',
      [line('begin', 'deploy', 'r1', 'a'), line('begin', 'restore', 'r2', null)],
      'r1',
    ],
    [
      'a deploy that left something to put right',
      [
        line('begin', 'deploy', 'r1', 'a'),
        line('end', 'deploy', 'r1', 'a').replace('"end"', '"end","outcome":"failed"'),
      ],
      'r1',
    ],
    [
      'a deploy, with a rollback since',
      [line('begin', 'deploy', 'r1', 'a'), line('begin', 'rollback', 'r2', 'b'), line('end', 'rollback', 'r2', 'b')],
      null,
    ],
  ])('of %s', (_name, lines, run) => {
    expect(readUnfinished(lines)?.run ?? null).toBe(run);
  });
});

describe('the last replacement', () => {
  const entry = (run: string, more: object): string =>
    JSON.stringify({ at: '2026-02-03T04:05:06Z', procedure: 'deploy', step: 'apply', run, release: 'a', ...more });
  /** The lines of one step whose operations took so many seconds each. */
  const step = (run: string, code: number, operations: readonly (readonly [string, number])[]): string[] => [
    entry(run, { event: 'begin' }),
    ...operations.flatMap(([operation, seconds]) => [
      entry(run, { event: 'begin', operation }),
      entry(run, { event: 'end', operation, seconds }),
    ]),
    entry(run, { event: 'end', code, seconds: 100 }),
  ];
  const replaced = step('r1', 0, [
    ['deliver', 20],
    ['replace db', 4.2],
    ['replace queue', 2],
    ['gate replaced', 5.1],
    ['commit', 0.1],
  ]);
  const both = { db: { at: '2026-02-03T04:05:06Z', seconds: 11 }, queue: { at: '2026-02-03T04:05:06Z', seconds: 7 } };

  it.each([
    ['nothing', [], {}],
    ['two services, until both were healthy', replaced, both],
    [
      'one that was replaced again',
      [
        ...replaced,
        ...step('r2', 0, [
          ['replace db', 30],
          ['gate replaced', 3],
          ['finish', 0],
        ]),
      ],
      { ...both, db: { ...both.db, seconds: 33 } },
    ],
    [
      'one whose gate ended the step',
      [
        ...replaced,
        ...step('r2', 1, [
          ['replace db', 30],
          ['gate replaced', 60],
        ]),
      ],
      both,
    ],
    ['one that could not be started', [...replaced, ...step('r2', 1, [['replace db', 30]])], both],
    [
      'one that was cut off',
      [
        ...replaced,
        ...step('r2', 0, [['replace db', 30]]).slice(0, 2),
        ...step('r3', 0, [
          ['gate x', 1],
          ['finish', 0],
        ]),
      ],
      both,
    ],
  ])('of %s', (_name, lines, expected) => {
    expect(readReplacements(lines)).toEqual(expected);
  });
});
