/**
 * The Docker Engine that carries the lab's hosts: the machine's own where it has one, else Debian's `docker.io`,
 * started by the lab beside anything else (socket, data and bridge of its own) and ended by it.
 */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  asRoot,
  attempt,
  cacheDirectory,
  processRuns,
  type Result,
  type RunOptions,
  readNumber,
  run,
  say,
  withLock,
  withProgress,
} from './command';

/** Program that must exist → Debian package that brings it. */
const packages: Readonly<Record<string, string>> = {
  '/usr/bin/mmdebstrap': 'mmdebstrap',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
  '/usr/bin/ssh': 'openssh-client',
};
const enginePackages: Readonly<Record<string, string>> = {
  '/usr/sbin/dockerd': 'docker.io',
  '/usr/sbin/iptables': 'iptables',
};

const stateDirectory = '/var/lib/runbook-actions-lab';
const socket = '/run/runbook-actions-lab.sock';
const pidFile = '/run/runbook-actions-lab.pid';
const ownSocket = `unix://${socket}`;

/** Label of everything that the lab makes in the engine; the value is the PID of the process that uses it. */
export const ownerLabel = 'runbook-actions-lab.owner';

/** One empty file per process that uses the engine, named by its PID: the last one may end it. */
const usersDirectory = join(cacheDirectory, 'users');

let endpoint: string | null = null;

/** The value for `DOCKER_HOST`; empty for the client's default. Known after `ensureEngine()`. */
export function engineEndpoint(): string {
  if (endpoint === null) throw new Error('the lab has no engine yet: call ensureEngine() first');
  return endpoint;
}

/** `docker …` on the engine of the lab; rejects when it fails. */
export function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run('docker', args, { ...options, env: engineEnvironment() });
}

/** The same, but a failure is a result. */
export function tryDocker(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return attempt('docker', args, { ...options, env: engineEnvironment() });
}

function engineEnvironment(): Record<string, string> {
  const host = engineEndpoint();
  return host === '' ? {} : { DOCKER_HOST: host };
}

async function answers(host: string): Promise<boolean> {
  const env: Record<string, string> = host === '' ? {} : { DOCKER_HOST: host };
  // `docker info` of a client without an engine may exit 0; a version of the server is proof.
  const probe = attempt('docker', ['version', '--format', '{{.Server.Version}}'], { env, timeout: 15_000 });
  const { code, stdout } = await probe.catch((): Result => ({ code: 127, stdout: '', stderr: '' }));
  return code === 0 && stdout.trim() !== '';
}

function missing(wanted: Readonly<Record<string, string>>): string[] {
  return Object.entries(wanted).flatMap(([path, name]) => {
    try {
      accessSync(path);
      return [];
    } catch {
      return [name];
    }
  });
}

/** Debian packages that `ensureEngine()` would install on this machine now, so that a command can say so before. */
export async function missingPackages(): Promise<string[]> {
  return missing((await engineThere()) === null ? { ...packages, ...enginePackages } : packages);
}

/** Endpoint of an engine that answers: the lab's own, else the machine's; `null` where there is none. */
async function engineThere(): Promise<string | null> {
  if (await answers(ownSocket)) return ownSocket;
  return (await answers('')) ? '' : null;
}

