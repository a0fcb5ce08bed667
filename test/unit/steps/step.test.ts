/** Steps on this machine, by real shells. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localHost } from './local-host';
import { lease, newRoot, processOf, removesFolders, start, take, until } from './stack-folder';

removesFolders();

const hasBusybox = (() => {
  try {
    return execFileSync('busybox', ['--list'], { encoding: 'utf8' }).split('\n').includes('ash');
  } catch {
    return false;
  }
})();
const shells: [string, string[]][] = [
  ['sh', ['sh']],
  ...(hasBusybox ? [['busybox', ['busybox', 'sh']] as [string, string[]]] : []),
];

describe.each(shells)('a step by %s', (_name, shell) => {
  it('shows its lines and events as they come, and ends with its status', async () => {
    const host = localHost(shell);
    const step = await start(newRoot(), 'say one; event made id=7 "line=50 %\t|a\nb"; printf "no end"; exit 3', {
      host,
    });
    expect(await step.result).toEqual({ outcome: 'exited', code: 3 });
    expect(step.lines).toEqual(['one', 'no end']);
    expect(step.events).toEqual([{ name: 'made', fields: { id: '7', line: '50 %\t|a\nb' } }]);
    expect(host.counters.sessions).toBe(1);
  });

  it('hears the words that the runner sends', async () => {
    const step = await start(newRoot(), 'say ready; await_word 600 "go a" "abort a" && say "heard $RB_WORD"', {
      host: localHost(shell),
      onLine: (line) => {
        if (line !== 'ready') return;
        step.send('go other');
        step.send('abort a');
      },
    });
    expect(await step.result).toEqual({ outcome: 'exited', code: 0 });
    expect(step.lines.at(-1)).toBe('heard abort a');
  });

  it('stops waiting for a word at the deadline', async () => {
    const step = await start(newRoot(), 'await_word 3 go || say "status $?"', { host: localHost(shell) });
    await step.result;
    expect(step.lines).toEqual(['status 1']);
  });

  it('carries ten thousand lines, and characters of several bytes written byte by byte', async () => {
    const script = `awk 'BEGIN { for (i = 1; i <= 10000; i++) print "line", i, "äöü" }'
      printf '\\303'; sleep 0.3; printf '\\244\\n'`;
    const step = await start(newRoot(), script, { host: localHost(shell) });
    expect(await step.result).toEqual({ outcome: 'exited', code: 0 });
    expect(step.lines).toHaveLength(10_001);
    expect(step.lines[9999]).toBe('line 10000 äöü');
    expect(step.lines[10_000]).toBe('ä');
  });
});

describe('a lost connection', () => {
  it('loses no line and doubles none, wherever it is cut', async () => {
    const script = `i=0; while [ $i -lt 60 ]; do i=$((i + 1)); say "line $i with ümlauts."; sleep 0.02; done; exit 4`;
    for (const bytes of [3, 12, 57, 200, 391]) {
      const host = localHost();
      host.cutAfter(bytes);
      const step = await start(newRoot(), script, { host });
      expect(await step.result).toEqual({ outcome: 'exited', code: 4 });
      expect(step.lines).toEqual(Array.from({ length: 60 }, (_, i) => `line ${i + 1} with ümlauts.`));
      expect(host.counters.handshakes).toBe(2);
    }
  });

  it('repeats the verdict that may have been lost with it', async () => {
    const host = localHost();
    const step = await start(newRoot(), 'say ready; await_word 600 go && say heard', { host });
    await until(() => step.lines.length === 1);
    host.cut();
    step.send('go');
    expect(await step.result).toEqual({ outcome: 'exited', code: 0 });
    expect(step.lines).toEqual(['ready', 'heard']);
  });

  it('does not end the step', async () => {
    const host = localHost();
    const root = newRoot();
    const step = await start(root, 'say ready; sleep 1; say still', { host });
    await until(() => step.lines.length === 1);
    host.unplug();
    host.cut();
    await until(() => existsSync(join(step.folder, 'status')));
    expect(step.file('out')).toBe('ready\nstill\n');
    expect(step.file('status')).toBe('0\n');
  });

  it('is noticed by the step', async () => {
    const host = localHost();
    const script = 'say ready; while ! runner_lost; do sleep 0.1; done; say lost';
    const step = await start(newRoot(), script, { host, patience: 1 });
    await until(() => step.lines.length === 1);
    host.unplug();
    host.cut();
    await until(() => existsSync(join(step.folder, 'status')));
    expect(step.file('out')).toContain('lost');
  });
});

describe('an outcome that nobody knows', () => {
  it('is no success when the step was killed', async () => {
    const step = await start(newRoot(), 'say ready; while :; do sleep 0.1; done');
    await until(() => step.lines.length === 1);
    process.kill(processOf(step), 'SIGKILL');
    expect(await step.result).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('killed') });
  });

  it('is no success when the step never arrived', async () => {
    const host = localHost();
    const { open } = host;
    let tries = 0;
    host.open = (script) => {
      tries += 1;
      return open(tries === 1 ? 'exit 1' : script);
    };
    const step = await start(newRoot(), 'say never', { host });
    expect(await step.result).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('never started') });
  });

  it('is never that of an older step of the same name', async () => {
    const root = newRoot();
    const token = take(root);
    await (await start(root, 'exit 0', { token })).result;
    const step = await start(root, 'exit 0', { token });
    expect(await step.result).toEqual({ outcome: 'exited', code: 73 });
    expect(step.events.map((event) => event.name)).toEqual(['log', 'failed']);
  });
});

describe('steps of one stack', () => {
  it('run one after the other', async () => {
    const root = newRoot();
    const token = take(root);
    const script = `echo in >>"$RB_ROOT/order"; sleep 0.5; echo out >>"$RB_ROOT/order"`;
    const steps = await Promise.all(['a', 'b', 'c'].map((id) => start(root, script, { token, id })));
    await Promise.all(steps.map((step) => step.result));
    expect(readFileSync(join(root, 'order'), 'utf8')).toBe('in\nout\n'.repeat(3));
  });

  it('refuse to run for an owner that was overtaken', async () => {
    const root = newRoot();
    const token = take(root);
    lease(root, `lease_release ${token}`);
    take(root);
    const step = await start(root, 'say never', { token });
    expect(await step.result).toEqual({ outcome: 'exited', code: 75 });
    expect(step.events).toEqual([{ name: 'lease-lost', fields: {} }]);
    expect(existsSync(join(root, 'journal.jsonl'))).toBe(false);
  });

  it('keep the heartbeat of their own lease only', async () => {
    const root = newRoot();
    const host = localHost();
    const step = await start(root, 'say ready; await_word 600 go', { host });
    await until(() => step.lines.length === 1);
    const owned = readFileSync(join(root, 'lease'), 'utf8');
    const beats = async () => {
      writeFileSync(join(root, 'heartbeat'), '1           \n');
      writeFileSync(join(step.folder, 'beat'), '1           \n');
      host.cut();
      await until(() => !step.file('beat').startsWith('1 '));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return !readFileSync(join(root, 'heartbeat'), 'utf8').startsWith('1 ');
    };
    expect(await beats()).toBe(true);
    writeFileSync(join(root, 'lease'), owned.replace(/token=.*/, 'token=99'));
    expect(await beats()).toBe(false);
    step.send('go');
    expect(await step.result).toEqual({ outcome: 'exited', code: 0 });
  });
});

