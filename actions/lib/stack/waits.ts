/** Sessions of PostgreSQL that wait for a lock, and the sessions that hold it. */
/** A session that has what one of ours waits for; members of one JSON row of waits.sh. */
export interface Blocker {
  /** 0 for a prepared transaction, which has no session. */
  readonly pid: number;
  /** It is one of ours, too. */
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

export interface Wait {
  readonly pid: number;
  readonly lock: string | null;
  /** Sessions that wait behind ours. */
  readonly behind: number;
  readonly by: readonly Blocker[] | null;
}

/** Seconds without a statement after which a client may well be gone. */
const SILENT = 60;

/** A row as the host told it; `null`: it is none. */
export function readRow<T extends Wait | Blocker>(row: string | undefined): T | null {
  try {
    return JSON.parse(row ?? '') as T;
  } catch {
    return null;
  }
}

/** Another key means that there is news, and not only that it takes longer. */
export function waitKey({ lock, behind, by }: Wait): string {
  return `${(by ?? []).map(({ pid }) => pid).join()} ${lock} ${behind > 0}`;
}

/** A clause that begins with its verb. @param whose the session that waits, e.g. `the migration` */
export function sayWait({ lock, behind, by }: Wait, whose: string): string {
  const who = (by ?? []).map((one) => sayBlocker(one, whose)).join('; ') || 'a session that is gone now';
  const others = behind === 0 ? '' : `; ${behind} ${behind === 1 ? 'session waits' : 'sessions wait'} behind it`;
  return `waits for ${lock ?? 'a lock'}, which is held by or wanted before it by ${who}${others}`;
}

/** Without the text of any statement: it may hold values. @param whose its own sessions, where it is one of them */
export function sayBlocker(
  { pid, own, user, app, from, state, waits, begun, seconds, silent }: Blocker,
  whose: string,
): string {
  if (pid === 0) return 'a prepared transaction (see pg_prepared_xacts)';
  if (own) return `pid ${pid}, another session of ${whose} itself`;
  const name = app === null || app === '' ? 'no application name' : app;
  const place = from === null ? 'from the server itself' : `from ${from}`;
  const since = begun === null ? '' : `, since ${begun} UTC (${seconds} s)`;
  const waiting = waits === true ? ', which waits itself' : '';
  const idle = state?.startsWith('idle') === true && (silent ?? 0) >= SILENT;
  const gone = idle ? '; its client may be gone (tcp_keepalives_idle of the server says when it finds out)' : '';
  return `pid ${pid} (${name}, user ${user ?? 'unknown'}, ${place}, ${state ?? 'state unknown'}${since}${waiting}${gone})`;
}
