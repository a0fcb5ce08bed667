/** A host that is this machine, reached over a connection that a test can cut at any byte. */
import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import type { Host, Outcome, Session } from '../../../actions/lib/host/host';
import { LineQueue } from '../../../actions/lib/host/line-queue';
import { LineSplitter } from '../../../actions/lib/host/output';

export interface LocalHost extends Host {
  /** Ends the connection as a network does: what is on its way is lost, the processes of the sessions end. */
  cut(): void;
  /** Cuts the connection after so many more bytes of output. */
  cutAfter(bytes: number): void;
  /** From now on connecting again fails. */
  unplug(): void;
}

/** @param shell command and arguments of a POSIX shell */
export function localHost(shell: readonly string[] = ['sh']): LocalHost {
  const counters = { handshakes: 1, sessions: 0, forwards: 0 };
  let connected = true;
  let plugged = true;
  let budget = Number.POSITIVE_INFINITY;
  const live = new Set<{ child: ChildProcess; lose: () => void }>();

  const cut = (): void => {
    connected = false;
    budget = Number.POSITIVE_INFINITY;
    for (const { child, lose } of live) {
      child.kill('SIGKILL');
      lose();
    }
    live.clear();
  };

  const open = async (script: string, { input }: { input?: Buffer | string } = {}): Promise<Session> => {
    if (!connected) throw new Error('not connected');
    counters.sessions += 1;
    const [command = 'sh', ...options] = shell;
    // As over SSH: the script comes by standard input, no argument holds it.
    const bootstrap = 'IFS= read -r n; s=$(dd bs=1 count="$n" 2>/dev/null; echo .); eval "${s%.}"';
    const child = spawn(command, [...options, '-c', bootstrap], { stdio: ['pipe', 'pipe', 'pipe'] });
    const splitter = new LineSplitter();
    const gate = new PassThrough();
    const lines = new LineQueue(
      () => gate.pause(),
      () => gate.resume(),
    );
    child.stdin.on('error', () => {});
    child.stdout.pipe(gate);
    child.stderr.resume();
    let over = false;
    let finish: (outcome: Outcome) => void = () => {};
    const done = new Promise<Outcome>((resolve) => {
      finish = resolve;
    });
    const end = (outcome: Outcome): void => {
      if (over) return;
      over = true;
      live.delete(entry);
      lines.push(splitter.end());
      lines.end();
      finish(outcome);
    };
    const entry = { child, lose: () => end({ outcome: 'unknown', reason: 'cut', stdout: '', stderr: '' }) };
    live.add(entry);
    gate.on('data', (chunk: Buffer) => {
      if (over) return;
      const whole = chunk.length <= budget;
      lines.push(splitter.push(whole ? chunk : chunk.subarray(0, budget)));
      budget -= chunk.length;
      if (!whole) cut();
    });
    gate.on('end', () => end({ outcome: 'exited', code: child.exitCode ?? 0, stdout: '', stderr: '' }));
    child.stdin.write(`${Buffer.byteLength(script)}\n${script}`);
    if (input !== undefined) child.stdin.write(input);
    return {
      lines,
      done,
      write: (line) => void (over || child.stdin.write(`${line}\n`)),
      end: () => void child.stdin.end(),
      close: () => void child.stdin.destroy(),
    };
  };

  return {
    name: 'local',
    counters,
    get connected() {
      return connected;
    },
    open,
    cut,
    cutAfter: (bytes: number) => {
      budget = bytes;
    },
    unplug: () => {
      plugged = false;
    },
    reconnect: async () => {
      if (!plugged) throw new Error('unplugged');
      counters.handshakes += 1;
      connected = true;
    },
    close: cut,
  } as Partial<LocalHost> as LocalHost;
}
