/** The lease on this machine, by real shells. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserError } from '../../../actions/lib/errors';
import { quote } from '../../../actions/lib/host/quote';
import { leaseScript, parseLease, takeLease } from '../../../actions/lib/steps/lease';
import { lease, newRoot, start, take, until } from './stack-folder';

const OWNER = 'https://ci.example/runs/2/attempts/1';

/** What the taker of a lease is told. */
function refusal(root: string, wait = 1): UserError['details'] & { code: string } {
  try {
    parseLease(lease(root, takeLease(OWNER, 'rollback', 60, wait)));
  } catch (error) {
    const { code, details } = error as UserError;
    return { code, ...details };
  }
  throw new Error('the lease was given');
}

/** As if the owner had been silent for an hour: the heartbeat is an uptime. */
function silence(root: string): void {
  writeFileSync(join(root, 'heartbeat'), '-3600\n');
}

describe('the lease', () => {
  it('is given with a token that grows, also after its release', () => {
    const root = newRoot();
    for (const token of [1, 2, 3]) {
      expect(take(root)).toBe(token);
      lease(root, `lease_release ${token}`);
    }
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'lease')).mode & 0o777).toBe(0o600);
  });

  it('is refused while its owner lives: who, since when, at which step', async () => {
    const root = newRoot();
    const step = await start(root, 'say ready; await_word 600 go');
    await until(() => step.lines.length === 1);
    const told = refusal(root);
    expect(told.code).toBe('RB-LEASE-HELD');
    expect(told.what).toMatch(/^another run holds the lease of this stack: deploy, for \d+ s, at the step apply$/);
    expect(told.why).toContain('https://ci.example/runs/1/attempts/1');
    step.send('go');
    await step.result;
    expect(refusal(root).what).not.toContain('step');
  });

  it('is given to exactly one of twenty who want it at once', async () => {
    const root = newRoot();
    const script = `RB_ROOT=${quote(root)}\n${leaseScript()}\n${takeLease(OWNER, 'deploy')}\n`;
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        () =>
          new Promise<string>((resolve) => {
            const child = spawn('sh', [], { stdio: ['pipe', 'pipe', 'ignore'] });
            let output = '';
            child.stdout.on('data', (chunk: Buffer) => {
              output += chunk.toString();
            });
            child.on('close', () => resolve(output.split('\n')[0] ?? ''));
            child.stdin.end(script);
          }),
      ),
    );
    expect(answers.filter((answer) => answer === 'token 1')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(19);
  });

  it('can be taken over from a silent owner, and after the host was started anew', () => {
    const root = newRoot();
    take(root);
    silence(root);
    expect(take(root)).toBe(2);
    const file = join(root, 'lease');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/boot=.*/, 'boot=another'));
    expect(take(root)).toBe(3);
  });

  it('waits for the step that a silent owner left alone', async () => {
    const root = newRoot();
    const step = await start(root, 'say ready; await_word 600 go');
    await until(() => step.lines.length === 1);
    silence(root);
    expect(refusal(root)).toMatchObject({ code: 'RB-LEASE-HELD', why: expect.stringContaining('goes on by itself') });
    step.send('go');
    await step.result;
    expect(take(root)).toBe(2);
  });

  it('is not released by an owner that was overtaken', () => {
    const root = newRoot();
    take(root);
    silence(root);
    take(root);
    lease(root, 'lease_release 1');
    expect(refusal(root).code).toBe('RB-LEASE-HELD');
  });

  it('carries any text as its owner, unexecuted', () => {
    const root = newRoot();
    const owner = `$(touch ${root}/owned) 'x' \`id\`\nstate=free`;
    parseLease(lease(root, takeLease(owner, 'deploy')));
    expect(refusal(root).why).toContain(owner.replace('\n', ' '));
    expect(existsSync(join(root, 'owned'))).toBe(false);
  });

  it('is not taken where it cannot be written', () => {
    const root = newRoot();
    writeFileSync(root.replace(/\/\.runbook$/, '/file'), '');
    const told = refusal(root.replace(/\.runbook$/, 'file/.runbook'));
    expect(told.code).toBe('RB-HOST-UNSUITABLE');
  });
});
