/** The lease on this machine, by real shells. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserError } from '../../../actions/lib/errors';
import { quote } from '../../../actions/lib/host/quote';
import { acquireLease, type Holder, leaseHeld, leaseScript } from '../../../actions/lib/steps/lease';
import { acquire, lease, newRoot, removesFolders, start, take, until } from './stack-folder';

removesFolders();

const OWNER = 'https://ci.example/runs/2/attempts/1';

/** Who stands in the way of a taker. */
function holder(root: string): Holder {
  const [news, end] = acquire(root, OWNER, 'rollback');
  if (news === undefined || !('holder' in news) || end === undefined || !('timeout' in end))
    throw new Error(`the lease was given: ${JSON.stringify(news)}`);
  return news.holder;
}

function refusal(root: string): UserError['details'] & { code: string } {
  const { code, details } = leaseHeld(holder(root));
  return { code, ...details };
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

  it('takes old steps with it as it is given, and what users asked the site for', () => {
    const root = newRoot();
    for (let step = 1; step <= 40; step++) {
      mkdirSync(join(root, 'steps', `${step}-apply`), { recursive: true });
      writeFileSync(join(root, 'steps', `${step}-apply`, 'access'), 'GET /?token=1');
      utimesSync(join(root, 'steps', `${step}-apply`), step, step);
    }
    take(root);
    const left = readdirSync(join(root, 'steps'));
    expect(left).toHaveLength(30);
    expect(left).toContain('40-apply');
    expect(left).not.toContain('10-apply');
    expect(existsSync(join(root, 'steps', '40-apply', 'access'))).toBe(false);
  });

  it('has containers removed once that a killed step could not remove, also if its owner gave the lease back', () => {
    const root = newRoot();
    const step = join(root, 'steps', '1-apply');
    mkdirSync(step, { recursive: true });
    writeFileSync(join(step, 'script'), '');
    const asked = (): string[] => {
      lease(
        root,
        `docker() { echo "asked $*" >>${quote(root)}/asked; }; lease_take owner deploy 45 0; lease_release "$(lease_value token)"`,
      );
      const lines = existsSync(join(root, 'asked')) ? readFileSync(join(root, 'asked'), 'utf8').split('\n') : [];
      rmSync(join(root, 'asked'), { force: true });
      return lines.filter((line) => line.startsWith('asked ps'));
    };
    expect(asked()).toHaveLength(2);
    expect(asked()).toEqual([]);
    rmSync(join(step, 'swept'));
    writeFileSync(join(step, 'status'), '0');
    expect(asked()).toEqual([]);
  });

  it('is refused while its owner lives: who, since when, at which step', async () => {
    const root = newRoot();
    const step = await start(root, 'operation "gate api"; say ready; await_word 600 go');
    await until(() => step.lines.length === 1);
    const told = refusal(root);
    expect(told.code).toBe('RB-LEASE-HELD');
    expect(told.what).toMatch(/^another run holds the lease of this stack: deploy, for \d+ s, at the step gate api$/);
    expect(told.why).toContain('https://ci.example/runs/1/attempts/1');
    step.send('go');
    await step.result;
    expect(refusal(root).what).not.toContain('step');
  });

  it('is given to exactly one of twenty who want it at once', async () => {
    const root = newRoot();
    const script = `RB_ROOT=${quote(root)}\n${leaseScript()}\nexec 4</dev/null\n${acquireLease({ owner: OWNER, procedure: 'deploy', timeout: 0, preempt: false })}\n`;
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
    // On a busy machine some of them never get to ask.
    expect(answers.filter((answer) => answer === 'held' || answer === 'timeout')).toHaveLength(19);
  });

  it('is asked for again when others hold the lock of its file, and what was in the way is said', async () => {
    const root = newRoot();
    mkdirSync(root);
    const blocker = spawn('flock', [join(root, 'lease.lock'), 'sleep', '60'], { detached: true });
    await until(() => existsSync(join(root, 'lease.lock')));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ask = (timeout: number) =>
      new Promise<string>((resolve) => {
        const wish = { owner: OWNER, procedure: 'deploy', timeout, preempt: false };
        const child = spawn('sh', [], { stdio: ['pipe', 'pipe', 'ignore'] });
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        child.on('close', () => resolve(output));
        child.stdin.end(`RB_ROOT=${quote(root)}\n${leaseScript()}\nexec 4<>"$RB_ROOT/words"\n${acquireLease(wish)}\n`);
      });
    spawnSync('mkfifo', [join(root, 'words')]);
    const patient = ask(60);
    expect(await ask(0)).toBe('timeout\n');
    process.kill(-(blocker.pid ?? 0));
    expect(await patient).toBe('token 1\n');
    expect(leaseHeld(null).details.why).toContain('lease.lock');
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

  it('ends the step that a silent owner left alone, and waits until it has put back what it did', async () => {
    const root = newRoot();
    const step = await start(root, 'undo_push "say undone; sleep 1"; say ready; await_word 600 go');
    await until(() => step.lines.length === 1);
    silence(root);
    expect(holder(root).state).toBe('busy');
    expect(leaseHeld(holder(root)).details.why).toContain('goes on by itself');
    expect(await step.result).toEqual({ outcome: 'exited', code: 143 });
    expect(step.lines.filter((line) => line !== 'Terminated')).toEqual(['ready', 'undone']);
    expect(take(root)).toBe(2);
  });

  it('waits for a step that must not be ended half-way', async () => {
    const root = newRoot();
    const step = await start(
      root,
      'protect; say ready; await_word 600 go; say whole; unprotect; operation next; say never',
    );
    await until(() => step.lines.length === 1);
    silence(root);
    expect(holder(root).state).toBe('busy');
    expect(holder(root).state).toBe('busy');
    step.send('go');
    expect(await step.result).toEqual({ outcome: 'exited', code: 1 });
    expect(step.lines).toEqual(['ready', 'whole']);
    expect(take(root)).toBe(2);
  });

  it('is taken at once from an owner that is known to have ended', () => {
    const root = newRoot();
    take(root);
    expect(holder(root).state).toBe('held');
    writeFileSync(join(root, 'dead'), '1\n');
    expect(take(root)).toBe(2);
    expect(holder(root).token).toBe(2);
  });

  it('ends a deploy that watches for who may preempt it, and no other', async () => {
    const root = newRoot();
    const step = await start(root, 'operation "watch api"; say ready; await_word 600 go');
    await until(() => step.lines.length === 1);
    refusal(root);
    const wish = { owner: OWNER, procedure: 'rollback', timeout: 0, preempt: true };
    lease(root, acquireLease(wish));
    expect(await step.result).toEqual({ outcome: 'exited', code: 143 });
    expect(step.events.find(({ name }) => name === 'failed')?.fields.kind).toBe(`preempt ${OWNER}`);
    lease(root, 'lease_release 1');
    const other = await start(root, 'operation "gate api"; say ready; await_word 600 go');
    await until(() => other.lines.length === 1);
    lease(root, acquireLease(wish));
    other.send('go');
    expect(await other.result).toEqual({ outcome: 'exited', code: 0 });
  });

  it('is given back for a run that was killed, and its step is ended', async () => {
    const root = newRoot();
    const step = await start(root, 'say ready; await_word 600 go');
    await until(() => step.lines.length === 1);
    expect(lease(root, 'lease_abandon 7')).toEqual(['other']);
    expect(lease(root, 'lease_abandon 1')).toEqual(['ended']);
    expect(await step.result).toEqual({ outcome: 'exited', code: 143 });
    expect(step.events.find(({ name }) => name === 'failed')?.fields.kind).toBe('cancel');
    const token = take(root);
    expect(lease(root, `lease_abandon ${token}`)).toEqual(['idle']);
    expect(take(root)).toBe(token + 1);
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
    acquire(root, owner, 'deploy');
    expect(refusal(root).why).toContain(owner.replace('\n', ' '));
    expect(existsSync(join(root, 'owned'))).toBe(false);
  });

  it('is not taken where it cannot be written', () => {
    const root = newRoot();
    writeFileSync(root.replace(/\/\.runbook$/, '/file'), '');
    expect(() => acquire(root.replace(/\.runbook$/, 'file/.runbook'), OWNER, 'deploy')).toThrow('RB-HOST-UNSUITABLE');
  });
});
