/** What steps put back, on this machine, by real shells. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newRoot, processOf, removesFolders, start, until } from './stack-folder';

removesFolders();

describe('what a step undoes', () => {
  const pushes = `undo_push 'say first'; undo_push 'exit 9'; undo_push ': >/nowhere/x'; undo_push 'say "last"'`;

  it('is undone in reverse order, whatever one of it does', async () => {
    const step = await start(newRoot(), `${pushes}; exit 2`);
    expect(await step.result).toEqual({ outcome: 'exited', code: 2 });
    expect(step.lines.filter((line) => !line.includes('/nowhere'))).toEqual(['last', 'first']);
    expect(step.events.filter((event) => event.name === 'undo-failed').map((event) => event.fields.command)).toEqual([
      ': >/nowhere/x',
      'exit 9',
    ]);
  });

  it('has room, and lines of its own, where a full disk tore the last ones', async () => {
    const step = await start(
      newRoot(),
      `undo_push 'event undone "room=$(ls $RB_STEP/room 2>/dev/null)"'; say "$(wc -c <"$RB_STEP/room")"
       printf '{"torn' >>"$RB_JOURNAL"; printf '#rb torn half'; exit 1`,
    );
    await step.result;
    expect(Number(step.lines[0])).toBeGreaterThan(500_000);
    expect(step.events.at(-1)).toEqual({ name: 'undone', fields: { room: '' } });
    const journal = readFileSync(join(step.folder, '../../journal.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(journal.at(-1) ?? '')).toMatchObject({ event: 'end', outcome: 'reversed' });
  });

  it('stays when it was committed, or the step ended well', async () => {
    const committed = await start(newRoot(), `${pushes}; committed; exit 2`);
    expect(await committed.result).toEqual({ outcome: 'exited', code: 2 });
    const well = await start(newRoot(), pushes);
    expect(await well.result).toEqual({ outcome: 'exited', code: 0 });
    expect([...committed.lines, ...well.lines]).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('is undone once after %s, and not disturbed by the next', async (signal) => {
    const script = `undo_push 'say first'; undo_push 'say last; sleep 0.5'; say ready; while :; do sleep 0.1; done`;
    const step = await start(newRoot(), script);
    await until(() => step.lines.includes('ready'));
    process.kill(processOf(step), signal);
    await until(() => step.lines.includes('last'));
    process.kill(processOf(step), 'SIGTERM');
    expect(await step.result).toEqual({ outcome: 'exited', code: signal === 'SIGTERM' ? 143 : 129 });
    expect(step.lines).toEqual(['ready', 'last', 'first']);
  });
});
