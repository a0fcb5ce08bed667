/** Child processes, root rights, progress lines and locks: what the rest of the lab is made of. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Result {
  /** Exit status; -1 when a signal ended the process. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Written to the process's standard input, which is closed in any case. */
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until the process is killed; default: never. */
  readonly timeout?: number;
}

/** What the lab keeps between runs: registry content, locks, the record of its own engine. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'runbook-actions', 'lab');

/** Runs a program and tells how it ended; rejects only when it cannot be started. */
export function attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(command, args, {
      env: { ...process.env, ...options.env },
      stdio: 'pipe',
      ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: 'SIGKILL' as const }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A process that ends without reading its input is judged by its exit status alone.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Runs a program and returns its output; rejects with that output when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${stderr || stdout}`);
  return stdout;
}

/** The command line that runs as root: as it is, or by `sudo -n`. */
export function asRoot(command: string, args: readonly string[]): [string, string[]] {
  return process.getuid?.() === 0 ? [command, [...args]] : ['sudo', ['-n', command, ...args]];
}

export function say(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}

/** Says what is going on and for how long, every 20 seconds and at the end. */
export async function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  say(`${title} …`);
  const timer = setInterval(() => say(`${title}: ${seconds()} s …`), 20_000);
  try {
    const result = await work();
    say(`${title}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

export function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Only one process of this machine at a time does `work`; a lock whose owner is dead is taken over. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheDirectory, { recursive: true });
  const lock = join(cacheDirectory, `${name}.lock`);
  const ownerFile = join(lock, 'pid');
  for (let ownerless = 0; ; ) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readNumber(ownerFile);
    // Between mkdir and the writing of its PID an owner looks dead for an instant.
    ownerless = owner === null ? ownerless + 1 : 0;
    if (ownerless > 20 || (owner !== null && !processRuns(owner))) rmSync(lock, { recursive: true, force: true });
    else await sleep(200);
  }
  writeFileSync(ownerFile, `${process.pid}`);
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** The number that a file holds, or `null` when it is not there or empty. */
export function readNumber(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}
