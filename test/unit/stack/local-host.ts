/** A host that is this machine: enough of one for scripts whose standard input stays open. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Host, Outcome, Session } from '../../../actions/lib/host/host';

/** @param environment added to that of the tests, e.g. a `PATH` that finds a double of `docker` first */
export function localHost(environment: Readonly<Record<string, string>> = {}): Host {
  const open = async (script: string, { input }: { input?: Buffer | string } = {}): Promise<Session> => {
    const child = spawn('sh', ['-c', script], { env: { ...process.env, ...environment } });
    child.stdin.on('error', () => {});
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const done = new Promise<Outcome>((resolve) => {
      child.on('close', (code) => resolve({ outcome: 'exited', code: code ?? -1, stdout: '', stderr }));
    });
    if (input !== undefined) child.stdin.write(input);
    return {
      lines: createInterface({ input: child.stdout }),
      write: (line) => void child.stdin.write(`${line}\n`),
      end: () => void child.stdin.end(),
      done,
      close: () => void child.stdin.destroy(),
    };
  };
  return {
    name: 'local',
    connected: true,
    counters: { handshakes: 0, sessions: 0, forwards: 0 },
    open,
  } as Partial<Host> as Host;
}
