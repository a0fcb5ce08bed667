/** The command line: `npx github:<owner>/runbook-actions init`, or `… deploy`. The same bundle as the actions use. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from './lib/errors';
import { check } from './lib/init/check';
import { APPROVALS, type Approval, init } from './lib/init/init';
import type { Actions } from './lib/init/needs';
import { reviewersOf } from './lib/init/reviewers';
import { sayInitialised } from './lib/init/say';
import type { AskGitHub } from './lib/init/settings';
import { clockOf, type Uses } from './lib/init/workflows';
import type { Act } from './lib/procedure/define';
import { declaredIn, flagsOf, helpOf } from './lib/terminal/flags';

/** Every procedure by its name, loaded when needed. */
type Procedures = Readonly<Record<string, (act: Act) => Promise<void>>>;

const HELP = `runbook-actions init [--host user@host] [--folder .] [--compose a.yml,b.yml] [--uses owner/runbook-actions@v1]
                     [--approval reviewers|branch|hash]
runbook-actions check [--host user@host] [--folder .]
runbook-actions access --host you@host [--user deploy] [--key FILE] [--reviewer LOGIN,…] [--print | --yes] [--folder .]
runbook-actions PROCEDURE --host user@host [-i KEY] [inputs of its action]

Reads the Compose files of a repository and, with --host, what runs on the server (over your own ssh; nothing is changed
there). Writes runbook.yml and the workflows; a file that is there is never overwritten.

  --host      as ssh takes it: user@host, or a name of ~/.ssh/config
  --folder    the folder of the Compose files and runbook.yml; default: this folder. Workflows go to the repository's top
  --compose   Compose files, as with -f; default: found by their names, or as the server started them
  --uses      where the workflows find the actions; default: where this command came from
  --approval  who approves a deploy: reviewers of the environment (default), those of the protected branch production, or
              whoever starts a second run with the hash of the plan; see actions/APPROVALS.md

check says what is missing before the workflows can run: variables, secrets, environments and their protection (by gh,
where you are logged in with it), and over your own ssh the rights and keys on the host. It changes nothing.

access gives the workflows what check finds missing: a key of their own (kept outside of the repository), a user, its
folders and its rights on the host by your own ssh, and variables, environments and the secret SSH_KEY by gh. It shows each
command before it runs it; with --print it runs none. --reviewer names who approves what the environment production carries
out: up to six logins, and teams as organisation/team.

A PROCEDURE (PROCEDURES) is carried out from this machine, without GitHub: it shows its plan and asks first. Its inputs:
runbook-actions PROCEDURE --help`;