async function install(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  say(`installing Debian packages: ${names.join(' ')}`);
  await withProgress('Debian packages', async () => {
    const apt = (...args: string[]) =>
      run(...asRoot('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args]));
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...names);
  });
}

/** Makes sure that an engine answers and that the tools to build its images are there. Safe to call at any time. */
export async function ensureEngine(): Promise<void> {
  if (endpoint !== null) return;
  endpoint = await withLock('engine', async () => {
    mkdirSync(usersDirectory, { recursive: true });
    writeFileSync(join(usersDirectory, `${process.pid}`), '');
    const there = await engineThere();
    await install(missing(there === null ? { ...packages, ...enginePackages } : packages));
    if (there !== null) return there;
    // Since Debian 13 the client is a package of its own, which docker.io only recommends.
    await install(missing({ '/usr/bin/docker': 'docker-cli' }));
    // With systemd the package has started its service by now.
    if (await answers('')) return '';
    await withProgress('Docker Engine', startOwnEngine);
    return ownSocket;
  });
  await sweep();
}

async function startOwnEngine(): Promise<void> {
  await run(...asRoot('mkdir', ['-p', `${stateDirectory}/docker`]));
  await run(...asRoot('rm', ['-f', pidFile, socket]));
  mkdirSync(cacheDirectory, { recursive: true });
  const logFile = join(cacheDirectory, 'dockerd.log');
  const log = openSync(logFile, 'w');
  const [command, args] = asRoot('dockerd', [
    `--host=${ownSocket}`,
    `--group=${process.getgid?.() ?? 0}`,
    `--pidfile=${pidFile}`,
    `--data-root=${stateDirectory}/docker`,
    '--exec-root=/run/runbook-actions-lab',
    // Away from the addresses that Docker gives out by default, which the hosts inside use too.
    '--bip=10.213.0.1/24',
    '--default-address-pool=base=10.214.0.0/16,size=24',
    '--log-level=warn',
  ]);
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended = false;
  child.on('error', () => {
    ended = true;
  });
  child.on('exit', () => {
    ended = true;
  });
  child.unref();
  const deadline = Date.now() + 60_000;
  while (!(await answers(ownSocket))) {
    if (ended || Date.now() > deadline) {
      throw new Error(`dockerd did not start:\n${readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n')}`);
    }
    await sleep(300);
  }
}

async function hosts(): Promise<{ id: string; owner: number }[]> {
  const out = await docker([
    'ps',
    '-a',
    '--filter',
    `label=${ownerLabel}`,
    '--format',
    `{{.ID}} {{.Label "${ownerLabel}"}}`,
  ]);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', owner = ''] = line.split(' ');
      return { id, owner: Number(owner) };
    });
}

/** Removes hosts whose process has ended without removing them. */
async function sweep(): Promise<void> {
  const left = (await hosts()).filter(({ owner }) => !processRuns(owner)).map(({ id }) => id);
  // Another process may be sweeping at the same time: what is gone is gone.
  if (left.length > 0) await tryDocker(['rm', '-f', '-v', ...left]);
  const volumes = (
    await docker(['volume', 'ls', '-q', '--filter', `label=${ownerLabel}`, '--filter', 'dangling=true'])
  ).split('\n');
  for (const volume of volumes.filter((name) => name !== '')) {
    const owner = await tryDocker(['volume', 'inspect', '--format', `{{index .Labels "${ownerLabel}"}}`, volume]);
    if (owner.code === 0 && !processRuns(Number(owner.stdout))) await tryDocker(['volume', 'rm', volume]);
  }
}

/** Whether another living process uses the engine. Forgets this one and the dead. */
function otherUsers(): boolean {
  mkdirSync(usersDirectory, { recursive: true });
  const pids = readdirSync(usersDirectory).map(Number);
  const others = pids.filter((pid) => pid !== process.pid && processRuns(pid));
  for (const pid of pids) if (!others.includes(pid)) rmSync(join(usersDirectory, `${pid}`), { force: true });
  return others.length > 0;
}

/** Ends the engine that the lab started, and that one only; the machine's own goes on. */
async function stopEngine(): Promise<void> {
  endpoint = null;
  await withLock('engine', async () => {
    const pid = readNumber(pidFile);
    if (pid === null || !processRuns(pid) || !readCommandLine(pid).includes(`--pidfile=${pidFile}`)) return;
    // The shell's own kill: a minimal Debian has no other.
    await run(...asRoot('sh', ['-c', `kill ${pid}`]));
    const deadline = Date.now() + 60_000;
    while (processRuns(pid)) {
      if (Date.now() > deadline) throw new Error(`dockerd (${pid}) does not end`);
      await sleep(200);
    }
    rmSync(join(cacheDirectory, 'dockerd.log'), { force: true });
  });
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Leaves nothing running: this process's hosts and those of dead processes go, and the lab's engine too when no
 * other process uses it. Images stay, so that the next run is warm. Safe to call when nothing was started.
 */
export async function teardown(): Promise<void> {
  if (endpoint === null) {
    endpoint = await engineThere();
    if (endpoint === null) return;
  }
  const own = (await hosts()).filter(({ owner }) => owner === process.pid).map(({ id }) => id);
  if (own.length > 0) await docker(['rm', '-f', '-v', ...own]);
  await sweep();
  if (!otherUsers()) await stopEngine();
}
