/** A stack's `.runbook` for one test, and steps over it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { quote } from '../../../actions/lib/host/quote';
import { acquireLease, type LeaseNews, LeaseReader, leaseScript } from '../../../actions/lib/steps/lease';
import { createSteps } from '../../../actions/lib/steps/runner';
import type { RunningStep, StepEvent, StepSpec } from '../../../actions/lib/steps/step';
import { type LocalHost, localHost } from './local-host';

const folders: string[] = [];

/** To be called by each file of tests: hooks of a module that several files import belong to the first of them only. */
export function removesFolders(): void {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });
}

export function newRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'steps-'));
  folders.push(folder);
  return join(folder, '.runbook');
}

/** Runs functions of the lease in a shell; lines of errors and output. */
export function lease(root: string, line: string, shell: readonly string[] = ['sh']): string[] {
  const [command = 'sh', ...options] = shell;
  const script = `RB_ROOT=${quote(root)}\n${leaseScript()}\nexec 4<&0\n${line}\n`;
  const { stdout, stderr } = spawnSync(command, [...options, '-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return `${stderr}${stdout}`.split('\n').slice(0, -1);
}

/** What the host says to somebody who does not wait. */
export function acquire(root: string, owner: string, procedure: string, shell?: readonly string[]): LeaseNews[] {
  const reader = new LeaseReader();
  return lease(root, acquireLease({ owner, procedure, timeout: 0, preempt: false }), shell).flatMap(
    (line) => reader.read(line) ?? [],
  );
}

export function take(root: string, shell?: readonly string[]): number {
  const last = acquire(root, 'https://ci.example/runs/1/attempts/1', 'deploy', shell).at(-1);
  if (last === undefined || !('token' in last)) throw new Error(`no lease: ${JSON.stringify(last)}`);
  return last.token;
}

export interface Started extends RunningStep {
  /** As a run that is cancelled does. */
  cancel(): void;
  readonly lines: string[];
  readonly events: StepEvent[];
  readonly folder: string;
  file(name: string): string;
}

export async function start(
  root: string,
  script: string,
  more: Partial<StepSpec> & { token?: number; release?: null; host?: LocalHost; onLine?: (line: string) => void } = {},
): Promise<Started> {
  const { token = take(root), release = '7-abc', host = localHost(), onLine, ...spec } = more;
  const cancellation = new AbortController();
  const context = {
    root,
    token,
    run: 'https://ci.example/runs/1',
    actor: 'octocat',
    procedure: 'deploy',
    release,
    signal: cancellation.signal,
  };
  const lines: string[] = [];
  const events: StepEvent[] = [];
  const id = spec.id ?? 'apply';
  const step = await createSteps(host, context).start(
    { id, script, ...spec },
    {
      onEvent: (event) => events.push(event),
      onLine: (line) => {
        lines.push(line);
        onLine?.(line);
      },
    },
  );
  const folder = join(root, 'steps', `${token}-${id}`);
  return {
    send: (word) => step.send(word),
    cancel: () => cancellation.abort(),
    result: step.result,
    lines,
    events,
    folder,
    file: (name) => readFileSync(join(folder, name), 'utf8'),
  };
}

/** Until the condition holds; the test's own deadline ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Process ID of a step. */
export function processOf(step: { file(name: string): string }): number {
  return Number(step.file('process').split(' ')[0]);
}
