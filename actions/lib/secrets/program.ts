/**
 * Runs a program on the runner with exactly the given environment, away from everything that it could find by chance.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface ProgramOptions {
  /** All variables, except an empty HOME. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Milliseconds until the program is killed. */
  readonly patience: number;
}

interface ProgramResult {
  /** `null`: the program could not be started, or was killed. */
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs in an empty folder, which is also its home and is removed afterwards. Never rejects because of the program. */
export async function runProgram(
  path: string,
  args: readonly string[],
  { env, input, patience }: ProgramOptions,
): Promise<ProgramResult> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-program-'));
  try {
    return await new Promise((resolve) => {
      const child = spawn(path, args, {
        cwd: folder,
        env: { ...env, HOME: folder },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: patience,
        killSignal: 'SIGKILL',
      });
      const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      const end = (code: number | null, more = ''): void =>
        resolve({ code, stdout: Buffer.concat(stdout), stderr: `${Buffer.concat(stderr).toString('utf8')}${more}` });
      child.on('error', (error) => end(null, error.message));
      child.on('close', (code) => end(code));
      // A program that ends without reading its input is judged by its status.
      child.stdin.on('error', () => {});
      child.stdin.end(input ?? '');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
