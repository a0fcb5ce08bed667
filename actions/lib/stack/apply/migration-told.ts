/** What the host tells of a migration while it runs: who waits for whom in its databases, and how it ended. */
import type { Runbook } from '../../config/runbook';
import { quote } from '../../host/quote';
import type { StepEvent } from '../../steps/step';
import { connection } from '../psql';

/** A session that has what the migration waits for; members of one JSON row of who-waits.sh. */
export interface Blocker {
  /** 0 for a prepared transaction, which has no session. */
  readonly pid: number;
  /** It is one of the migration's own. */
  readonly own: boolean;
  readonly user: string | null;
  readonly app: string | null;
  readonly from: string | null;
  /** As `pg_stat_activity` has it, e.g. `idle in transaction`. */
  readonly state: string | null;
  readonly waits: boolean | null;
  /** UTC, `HH:MM:SS`: when its transaction began. */
  readonly begun: string | null;
  /** Since then, and since it last began or ended a statement. */
  readonly seconds: number | null;
  readonly silent: number | null;
}

interface Wait {
  readonly pid: number;
  readonly lock: string | null;
  /** Sessions that wait behind the migration. */
  readonly behind: number;
  readonly by: readonly Blocker[] | null;
}

/** Seconds without a statement after which a client may well be gone. */
const SILENT = 60;

export class MigrationTold {
  /** Exit status, `timeout`, `blocked`… as the host told; `null`: it told none. */
  code: string | null = null;
  /** The last wait that was seen, in words; `null`: none was. */
  waited: string | null = null;
  /** The most sessions that were seen to wait behind the migration at once. */
  behind = 0;
  /** Sessions with an advisory lock when it had failed, in words. */
  readonly holders: string[] = [];
  /** The part of the step that came last. */
  operation = '';
  /** Sessions of the ended migration that still were at work, and were ended. */
  sessionsEnded = 0;

  /** @returns what to say of it, and a key that tells news from the same again */
  hear({ name, fields }: StepEvent): { readonly text: string; readonly key: string } | null {
    if (name === 'operation') this.operation = fields.name ?? '';
    if (name === 'waits') {
      const wait = read<Wait>(fields.row);
      if (wait === null) return null;
      this.behind = Math.max(this.behind, wait.behind);
      this.waited = sayWait(wait);
      const key = `${(wait.by ?? []).map(({ pid }) => pid).join()} ${wait.lock} ${wait.behind > 0}`;
      return { text: `the migration ${this.waited}`, key };
    }
    if (name === 'holder') {
      const holder = read<Blocker>(fields.row);
      if (holder !== null) this.holders.push(sayBlocker(holder));
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

function read<T>(row: string | undefined): T | null {
  try {
    return JSON.parse(row ?? '') as T;
  } catch {
    return null;
  }
}

/** A clause that begins with its verb. */
function sayWait({ lock, behind, by }: Wait): string {
  const who = (by ?? []).map(sayBlocker).join('; ') || 'a session that is gone by now';
  const others = behind === 0 ? '' : `; ${behind} ${behind === 1 ? 'session waits' : 'sessions wait'} behind it`;
  return `waits for ${lock ?? 'a lock'}, which is held by or wanted before it by ${who}${others}`;
}

/** Without the text of any statement: it may hold values. */
export function sayBlocker({ pid, own, user, app, from, state, waits, begun, seconds, silent }: Blocker): string {
  if (pid === 0) return 'a prepared transaction (see pg_prepared_xacts)';
  if (own) return `pid ${pid}, another session of the migration itself`;
  const name = app === null || app === '' ? 'no application name' : app;
  const place = from === null ? 'from the server itself' : `from ${from}`;
  const since = begun === null ? '' : `, since ${begun} UTC (${seconds} s)`;
  const waiting = waits === true ? ', which waits itself' : '';
  const idle = state?.startsWith('idle') === true && (silent ?? 0) >= SILENT;
  const gone = idle ? '; its client may be gone (tcp_keepalives_idle of the server says when it finds out)' : '';
  return `pid ${pid} (${name}, user ${user ?? 'unknown'}, ${place}, ${state ?? 'state unknown'}${since}${waiting}${gone})`;
}

/** `each_database COMMAND…` of who-waits.sh. */
export function eachDatabase({ migration, backup }: Runbook): string {
  const calls = (migration.databases ?? backup.databases).map(
    ({ service, user, database }) =>
      `  if "$@" ${quote(service)} ${quote(user)} ${quote(connection(database))}; then each_found=0; fi`,
  );
  return ['each_database() {', '  local each_found=1', ...calls, '  return "$each_found"', '}'].join('\n');
}
