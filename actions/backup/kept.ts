/** Data that restores put aside and that were not removed: no run removes them, and they take room on the disk. */
import type { Kept, Seen } from '../lib/data/kind';
import { BESIDE } from '../lib/data/kinds';
import type { Scene } from './scene';

/** Names them in log and summary, with the command that removes them. */
export function tellKept({ request, recorder, notes }: Scene, seen: Seen): void {
  const { stack, backup } = request.runbook;
  const kept = BESIDE.flatMap((one) => one.kept(backup, seen, stack));
  for (const text of sayKept(kept)) {
    recorder.info(text);
    notes.push(text);
  }
}

function sayKept(kept: readonly Kept[]): string[] {
  return kept.map(
    ({ title, bytes, removal }) =>
      `Kept since a restore, in no backup: ${title} (${Math.ceil(bytes / 2 ** 20)} MiB). It stays until you remove it: ${removal}`,
  );
}
