/**
 * `access`: gives the workflows a key, a user on the host, and their settings on GitHub. Each command is shown before
 * it is run; for what exists already there is no command.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readRunbook } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { AccessLook, Wanted } from './access-look';
import { accessLookScript, parseAccessLook } from './access-look';
import { gitHubSteps, hostSteps, keySteps, knownHostsLine, type Step, type Told } from './access-steps';
import { workflowsIn } from './check';
import { readProject } from './compose';
import { type Actions, needsOf } from './needs';
import { topOf, workflowFolder } from './repository';
import { reviewerSteps } from './reviewers';
import { type AskGitHub, readSettings, type Settings } from './settings';

/** Actions outside of this process. */
export interface Hands {
  readonly say: (line: string) => void;
  /** Asks whether commands may be run; `null`: there is nobody to ask. */
  readonly agree: ((question: string) => Promise<boolean>) | null;
  /** Runs a command on this machine, in the repository. @throws {UserError} where it fails */
  readonly here: (command: string) => Promise<void>;
  /** Runs a script on the host by the user's own ssh; returns its output. */
  readonly host: (script: string) => Promise<string>;
  /** The public half of a key; `null`: the file does not exist. @throws {UserError} where the key needs a passphrase */
  readonly publicKey: (path: string) => string | null;
  /** Logs in as the workflows will, and runs a script. @throws {UserError} */
  readonly logIn: (told: Told, script: string) => Promise<void>;
  readonly askGitHub: AskGitHub;
}

export interface AccessRequest {
  /** Folder of `runbook.yml`. */
  readonly folder: string;
  readonly actions: Actions;
  /** Name of the host for ssh. */
  readonly server: string;
  /** Address and port for GitHub. */
  readonly address: { readonly host: string; readonly port: string };
  /** User for the workflows; `null`: the one in GitHub's settings, or `deploy`. */
  readonly user: string | null;
  /** Absolute path of the key; `null`: below `home`. */
  readonly key: string | null;
  /** Folder of this program for files of its user: `~/.config/runbook-actions`. */
  readonly home: string;
  /** Approvers: logins, and teams as `organisation/team`; empty: reviewers stay as they are. */
  readonly reviewers: readonly string[];
  readonly print: boolean;
  readonly yes: boolean;
}

/** Shown for a key that does not exist yet. */
const TO_COME = 'ssh-ed25519 PUBLIC_KEY runbook-actions';

/**
 * @returns whether the workflows have everything now @throws {UserError} where a command fails or the host is
 *   unsuitable
 */
export async function access(request: AccessRequest, hands: Hands): Promise<boolean> {
  const { folder, address, print } = request;
  const { say } = hands;
  const here = ({ command }: Step): Promise<void> => hands.here(command);
  const runbook = readRunbook(folder, 'runbook.yml');
  const facts = needsOf(workflowsIn(folder), request.actions, runbook);
  if (facts.needs.length === 0)
    throw new UserError('RB-CONFIG-MISSING', {
      what: `no workflow in ${workflowFolder(folder)} runs an action of this project`,
      remedy: 'run init first, or give --folder the folder of runbook.yml',
    });
  const { settings, why } = await settingsOf(hands.askGitHub);
  const user = userOf(request.user, settings);
  const key = keyOf(request, runbook.stack);
  const made = hands.publicKey(key);
  const look = await lookAt(hands, wantedOf(folder, runbook, user, made ?? ''));
  if (made === null && !(await carryOut('On this machine', keySteps(key, runbook.stack), here, request, hands)))
    return false;
  const publicKey = hands.publicKey(key) ?? TO_COME;
  const wanted = wantedOf(folder, runbook, user, publicKey);
  const steps = hostSteps(look, wanted);
  requireRoot(look, steps, request);
  const where = `On ${request.server}${look.root ? ', as root' : ''}`;
  if (!(await carryOut(where, steps, (step) => onHost(hands, look, step), request, hands))) return false;
  const line = knownHostsLine(look.hostKeys, address.host, address.port);
  if (line === null)
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: 'the host does not show its own public keys',
      why: '/etc/ssh/ssh_host_*_key.pub cannot be read',
      remedy: 'set SSH_KNOWN_HOSTS by hand, to a line that somebody compared on the host; see ACCESS.md',
    });
  const told: Told = { host: address.host, port: address.port, user, knownHosts: line, key };
  if (!print) {
    await hands.logIn(told, loginScript(wanted));
    say(`✓ ${user} logs in with this key, Docker answers, and ${wanted.folders.join(' and ')} can be written to.`);
  }
  const unknown = settings === null;
  if (unknown) say(`GitHub was not asked: ${why}. Run these commands when gh is installed and logged in:`);
  const { steps: approving, kept } = reviewerSteps(facts, request.reviewers, settings);
  if (kept.length > 0) say(`${kept.join(', ')} has reviewers already, and keeps them.`);
  const last = [...gitHubSteps(facts, told, settings), ...approving];
  const done = await carryOut('On GitHub', last, here, { ...request, print: print || unknown }, hands);
  const whole = done && !print && !unknown;
  if (whole) say(`The key lies in ${key}, outside of the repository. GitHub has a copy that nobody can read back.`);
  return whole;
}

