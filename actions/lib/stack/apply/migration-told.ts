/** What the host tells of a migration while it runs: which sessions wait for which, and how it ended. */
import type { Runbook } from '../../config/runbook';
import { quote } from '../../host/quote';
import type { StepEvent } from '../../steps/step';
import { connection } from '../psql';
import { type Blocker, readRow, sayBlocker, sayWait, type Wait, waitKey } from '../waits';

const WHOSE = 'the migration';

export class MigrationTold {
  /** Exit status, `timeout`, `blocked`… as the host reported it; `null`: not reported. */
  code: string | null = null;
  /** The last wait that was seen, in words; `null`: none. */
  waited: string | null = null;
  /** The most sessions that were seen to wait behind the migration at once. */
  behind = 0;
  /** Sessions that held an advisory lock when it had failed, in words. */
  readonly holders: string[] = [];
  /** The part of the step that came last. */
  operation = '';
  /** Number of sessions of the ended migration that were still at work, and were ended. */
  sessionsEnded = 0;

  /** Seconds for which it ran without a session that was found in its databases; 0: one was found, or nobody looked. */
  unseen = 0;
  /** Lines of its log that read like an error, although it ended with exit status 0. */
  readonly suspects: string[] = [];

  /** @returns the text to log, and a key that tells news from a repetition */
  hear({ name, fields }: StepEvent): { readonly text: string; readonly key: string } | null {
    if (name === 'operation') this.operation = fields.name ?? '';
    if (name === 'waits') {
      const wait = readRow<Wait>(fields.row);
      if (wait === null) return null;
      this.behind = Math.max(this.behind, wait.behind);
      this.waited = sayWait(wait, WHOSE);
      return { text: `${WHOSE} ${this.waited}`, key: waitKey(wait) };
    }
    if (name === 'unseen') this.unseen = Number(fields.seconds);
    else if (name === 'suspect') this.suspects.push(fields.line ?? '');
    else if (name === 'holder') {
      const holder = readRow<Blocker>(fields.row);
      if (holder !== null) this.holders.push(sayBlocker(holder, WHOSE));
    } else if (name === 'sessions-ended') {
      this.sessionsEnded += Number(fields.count);
      const text = `${fields.count} sessions that the ended migration had left in ${fields.database} were ended`;
      return { text, key: text };
    } else if (name === 'failed' && this.code === null) {
      const ways: Readonly<Record<string, string>> = { 'one-shot-timeout': 'timeout', 'migration-blocked': 'blocked' };
      this.code = fields.code ?? ways[fields.kind ?? ''] ?? null;
    }
    return null;
  }
}

/** `each_database COMMAND…` of who-waits.sh. */
export function eachDatabase({ migration, backup }: Runbook): string {
  const calls = (migration.databases ?? backup.databases).map(
    ({ service, user, database }) =>
      `  if "$@" ${quote(service)} ${quote(user)} ${quote(connection(database))}; then each_found=0; fi`,
  );
  return ['each_database() {', '  local each_found=1', ...calls, '  return "$each_found"', '}'].join('\n');
}
