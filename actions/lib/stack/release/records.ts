/**
 * Reads what `.runbook` says of its releases. A record that cannot be read is named, and never counts as none. Pure.
 */
import { UserError } from '../../errors';
import { VERSION } from '../../version';
import type { Release } from '../model';
import type { Unreadable } from '../unreadable';
import { whyUnreadable } from './store';

interface Records {
  readonly current: Release | null;
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly folders: readonly string[];
  /** IDs of releases that were current once. */
  readonly committed: readonly string[];
  readonly unreadable: readonly Unreadable[];
}

/** @param lines `NAME committed|- JSON`, one for each folder @param pointer content of `current` */
export function readRecords(lines: readonly string[], pointer: string): Records {
  const releases: Release[] = [];
  const unreadable: Unreadable[] = [];
  const folders: string[] = [];
  const committed: string[] = [];
  for (const line of lines) {
    const [, id = '', mark = '', json = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
    if (id === '') continue;
    folders.push(id);
    if (mark === 'committed' || id === pointer) committed.push(id);
    const read = whyUnreadable(json);
    if ('release' in read) releases.push(read.release);
    // A release that was never current may be incomplete; it is cleared away.
    else if (committed.includes(id)) unreadable.push({ id, ...read });
  }
  if (pointer !== '' && !folders.includes(pointer))
    unreadable.push({ id: pointer, why: 'it is gone', writer: 'somebody' });
  releases.sort((a, b) => Number.parseInt(a.id, 10) - Number.parseInt(b.id, 10));
  const current = releases.find((release) => release.id === pointer) ?? null;
  return { current, releases, folders, committed, unreadable };
}

/**
 * A stack whose current release cannot be read must not be taken for a stack without releases.
 *
 * @param isUnfinished the first release may have been interrupted at its commit
 * @throws {UserError} RB-RECORD-UNREADABLE
 */
export function requireReadable(
  { current, committed, unreadable }: Pick<Records, 'current' | 'committed' | 'unreadable'>,
  pointer: string,
  isUnfinished: boolean,
): void {
  const found = unreadable.find(({ id }) => id === pointer);
  if (found !== undefined) throw unreadableError(found);
  if (current !== null || committed.length === 0 || (isUnfinished && committed.length === 1)) return;
  throw new UserError('RB-RECORD-UNREADABLE', {
    what: `the host has releases (${committed.join(', ')}), and no record says which of them is current`,
    why: 'the file .runbook/current is gone or empty',
    remedy: 'write the name of the running release into that file; the label runbook.release in `docker ps` shows it',
  });
}

export function unreadableError({ id, why, writer }: Unreadable): UserError {
  return new UserError('RB-RECORD-UNREADABLE', {
    what: `the record of release ${id} in .runbook/releases cannot be read`,
    why: `${why}; it was written by ${writer}, this is version ${VERSION}`,
    remedy:
      'run the version of the action that wrote it, or a newer one; if the record is damaged, restore it from a copy of .runbook, or move .runbook aside, so that the running containers are adopted again',
  });
}
