import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJournal, readDurations, readReplacements, readUnfinished } from '../../../actions/lib/steps/journal';
import { newRoot, processOf, removesFolders, start, take, until } from './stack-folder';

removesFolders();

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
    expect(readUnfinished(lines, null)?.run ?? null).toBe(run);
  });

  const record = line('begin', 'deploy', 'r1', 'a');
  const ended = line('end', 'deploy', 'r1', 'a');
  it.each([
    ['whose beginning was pushed out of the journal', [line('begin', 'backup', 'r2', null)], 'r1'],
    [
      'whose beginning the journal never had',
      [line('begin', 'deploy', 'r0', 'a'), line('end', 'deploy', 'r0', 'a')],
      'r1',
    ],
    [
      'that the journal knows too',
      [line('begin', 'deploy', 'r0', 'a'), record, line('begin', 'backup', 'r2', null)],
      'r1',
    ],
    ['that ended, and was killed before its record went', [record, ended], null],
    ['that left something to put right', [record, ended.replace('"end"', '"end","outcome":"failed"')], 'r1'],
    [
      'that an earlier version put right',
      [record, line('begin', 'rollback', 'r2', 'b'), line('end', 'rollback', 'r2', 'b')],
      null,
    ],
  ])('has a record: one %s', (_name, lines, run) => {
    expect(readUnfinished(lines, record)?.run ?? null).toBe(run);
  });

  it('is one also where its record cannot be read', () => {
    for (const damaged of ['', '{"at":"2026', 'null']) expect(readUnfinished([record, ended], damaged)).not.toBe(null);
  });

  it('has its record while it runs and when it was killed, and none when it has done all or put all back', async () => {
    const root = newRoot();
    const token = take(root);
    const file = join(root, 'unfinished');
    const record = () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { step: string }).step : null);
    const step = (id: string, script: string) => start(root, script, { token, id });
    for (const script of ['cat "$RB_ROOT/unfinished"', 'cat "$RB_ROOT/unfinished"; exit 4']) {
      const ended = await step(`a${script.length}`, script);
      await ended.result;
      expect(JSON.parse(ended.lines[0] ?? '')).toMatchObject({ procedure: 'deploy', release: '7-abc', event: 'begin' });
      expect(record()).toBe(null);
    }
    const killed = await step('killed', 'say ready; while :; do sleep 0.1; done');
    await until(() => killed.lines.includes('ready'));
    process.kill(-processOf(killed), 'SIGKILL');
    await killed.result;
    expect(record()).toBe('killed');
    await (await start(root, 'exit 4', { token, id: 'backup', release: null })).result;
    expect(record()).toBe('killed');
    await (await step('torn', "undo_push 'exit 1'; exit 4")).result;
    expect(record()).toBe('torn');
    await (await step('recover', ':')).result;
    expect(record()).toBe(null);
  });

  it('keeps its record until all is done, where it began from what another left', async () => {
    const root = newRoot();
    const token = take(root);
    const unfinished = () => {
      const file = join(root, 'unfinished');
      const record = existsSync(file) ? readFileSync(file, 'utf8') : null;
      return readUnfinished(readFileSync(join(root, 'journal.jsonl'), 'utf8').split('\n'), record);
    };
    const step = async (id: string, script: string) => (await start(root, script, { token, id })).result;
    await step('recover', 'RB_LEFT=1');
    expect(unfinished()).toMatchObject({ procedure: 'deploy' });
    // All that it did is put back: what was there before is there again.
    await step('apply', 'RB_LEFT=1; undo_push :; exit 4');
    expect(unfinished()).not.toBe(null);
    await step('back', 'RB_LEFT=1; exit 4');
    expect(unfinished()).not.toBe(null);
    await step('again', 'RB_LEFT=1; RB_LEFT=');
    expect(unfinished()).toBe(null);
    expect(existsSync(join(root, 'unfinished'))).toBe(false);
  });

  it('does not begin where it cannot be noted, and the record of the one before stays', async () => {
    const root = newRoot();
    const token = take(root);
    mkdirSync(join(root, 'unfinished.part'));
    writeFileSync(join(root, 'unfinished'), record);
    const step = await start(root, 'say begun', { token });
    expect(await step.result).toEqual({ outcome: 'exited', code: 73 });
    expect(step.events).toEqual([{ name: 'failed', fields: { kind: 'unmarked' } }]);
    expect(step.lines).not.toContain('begun');
    expect(readFileSync(join(root, 'unfinished'), 'utf8')).toBe(record);
    expect(existsSync(join(root, 'journal.jsonl'))).toBe(false);
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

describe('how long operations took', () => {
  const of = (run: string, more: object): string =>
    JSON.stringify({ at: '', procedure: 'deploy', step: 'apply', release: '2-v2', run, ...more });
  const whole = (run: string, seconds: number, code = 0): string[] => [
    of(run, { event: 'begin' }),
    of(run, { event: 'begin', operation: 'watch api' }),
    of(run, { event: 'end', operation: 'watch api', seconds }),
    of(run, { event: 'end', code, seconds: seconds + 1 }),
  ];

  it('is told by the last runs that ended well, and by nothing else', () => {
    expect(readDurations([])).toEqual({});
    expect(readDurations([...whole('a', 5), ...whole('b', 60, 1), ...whole('c', 7)])).toEqual({ 'watch api': [5, 7] });
    // Killed, and put right by another run.
    expect(readDurations([...whole('a', 5).slice(0, 3), ...whole('b', 6)])).toEqual({ 'watch api': [6] });
    const others = whole('a', 5).map((line) => line.replace('"apply"', '"recover"'));
    const none = whole('a', 5).map((line) => line.replace('"2-v2"', 'null'));
    expect(readDurations([...others, ...none, '{"torn'])).toEqual({});
    const many = [1, 2, 3, 4, 5, 6, 7].flatMap((seconds) => whole(`run ${seconds}`, seconds));
    expect(readDurations(many)).toEqual({ 'watch api': [3, 4, 5, 6, 7] });
  });
});