/** @param packageFolder of this command, with its workflows */
export async function command(args: readonly string[], packageFolder: string, procedures: Procedures): Promise<void> {
  try {
    const [name = '', ...rest] = args;
    const start = Object.hasOwn(procedures, name) ? procedures[name] : undefined;
    if (start === undefined) await obey(args, packageFolder, procedures);
    else await carryOut(name, start, rest, packageFolder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** A procedure, as its action declares its inputs. @throws {UserError} RB-INPUT-INVALID */
async function carryOut(
  name: string,
  start: (act: Act) => Promise<void>,
  args: readonly string[],
  packageFolder: string,
): Promise<void> {
  const declared = declaredIn(readFileSync(join(packageFolder, 'actions', name, 'action.yml'), 'utf8'));
  const flags = flagsOf(name, declared, args, process.env);
  if (flags.help) {
    console.log(helpOf(name, declared));
    return;
  }
  const folder = resolve(flags.folder);
  if (!existsSync(folder)) throw misused(`the folder ${folder} does not exist`);
  const { asking, performInTerminal } = await import('./terminal');
  await start((procedure) => performInTerminal(procedure, { ...flags, folder, declared, ask: asking() }));
}

async function obey(args: readonly string[], packageFolder: string, procedures: Procedures): Promise<void> {
  const { name, values } = parsed(args);
  if (values.help === true || name === undefined || name === 'help') {
    console.log(HELP.replace('(PROCEDURES)', `(${Object.keys(procedures).join(', ')})`));
    return;
  }
  if (name !== 'init' && name !== 'check' && name !== 'access')
    throw misused(`there is no command ${JSON.stringify(name)}`);
  const folder = resolve(values.folder ?? '.');
  if (!existsSync(folder)) throw misused(`the folder ${folder} does not exist`);
  const { host } = values;
  const ask = host === undefined ? null : (script: string) => overSsh(host, script);
  const actions = actionsIn(packageFolder);
  const askGitHub: AskGitHub = (path, query) => askGh(folder, path, query);
  if (name === 'access' && !(await giveAccess(values, { folder, actions, ask, askGitHub }))) return;
  if (name === 'check' || name === 'access') {
    if (name === 'access') console.log('\nWhat check says now:');
    const { lines, good } = await check({ folder, actions, askGitHub, ask });
    console.log(lines.join('\n'));
    // What check still finds missing after access is beyond what access promises to set up.
    if (!good && name === 'check') process.exitCode = 1;
    return;
  }
  const done = await init({
    folder,
    compose: values.compose === undefined ? null : values.compose.split(',').map((file) => file.trim()),
    uses: usesOf(values.uses, packageFolder),
    ask,
    actions,
    approval: approvalOf(values.approval),
    timezone: clockOf(Intl.DateTimeFormat().resolvedOptions().timeZone ?? ''),
    templates: join(packageFolder, '.github', 'workflows'),
  });
  console.log(sayInitialised(done, { server: host ?? null }));
}

/** @returns whether all of it is there now @throws {UserError} */
async function giveAccess(
  { host, user, key, reviewer, print = false, yes = false }: ReturnType<typeof parsed>['values'],
  { folder, actions, ask, askGitHub }: Around,
): Promise<boolean> {
  if (host === undefined || ask === null) throw misused('access needs --host, as your own ssh reaches it');
  const { destinationOf } = await import('./lib/terminal/destination');
  const { inShell, logInAsWorkflow, publicKeyOf } = await import('./lib/init/hands');
  const { asking } = await import('./terminal');
  const { access } = await import('./lib/init/access');
  const to = destinationOf(host, process.env);
  if (to.jump !== '')
    throw new UserError('RB-INPUT-INVALID', {
      what: `your ssh reaches ${host} through ${to.jump}`,
      why: "GitHub's runner has to use that jump host as well, and the generated workflows have no line for it",
      remedy: 'give each step the input ssh-jump, and follow ACCESS.md by hand',
    });
  const question = asking();
  const done = await access(
    {
      folder,
      actions,
      print,
      yes,
      server: host,
      address: to,
      user: user ?? null,
      reviewers: reviewersOf(reviewer),
      key: key === undefined ? null : resolve(key),
      home: join(process.env.XDG_CONFIG_HOME || join(process.env.HOME ?? homedir(), '.config'), 'runbook-actions'),
    },
    {
      say: (line) => console.log(line),
      agree: question === null ? null : async (text) => /^y(es)?$/i.test((await question(text)).trim()),
      here: (line) => inShell(folder, line),
      host: ask,
      publicKey: publicKeyOf,
      logIn: logInAsWorkflow,
      askGitHub,
    },
  );
  if (!done && !print) process.exitCode = 1;
  return done;
}

interface Around {
  readonly folder: string;
  readonly actions: Actions;
  readonly ask: ((script: string) => Promise<string>) | null;
  readonly askGitHub: AskGitHub;
}

function parsed(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        host: { type: 'string' },
        folder: { type: 'string' },
        compose: { type: 'string' },
        uses: { type: 'string' },
        approval: { type: 'string' },
        user: { type: 'string' },
        key: { type: 'string', short: 'i' },
        reviewer: { type: 'string' },
        print: { type: 'boolean' },
        yes: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return { name: positionals[0], values };
  } catch (error) {
    throw misused((error as Error).message);
  }
}

function approvalOf(given: string | undefined): Approval {
  const found = APPROVALS.find((one) => one === (given ?? 'reviewers'));
  if (found === undefined) throw misused(`--approval ${JSON.stringify(given)} is not one of ${APPROVALS.join(', ')}`);
  return found;
}

function misused(what: string): UserError {
  return new UserError('RB-INPUT-INVALID', { what, remedy: `see what it takes:\n\n${HELP}` });
}

/** @param given `owner/repository@ref` @throws {UserError} RB-INPUT-INVALID where it is not known */
export function usesOf(given: string | undefined, packageFolder: string): Uses {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const found = given ?? installedFrom(packageFolder);
  const [, repository, ref] = /^([\w.-]+\/[\w.-]+)@([\w./-]+)$/.exec(found ?? '') ?? [];
  if (repository === undefined || ref === undefined)
    throw new UserError('RB-INPUT-INVALID', {
      what:
        given === undefined
          ? 'the repository of the actions is not known'
          : `--uses ${JSON.stringify(given)} is not of the form owner/repository@ref`,
      why: 'the workflows name the actions by their repository and a commit or tag of it',
      remedy: 'give --uses OWNER/runbook-actions@COMMIT, with the commit that you have looked at',
    });
  return { repository, ref, version: /^[0-9a-f]{40}$/.test(ref) ? `v${version}` : ref };
}

/** npm records in node_modules/.package-lock.json where a package was installed from. */
function installedFrom(packageFolder: string): string | undefined {
  const lock = join(packageFolder, '..', '.package-lock.json');
  if (!existsSync(lock)) return undefined;
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages?: Record<string, { resolved?: string }> };
  for (const { resolved = '' } of Object.values(packages ?? {})) {
    const [, repository, commit] =
      /github\.com[/:]([\w.-]+\/runbook-actions)(?:\.git)?#([0-9a-f]{40})$/.exec(resolved) ?? [];
    if (repository !== undefined) return `${repository}@${commit}`;
  }
  return undefined;
}

/** Inputs of every action, by its name. */
export function actionsIn(packageFolder: string): Actions {
  const folder = join(packageFolder, 'actions');
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'action.yml')));
  return new Map(names.map((name) => [name, declaredIn(readFileSync(join(folder, name, 'action.yml'), 'utf8'))]));
}

