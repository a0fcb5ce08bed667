/** Inputs of the action run as typed data: a command, or the service whose log is shown. */

import type { Command } from '../lib/commands/command';
import { type BaseInputs, readBase, readRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import type { Runbook } from '../lib/config/runbook';
import { isValue, USER, VARIABLE_NAME } from '../lib/config/sections/commands';
import { isDay, serviceName } from '../lib/config/sections/values';
import { UserError } from '../lib/errors';
import { secretsIn } from '../lib/stack/resolve/secrets';

const MODES = ['command', 'logs', 'status'] as const;
const CONTAINERS = ['new', 'running'] as const;

/** Seconds for a command without a name. */
const TIMEOUT = 600;
const MOST_LINES = 10_000;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/**
 * What other kinds of regular expressions have, and `grep -E` reads in silence as a letter, or as nothing: no line would
 * match, although the log has it.
 */
const NOT_EXTENDED = /(?<!\\)(?:\\\\)*(\\[dDnrtx]|\(\?)/;
/** RFC 3339; Docker reads a time without a zone in its own zone. */
const TIME = /^\d{4}-\d\d-\d\d(T(?:[01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Which lines of which log. */
export interface LogWish {
  readonly service: string;
  /** As `docker logs` takes it; `null`: from the beginning. */
  readonly since: string | null;
  readonly lines: number;
  readonly pattern: string | null;
}

export interface RunInputs extends BaseInputs {
  readonly wish: { readonly command: Command } | { readonly log: LogWish } | { readonly status: string | null };
  /** Variables that were given for this command only, as an env file has them. */
  readonly variables: string;
}

type Given = Pick<Command, 'container'> & {
  readonly name: string;
  readonly service: string;
  readonly line: string;
  readonly words: readonly string[] | null;
  readonly user: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeout: number | null;
};

/** @throws {UserError} RB-INPUT-INVALID, RB-COMMAND-UNKNOWN, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRunInputs(get: GetInput, workspace: string): RunInputs {
  const reader = new Reader(get);
  const { config, ...base } = readBase(reader);
  const mode = reader.choice('mode', MODES);
  const given = readGiven(reader);
  const log = readLog(reader, given.service);
  if (mode === 'command') checkCommand(reader, given);
  else checkLook(reader, mode, given);
  reader.finish();
  const runbook = readRunbook(workspace, config);
  const variables = reader.content('variables');
  if (mode === 'command') return { ...base, variables, runbook, wish: { command: commandOf(given, runbook) } };
  // A mode that only looks takes no lease.
  const wish = mode === 'logs' ? { log } : { status: given.service || null };
  return { ...base, variables, runbook, wish, dryRun: true };
}

/** Values of variables for the command that look like secrets. */
export function givenSecrets({ variables }: Pick<RunInputs, 'variables'>): string[] {
  return secretsIn(variables);
}

function readGiven(reader: Reader): Given {
  const service = reader.text('service');
  if (service !== '' && !serviceName.safeParse(service).success)
    reader.problem(`service is ${JSON.stringify(service)}, which is not a name of a Compose service`);
  const user = reader.text('user');
  if (user !== '' && !USER.test(user)) reader.problem(`user is ${JSON.stringify(user)}; write a user, or user:group`);
  return {
    name: reader.text('command'),
    service,
    line: reader.content('line').trim() === '' ? '' : reader.content('line'),
    words: readWords(reader),
    container: reader.choice('container', CONTAINERS),
    user,
    variables: readVariables(reader),
    timeout: reader.seconds('timeout', null),
  };
}

function readWords(reader: Reader): string[] | null {
  const text = reader.text('arguments');
  if (text === '') return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Named below.
  }
  const words = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  const list = words.filter((word) => typeof word === 'string' && !word.includes('\0')) as string[];
  if (list.length > 0 && list.length === words.length) return list;
  reader.problem('arguments is not a JSON list of words, e.g. ["psql", "-c", "select 1"]');
  return null;
}

/** The value is everything behind the first equals sign. */
function readVariables(reader: Reader): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of reader.content('variables').split('\n')) {
    if (line.trim() === '') continue;
    const [, name = '', value = ''] = /^\s*([^=]*)=(.*?)\r?$/s.exec(line) ?? [];
    // A line that is not a variable may hold anything, so it is not shown.
    if (!VARIABLE_NAME.test(name)) reader.problem('variables: a line is not NAME=VALUE');
    else if (Object.hasOwn(found, name)) reader.problem(`variables: ${name} is given twice`);
    else if (!isValue(value)) reader.problem(`variables: ${name} has a line break`);
    else found[name] = value;
  }
  return found;
}

function readLog(reader: Reader, service: string): LogWish {
  const since = reader.text('since') || '1h';
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(since) ?? [];
  if (since !== 'all' && count === '' && !(TIME.test(since) && !Number.isNaN(Date.parse(since)) && isDay(since)))
    reader.problem(`since is ${JSON.stringify(since)}; write 15m, 2h, 3d, a time as 2026-01-31T02:00:00Z, or all`);
  const lines = reader.text('lines') || '200';
  if (!/^\d{1,5}$/.test(lines) || Number(lines) < 1 || Number(lines) > MOST_LINES)
    reader.problem(`lines is ${JSON.stringify(lines)}; write a number from 1 to ${MOST_LINES}`);
  const pattern = reader.text('pattern');
  if (pattern.includes('\n')) reader.problem('pattern has a line break');
  const [, other] = NOT_EXTENDED.exec(pattern) ?? [];
  if (other !== undefined)
    reader.problem(
      `pattern has ${other}, which extended regular expressions (grep -E) do not know; write [0-9] for \\d, [eE] for e in either case`,
    );
  // A day begins at midnight in UTC, whatever the zone of the host.
  const moment = /^\d{4}-\d\d-\d\d$/.test(since) ? `${since}T00:00:00Z` : since;
  return {
    service,
    since: since === 'all' ? null : count === '' ? moment : `${Number(count) * (UNITS[unit] ?? 1)}s`,
    lines: Number(lines),
    pattern: pattern || null,
  };
}

function checkLook(reader: Reader, mode: string, { name, service, line, words, variables }: Given): void {
  if (service === '' && mode === 'logs') reader.problem('service is missing: whose log is to be shown');
  if (name !== '' || line !== '' || words !== null || Object.keys(variables).length > 0)
    reader.problem(`mode is ${mode}, and a command or variables are given; write one or the other`);
}

function checkCommand(reader: Reader, { name, service, line, words, user }: Given): void {
  const free = line !== '' || words !== null;
  if (name === '' && !free) reader.problem('command is missing: the name of a command in the runbook');
  if (name !== '' && free) reader.problem('command and line or arguments are given; write one or the other');
  if (line !== '' && words !== null) reader.problem('line and arguments are given; write one or the other');
  if (name === '' && free && service === '') reader.problem('service is missing: in whose container the command runs');
  if (name !== '' && (service !== '' || user !== ''))
    reader.problem('service and user are for a command without a name; for a named command the runbook sets them');
}

/** @throws {UserError} RB-COMMAND-UNKNOWN, RB-INPUT-INVALID */
function commandOf(given: Given, { commands, freeCommands }: Runbook): Command {
  const { name, variables, timeout } = given;
  if (name === '') {
    if (!freeCommands) throw unknown('a command without a name is not allowed', Object.keys(commands));
    return {
      name: null,
      service: given.service,
      command: given.words ?? given.line,
      container: given.container,
      ...(given.user === '' ? {} : { user: given.user }),
      environment: variables,
      timeout: timeout ?? TIMEOUT,
    };
  }
  const named = Object.hasOwn(commands, name) ? commands[name]! : null;
  if (named === null) throw unknown(`there is no command ${JSON.stringify(name)}`, Object.keys(commands));
  const others = Object.keys(variables).filter((variable) => !Object.hasOwn(named.environment, variable));
  if (others.length > 0)
    throw new UserError('RB-INPUT-INVALID', {
      what: `the command ${name} does not take the variable ${others.join(', ')}`,
      why: `its environment in the runbook has ${Object.keys(named.environment).join(', ') || 'no variable'}`,
      remedy:
        'correct the name, or give the variable a default there: the input may set the variables that stand there',
    });
  return {
    ...named,
    name,
    environment: { ...named.environment, ...variables },
    timeout: timeout ?? named.timeout,
  };
}

function unknown(what: string, known: readonly string[]): UserError {
  return new UserError('RB-COMMAND-UNKNOWN', {
    what,
    why:
      known.length === 0 ? 'the runbook has no section `commands`' : `commands of the runbook are ${known.join(', ')}`,
    remedy: 'correct the name, or write the command into `commands` of the runbook; `free-commands: true` allows any',
  });
}