/** Shows commands, asks, and runs them. @returns whether they were run */
async function carryOut(
  where: string,
  steps: readonly Step[],
  run: (step: Step) => Promise<void>,
  { print, yes }: Pick<AccessRequest, 'print' | 'yes'>,
  { say, agree }: Hands,
): Promise<boolean> {
  if (steps.length === 0) {
    say(`${where}: nothing is missing.`);
    return true;
  }
  say(`${where}:`);
  for (const { what, command } of steps) say(`  # ${what}\n  ${command.replaceAll('\n', '\n  ')}`);
  if (print) return true;
  if (!yes) {
    if (agree === null)
      throw new UserError('RB-CANCELLED', {
        what: 'there is no person to ask, and --yes was not given; nothing was run',
        why: 'standard input is not a terminal',
        remedy: 'run it in a terminal, or give --yes; or give --print and run the commands yourself',
      });
    if (!(await agree(`Run ${steps.length === 1 ? 'this' : `these ${steps.length}`}? [y/N] `))) {
      say('Nothing was run. Run these commands yourself, then start this again: it goes on from there.');
      return false;
    }
  }
  for (const step of steps) await run(step);
  return true;
}

async function onHost({ host }: Hands, look: AccessLook, { command, own = false }: Step): Promise<void> {
  const script = `if ${command}\nthen printf '#rb-done\\n'; fi`;
  const whole = look.root && !own ? asRoot(script) : script;
  if (/^#rb-done$/m.test(await host(whole))) return;
  throw new UserError('RB-COMMAND-FAILED', {
    what: `the host could not carry out: ${command}`,
    why: 'the output of the command is above',
    remedy: 'correct the cause and run this again: it does not repeat what is done already',
  });
}

function asRoot(script: string): string {
  return `rb_shell=sh
[ "$(id -u)" = 0 ] || rb_shell='sudo -n sh'
$rb_shell -s <<'RB_SCRIPT'
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH
${script}
RB_SCRIPT`;
}

/** Tests what the workflows need, as their user. */
function loginScript({ folders }: Wanted): string {
  return [
    'docker version >/dev/null || exit 1',
    'docker compose version >/dev/null || exit 1',
    ...folders.map((path) => `test -w ${path} || { echo "${path} cannot be written to" >&2; exit 1; }`),
  ].join('\n');
}

async function lookAt({ host }: Hands, wanted: Wanted): Promise<AccessLook> {
  return parseAccessLook(await host(accessLookScript(wanted)));
}

async function settingsOf(ask: AskGitHub): Promise<{ settings: Settings | null; why: string }> {
  try {
    return { settings: await readSettings(ask), why: '' };
  } catch (error) {
    return { settings: null, why: (error as Error).message };
  }
}

/** @throws {UserError} RB-INPUT-INVALID */
function userOf(given: string | null, settings: Settings | null): string {
  const held =
    settings?.environments.get('production')?.variables.get('SSH_USER') ?? settings?.variables.get('SSH_USER');
  const user = given ?? (held?.trim() || 'deploy');
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
    throw new UserError('RB-INPUT-INVALID', {
      what: `--user ${JSON.stringify(user)} is not a name of a user`,
      remedy: 'give a name of small letters, digits, - and _',
    });
  if (user !== 'root') return user;
  throw new UserError('RB-INPUT-INVALID', {
    what: 'the workflows would log in as root',
    why: given === null ? 'SSH_USER on GitHub is root' : '--user is root',
    remedy: 'give --user deploy: the user is made if it does not exist, and the workflows need no more rights',
  });
}

/** @throws {UserError} RB-INPUT-INVALID where the key would lie in the repository */
function keyOf({ key, home, folder, address }: AccessRequest, stack: string): string {
  const path = key ?? join(home, `${stack}@${address.host}`.replace(/[^A-Za-z0-9@._-]/g, '_'));
  const top = topOf(resolve(folder));
  if (!resolve(path).startsWith(`${top}${sep}`)) return resolve(path);
  throw new UserError('RB-INPUT-INVALID', {
    what: `the key ${path} would lie in the repository`,
    why: 'one careless commit would publish it',
    remedy: 'leave --key out, or name a place outside',
  });
}

function requireRoot(look: AccessLook, all: readonly Step[], { server, print }: AccessRequest): void {
  const steps = all.filter(({ own }) => own !== true);
  if (look.root || steps.length === 0 || print) return;
  throw new UserError('RB-HOST-UNSUITABLE', {
    what: `${look.me} may not run the missing commands on ${server}`,
    why: `this user is not root, and sudo asks for a password. The commands are: ${steps.map(({ command }) => command).join('; ')}`,
    remedy: 'run these commands there as root, then run this again; or give --host a user who is root',
  });
}

/** The stack's folders and files; of those in the repository only the ones that a release uploads. */
export function wantedOf(folder: string, runbook: Runbook, user: string, publicKey: string): Wanted {
  const { directory, compose, files, envFile, backup } = runbook;
  const copied = backup.databases.length + backup.volumes.length + backup.qdrant.length > 0;
  const toHost = backup.to === undefined || backup.to.includes('host');
  const there = compose.filter((file) => existsSync(join(folder, file)));
  const { services, followed } = readProject(folder, there);
  const mounted = services.flatMap(({ mounts }) =>
    mounts.filter(({ kind, source }) => kind === 'bind' && source.startsWith('.')).map(({ source }) => source),
  );
  const taken = [...compose, ...followed, ...files, ...mounted]
    .map((path) => relative(folder, resolve(folder, path)))
    .filter((path) => path !== '' && !path.startsWith('..') && existsSync(join(folder, path)));
  const inner = taken.flatMap((path) =>
    statSync(join(folder, path)).isDirectory() ? foldersIn(folder, path) : parentsOf(path),
  );
  return {
    user,
    publicKey,
    folders: [directory, ...(copied && toHost ? [backup.directory] : [])],
    inner: [...new Set(inner)].sort().map((path) => `${directory}/${path}`),
    files: [...compose, ...(envFile === null ? [] : [envFile])].map((path) => `${directory}/${path}`),
    trees: [`${directory}/.runbook`],
  };
}

function foldersIn(folder: string, path: string): string[] {
  const below = readdirSync(join(folder, path), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...parentsOf(join(path, 'x')), ...below.flatMap(({ name }) => foldersIn(folder, join(path, name)))];
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), parent];
}
