/** Starts the load generator as a process of its own; Node itself takes the types away. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { LoadOptions, LoadReport } from './report';

export interface Load {
  /** Counts what is sent from now on under this name. */
  phase(name: string): void;
  /** Ends the load, waits for the last answers. */
  stop(): Promise<LoadReport>;
}

const ROOT = join(__dirname, '..', '..');

export function startLoad(options: LoadOptions): Load {
  const child = spawn(join(ROOT, 'node_modules/.bin/node'), [join(ROOT, 'test/load/generator.mts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<LoadReport>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as LoadReport);
      else reject(new Error(`the load generator ended with ${code}`));
    });
  });
  ended.catch(() => {});
  child.stdin.write(`${JSON.stringify(options)}\n`);
  return {
    phase: (name) => void child.stdin.write(`phase ${name}\n`),
    stop: () => {
      child.stdin.write('stop\n');
      return ended;
    },
  };
}
