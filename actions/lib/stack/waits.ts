/** Sessions of PostgreSQL that wait for a lock, and the sessions that hold it. */
/** A session that holds a lock for which one of ours waits; from a JSON row of waits.sh. */
export interface Blocker {
  /** 0 for a prepared transaction, which has no session. */
  readonly pid: number;
  /** Whether this is a session of ours, too. */
  readonly own: boolean;
  readonly user: string | null;
  readonly app: string | null;
  readonly from: string | null;
  /** State in `pg_stat_activity`, e.g. `idle in transaction`. */
  readonly state: string | null;
  readonly waits: boolean | null;
  /** Time when its transaction began: UTC, `HH:MM:SS`. */
  readonly begun: string | null;
  /** Seconds since then; `silent`: seconds since it last began or ended a statement. */
  readonly seconds: number | null;
  readonly silent: number | null;
}

export interface Wait {
  readonly pid: number;
  readonly lock: string | null;
  /** Number of other sessions that wait for ours. */
  readonly behind: number;
  readonly by: readonly Blocker[] | null;
}

/** Seconds without a statement after which a client may well be gone. */
const SILENT = 60;

/** A row that the host sent; `null` if it is not such a row. */
export function readRow<T extends Wait | Blocker>(row: string | undefined): T | null {
  try {
    return JSON.parse(row ?? '') as T;
  } catch {
    return null;
  }
}

/** A key that changes if there is news, and not if a wait only takes longer. */
export function waitKey({ lock, behind, by }: Wait): string {
  return `${(by ?? []).map(({ pid }) => pid).join()} ${lock} ${behind > 0}`;
}

/** A clause on a wait that begins with its verb. @param whose the session that waits, e.g. `the migration` */
export function sayWait({ lock, behind, by }: Wait, whose: string): string {
  const who = (by ?? []).map((one) => sayBlocker(one, whose)).join('; ') || 'a session that is gone now';
  const others = behind === 0 ? '' : `; ${behind} ${behind === 1 ? 'session waits' : 'sessions wait'} behind it`;
  return `waits for ${lock ?? 'a lock'}, which is held by or wanted before it by ${who}${others}`;
}

/**
 * The session in words, without the text of any statement, which may hold values.
 *
 * @param whose names our sessions, if the blocker is one of them
 */
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