describe('secrets of a step', () => {
  const input = Buffer.from('s3cr3t \0\xff\n', 'latin1');

  it('come by a file that only its owner reads and that ends with the step, however it ends', async () => {
    for (const end of ['exit 0', 'exit 1', 'kill -TERM $$; sleep 5']) {
      const step = await start(
        newRoot(),
        `stat -c %a "$RB_INPUT"; wc -c <"$RB_INPUT"; sha256sum <"$RB_INPUT"; ${end}`,
        {
          input,
        },
      );
      await step.result;
      expect(step.lines.slice(0, 2)).toEqual(['600', String(input.length)]);
      expect(existsSync(join(step.folder, 'input'))).toBe(false);
      expect(statSync(step.folder).mode & 0o777).toBe(0o700);
    }
  });

  it('go with the next owner when the step was killed', async () => {
    const root = newRoot();
    const token = take(root);
    const step = await start(root, 'say ready; while :; do sleep 0.1; done', { input, token });
    await until(() => step.lines.length === 1);
    process.kill(processOf(step), 'SIGKILL');
    await step.result;
    expect(existsSync(join(step.folder, 'input'))).toBe(true);
    lease(root, `lease_release ${token}`);
    take(root);
    expect(existsSync(join(step.folder, 'input'))).toBe(false);
  });

  it('and scripts stand in no argument', async () => {
    const step = await start(newRoot(), ': canary-in-script; cat /proc/[0-9]*/cmdline | tr "\\0" " " >"$RB_STEP/ps"', {
      input: Buffer.from('canary-in-input'),
    });
    await step.result;
    expect(step.file('ps')).toContain('/script');
    expect(step.file('ps')).not.toMatch(/canary-in|Y2FuYXJ5/);
  });
});

it('a step that did not arrive completely is not run', async () => {
  const root = newRoot();
  const token = take(root);
  mkdirSync(join(root, 'steps'), { recursive: true });
  const host = localHost();
  const { open } = host;
  host.open = (script) => open(script.replace('>"$RB_STEP/script"', '>/dev/full'));
  const step = await start(root, 'say never', { host, token });
  expect(await step.result).toEqual({ outcome: 'exited', code: 73 });
  expect(existsSync(join(step.folder, 'out'))).toBe(false);
});
