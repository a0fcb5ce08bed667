/** The inputs of an action as flags, environment variables and files. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { type GetInput, NOT_GIVEN } from '../config/reader';
import { UserError } from '../errors';
import { type Destination, destinationOf } from './destination';

interface DeclaredInput {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

export type Declared = Readonly<Record<string, DeclaredInput>>;

export interface Flags {
  readonly get: GetInput;
  readonly folder: string;
  /** Do not ask the user. */
  readonly yes: boolean;
  readonly help: boolean;
  /** Socket of the ssh-agent whose keys are used; `null`: a key is given. */
  readonly agent: string | null;
}

/** Inputs that only have a meaning on GitHub. */
const ELSEWHERE = new Set([
  'comment',
  'notify-url',
  'ping-url',
  'github-token',
  'environment',
  'environment-url',
  'report-failures',
]);
/** Inputs that are not allowed as flags: everybody who lists the processes of a machine sees their arguments. */
export const SECRET = new Set([
  'ssh-key',
  'ssh-passphrase',
  'ssh-jump-key',
  'registry-password',
  'env-content',
  'age-key',
  'values',
  'identity',
]);
/** Inputs with several lines, which people have in a file. */
const FILED = new Set([...SECRET, 'ssh-known-hosts', 'expected-plan-text', 'variables']);

/** @param actionFile text of action.yml */
export function declaredIn(actionFile: string): Declared {
  const { inputs } = parse(actionFile) as { inputs: Record<string, DeclaredInput> };
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !ELSEWHERE.has(name)));
}

/**
 * @param name of the procedure
 * @throws {UserError} RB-INPUT-INVALID
 */
export function flagsOf(
  name: string,
  declared: Declared,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Flags {
  const values = parsed(name, declared, args);
  const text = (flag: string): string | undefined => {
    const value = values[flag];
    return value === undefined ? undefined : String(value);
  };
  const given = new Map<string, string>();
  for (const input of Object.keys(declared)) {
    const file = text(`${input}-file`);
    const value = file === undefined ? (text(input) ?? env[variableOf(input)]) : contentOf(file, `${input}-file`);
    if (value !== undefined) given.set(input, value);
  }
  const help = values.help === true;
  const host = text('host');
  const agent = help ? null : place(given, host === undefined ? null : destinationOf(host, env), env);
  return {
    get: (input) => given.get(input) ?? declared[input]?.default ?? (declared[input] === undefined ? undefined : ''),
    folder: text('folder') ?? '.',
    yes: values.yes === true,
    help,
    agent,
  };
}

/** Adds inputs that were not given and that ssh knows. @returns the agent's socket where its keys are used */
function place(
  given: Map<string, string>,
  destination: Destination | null,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const set = (input: string, value: string): void => {
    if (!given.has(input) && value !== '') given.set(input, value);
  };
  if (destination !== null) {
    set('ssh-host', destination.host);
    set('ssh-user', destination.user);
    set('ssh-port', destination.port);
    set('ssh-jump', destination.jump);
    set('ssh-known-hosts', destination.knownHosts);
  }
  if (given.has('ssh-key')) return null;
  const agent = destination === null ? (env.SSH_AUTH_SOCK ?? null) : destination.agent;
  const [key] = destination?.keys ?? [];
  if (agent === null && key !== undefined) set('ssh-key', contentOf(key, 'ssh-key-file'));
  return given.has('ssh-key') ? null : agent;
}

function parsed(
  name: string,
  declared: Declared,
  args: readonly string[],
): Record<string, string | boolean | undefined> {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    host: { type: 'string' },
    folder: { type: 'string' },
    yes: { type: 'boolean', short: 'y' },
    help: { type: 'boolean', short: 'h' },
  };
  for (const [input, { default: value }] of Object.entries(declared)) {
    if (!SECRET.has(input)) options[input] = { type: value === 'true' || value === 'false' ? 'boolean' : 'string' };
    if (FILED.has(input)) options[`${input}-file`] = { type: 'string', ...(input === 'ssh-key' ? { short: 'i' } : {}) };
  }
  const open = args
    .map((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? '')
    .find((flag) => SECRET.has(flag) && flag in declared);
  if (open !== undefined)
    throw new UserError('RB-INPUT-INVALID', {
      what: `--${open} is not a flag`,
      why: 'every user of this machine could see it in the process list, and the shell would store it in its history',
      remedy: `put it into a file and give --${open}-file FILE, or into the environment as ${variableOf(open)}`,
    });
  try {
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
    return values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new UserError('RB-INPUT-INVALID', {
      what: (error as Error).message,
      remedy: `see what it takes: runbook-actions ${name} --help`,
    });
  }
}

/** @throws {UserError} RB-INPUT-INVALID */
function contentOf(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('RB-INPUT-INVALID', {
      what: `the file of --${flag} cannot be read`,
      why: (error as Error).message,
      remedy: 'correct its path',
    });
  }
}

function variableOf(input: string): string {
  return `RUNBOOK_${input.toUpperCase().replaceAll('-', '_')}`;
}

/** The text of `--help` for a procedure. */
export function helpOf(name: string, declared: Declared): string {
  const lines = Object.entries(declared).map(([input, { description, default: value }]) => {
    const flag = SECRET.has(input) ? `--${input}-file FILE` : `--${input}`;
    const missing = value === undefined || value === '' || value === NOT_GIVEN ? '' : ` [${value}]`;
    return `  ${flag.padEnd(28)} ${description}${missing}`;
  });
  return [
    `runbook-actions ${name} --host user@host [-i KEY] [--yes] [inputs]`,
    '',
    'Shows the plan first and asks; then carries out that plan and no other. An input NAME may also stand in the',
    'environment, as RUNBOOK_NAME with _ for -. Secrets are taken from files or the environment only.',
    '',
    '  --host                       as ssh takes it: user@host, user@host:port, or a name of ~/.ssh/config',
    '  -i, --ssh-key-file FILE      private key; without it those of the ssh-agent, or the first of ~/.ssh',
    '  --ssh-known-hosts-file FILE  default: the known hosts of your ssh',
    '  --folder                     the repository with runbook.yml; default: this folder',
    '  -y, --yes                    carry the plan out without asking',
    '',
    ...lines,
  ].join('\n');
}