/** Runs the user's own gh in the repository. */
async function askGh(folder: string, path: string, query: string): Promise<readonly string[] | null> {
  const { status, stdout, stderr, error } = spawnSync('gh', ['api', '--paginate', path, '--jq', query], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('gh is not installed');
  if (status === 0) return stdout.split('\n').filter((line) => line !== '');
  if (stderr.includes('HTTP 404')) return null;
  throw new Error(stderr.trim().split('\n')[0] ?? 'gh failed');
}

/** With the user's keys, known hosts and configuration; ssh asks for a passphrase by itself. @throws {UserError} RB-HOST-UNREACHABLE */
function overSsh(host: string, script: string): Promise<string> {
  if (host.startsWith('-')) throw misused(`--host ${JSON.stringify(host)} is not a host`);
  // ssh takes a port only in a URI.
  const place = /^(?:[^:]*|[^:]*\[.*\]):\d+$/.test(host) ? `ssh://${host}` : host;
  return new Promise((done, failed) => {
    const child = spawn('ssh', ['-T', '-o', 'ConnectTimeout=15', '--', place, 'sh -s'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => failed(unreachable(host, error.message)));
    child.on('close', (code) => {
      if (code === 0) done(Buffer.concat(output).toString('utf8'));
      else failed(unreachable(host, `ssh ended with exit status ${code}`));
    });
    child.stdin.end(`${script}\nexit 0\n`);
  });
}

function unreachable(host: string, why: string): UserError {
  return new UserError('RB-HOST-UNREACHABLE', {
    what: `${host} could not be read`,
    why,
    remedy: `see that \`ssh ${host} true\` works, or leave --host out`,
  });
}
