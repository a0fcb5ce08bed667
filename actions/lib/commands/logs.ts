/** Reads the logs that Docker keeps of containers; changes nothing. */
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { CUT } from '../progress';

interface LogRequest {
  readonly containers: readonly { readonly id: string; readonly name: string }[];
  /** A value for `docker logs --since`: `900s`, or a time of RFC 3339; `null`: from the beginning. */
  readonly since: string | null;
  /** The number of newest lines of each container. */
  readonly lines: number;
  /** Extended regular expression (POSIX.1-2024, XBD 9.4); `null`: every line. */
  readonly pattern: string | null;
}

interface ContainerLog {
  readonly name: string;
  readonly lines: readonly string[];
  /** Whether older lines matched the request, too. */
  readonly more: boolean;
  /** Whether a line was shortened. */
  readonly cut: boolean;
}

/** Bytes of a line that are shown. */
const LONGEST = 16_000;
/** Milliseconds; with a pattern a log of gigabytes is read to its end. */
const DEADLINE = 300_000;

/** @throws {UserError} RB-INPUT-INVALID for the pattern, RB-COMMAND-FAILED where Docker has no log, RB-CONNECTION-LOST */
export async function readLogs(host: Host, request: LogRequest): Promise<ContainerLog[]> {
  const outcome = await host.run(logScript(request), { timeout: DEADLINE, keep: 64 * 2 ** 20 });
  if (outcome.outcome === 'unknown')
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the log could not be read to its end',
      why: outcome.reason,
      remedy: 'run it again, with a shorter time (since); nothing was changed',
    });
  return parseLogs(outcome.stdout, request);
}

function logScript({ containers, since, lines, pattern }: LogRequest): string {
  const select = pattern === null ? 'cat' : `LC_ALL=C grep -E -e ${quote(pattern)}`;
  const options = [
    ...(since === null ? [] : [`--since ${quote(since)}`]),
    ...(pattern === null ? [`--tail ${lines + 1}`] : []),
  ].join(' ');
  return [
    'exec 3>&1',
    // The exit status of grep tells whether the pattern is valid.
    ...(pattern === null
      ? []
      : [`printf '' | ${select} >/dev/null 2>&1; [ $? -lt 2 ] || { echo '#pattern'; exit 0; }`]),
    `read_log() {
  code=$({ { docker logs ${options} "$1" 2>&1 </dev/null; echo $? >&4; } |
    tr -d '\\000\\r' | ${select} | cut -b 1-${LONGEST + 1} | tail -n ${lines + 1} | sed 's/^/| /' >&3; } 4>&1)
  printf '#status %s\\n' "$code"
}`,
    ...containers.map(({ id }) => `read_log ${quote(id)}`),
    "echo '#end'",
  ].join('\n');
}

/** @throws {UserError} see {@link readLogs} */
export function parseLogs(text: string, { containers, lines: most, pattern }: LogRequest): ContainerLog[] {
  if (text.startsWith('#pattern'))
    throw new UserError('RB-INPUT-INVALID', {
      what: `pattern is ${JSON.stringify(pattern)}, which is not an extended regular expression`,
      why: 'grep -E on the host does not accept it',
      remedy: 'correct it; write a backslash before a literal sign such as ( or *',
    });
  const logs: ContainerLog[] = [];
  let lines: string[] = [];
  let whole = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('| ')) lines.push(line.slice(2));
    else if (line === '#end') whole = true;
    const status = /^#status (.*)$/.exec(line)?.[1];
    if (status === undefined) continue;
    const name = containers[logs.length]?.name ?? '';
    if (status !== '0')
      throw new UserError('RB-COMMAND-FAILED', {
        what: `the log of ${name} could not be read`,
        why: 'by the message of Docker: its logging driver may send lines away and keep none, or the container was removed meanwhile',
        remedy: 'read the lines below; if the logs are sent elsewhere, read them there',
        ...(lines.length > 0 ? { log: lines, logOf: '`docker logs`' } : {}),
      });
    const newest = lines.slice(-most);
    const cut = newest.some(isLong);
    logs.push({
      name,
      lines: newest.map((one) => (isLong(one) ? shortened(one) : one)),
      more: lines.length > most,
      cut,
    });
    lines = [];
  }
  if (whole && logs.length === containers.length) return logs;
  throw new UserError('RB-CONNECTION-LOST', {
    what: 'the log could not be read to its end',
    remedy: 'run it again, with a shorter time (since); nothing was changed',
  });
}

function isLong(line: string): boolean {
  return Buffer.byteLength(line) > LONGEST;
}

/** Cuts between whole characters. */
function shortened(line: string): string {
  const text = Buffer.from(line).subarray(0, LONGEST).toString('utf8');
  return `${text.replace(/\ufffd$/, '')}${CUT}`;
}
