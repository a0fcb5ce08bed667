import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND } from '../../../actions/lib/host/bootstrap';
import { connect } from '../../../actions/lib/host/connect';
import { BEGIN } from '../../../actions/lib/host/greeting';
import type { Host } from '../../../actions/lib/host/host';
import { type Sshd, startSshd } from './sshd';

let sshd: Sshd;
let host: Host;

beforeAll(async () => {
  sshd = await startSshd();
  host = await connect(sshd);
});
afterAll(async () => {
  host.close();
  await sshd.stop();
});

describe('run', () => {
  it('gives exit status, output and error output', async () => {
    expect(await host.run('echo out; echo err >&2; exit 3')).toEqual({
      outcome: 'exited',
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('tells a signal as a shell does', async () => {
    expect(await host.run('kill -KILL $$')).toMatchObject({ outcome: 'exited', code: 137 });
  });

  it('leaves all input to the script, however long both are', async () => {
    const input = randomBytes(3_000_000);
    const filler = `# ${'é€𝄞'.repeat(30_000)}\n`;
    const outcome = await host.run(`${filler}echo "é$#"; sha256sum`, { input });
    expect(outcome).toMatchObject({ code: 0, stdout: `é0\n${createHash('sha256').update(input).digest('hex')}  -\n` });
  });

  it('reads input from a stream, and ends it when the script ends first', async () => {
    expect(await host.run('cat', { input: Readable.from(['a', 'b']) })).toMatchObject({ stdout: 'ab' });
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(100_000);
      })(),
    );
    expect(await host.run('head -c 10 >/dev/null', { input: endless })).toMatchObject({ code: 0 });
    expect(endless.destroyed).toBe(true);
  });

  it('passes the error of an input stream on, and does not let the script take a part for all', async () => {
    const broken = Readable.from(
      (async function* () {
        yield 'part';
        throw new Error('file vanished');
      })(),
    );
    await expect(host.run('cat >/dev/null', { input: broken })).rejects.toThrow('file vanished');
  });

  it('gives lines as they come', async () => {
    const lines: string[] = [];
    await host.run("printf 'one\\ntw'; sleep 0.1; printf 'o €'", { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two €']);
  });

  it('keeps the newest output within its bound', async () => {
    const outcome = await host.run('seq 1 200000; seq 1 200000 >&2', { keep: 10_000 });
    expect(outcome.stdout.length).toBeLessThanOrEqual(10_000);
    expect(outcome.stdout.endsWith('199999\n200000\n')).toBe(true);
    expect(outcome.stderr.endsWith('199999\n200000\n')).toBe(true);
  });

  it('gives up after its deadline, and when it is cancelled: the outcome is unknown', async () => {
    expect(await host.run('echo begun; sleep 60', { timeout: 5000 })).toMatchObject({
      outcome: 'unknown',
      stdout: 'begun\n',
      reason: expect.stringContaining('5 s'),
    });
    const abort = new AbortController();
    const running = host.run('sleep 20', { signal: abort.signal });
    abort.abort();
    expect(await running).toMatchObject({ outcome: 'unknown', reason: 'the run was cancelled' });
    expect(host.connected).toBe(true);
  });

  it('runs many scripts at once on one connection', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map((number) => host.run(`echo ${number}`)));
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n']);
    expect(host.counters.handshakes).toBe(1);
  });

  it('shows neither script nor input in any argument or environment on the host', async () => {
    const secret = randomBytes(16).toString('hex');
    const look = `read -r word; : ${secret}; for d in /proc/[0-9]*; do tr '\\0' ' ' <$d/cmdline; tr '\\0' ' ' <$d/environ; done 2>/dev/null | grep -c "$word"; exit 0`;
    expect(await host.run(look, { input: `${secret}\n` })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^[01]\n$/),
    });
    // The one that may be found is grep's own argument, of a process that comes after `ps`-like listing began or not.
    const listing = await host.run(`: ${secret}; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; exit 0`, {
      input: secret,
    });
    expect(listing.stdout).toContain('IFS= read -r n');
    expect(listing.stdout).not.toContain(secret);
  });

  it('refuses a script with NUL', async () => {
    await expect(host.run('echo a\0b')).rejects.toThrow(/NUL/);
  });
});

describe('the command that takes the script', () => {
  it('holds nothing that a login shell could read in another way', () => {
    expect(COMMAND).not.toMatch(/[!\\\n]/);
    expect(COMMAND.match(/'/g)).toHaveLength(2);
  });

  const shells = ['sh', 'dash', 'bash', 'zsh', 'ksh', 'mksh', 'tcsh', 'fish', 'busybox sh'];
  const present = shells.filter((shell) => spawnSync('sh', ['-c', `command -v ${shell.split(' ')[0]}`]).status === 0);

  it.each(present)('works when the login shell is %s', (shell) => {
    const [program = '', ...options] = shell.split(' ');
    const script = Buffer.from(`printf '%s ' "$#" 'é €'; cat; exit 9\n`);
    const frame = Buffer.concat([Buffer.from(`${script.length}\n`), script]);
    const whole = spawnSync(program, [...options, '-c', COMMAND], {
      input: Buffer.concat([frame, Buffer.from('rest\n')]),
    });
    expect([whole.status, whole.stdout.toString(), whole.stderr.toString()]).toEqual([9, `${BEGIN}\n0 é € rest\n`, '']);
    // A connection cut in the middle of the script must run no part of it.
    const cut = spawnSync(program, [...options, '-c', COMMAND], { input: frame.subarray(0, frame.length - 2) });
    expect([cut.status, cut.stdout.toString()]).toEqual([1, `${BEGIN}\n`]);
  });
});

describe('open', () => {
  it('talks to a script line by line', async () => {
    const session = await host.open('cat <&0 | while IFS= read -r line; do echo "got $line"; done; exit 4', {
      input: 'first\n',
    });
    session.write('zweite é');
    session.end();
    const lines: string[] = [];
    for await (const line of session.lines) lines.push(line);
    expect(lines).toEqual(['got first', 'got zweite é']);
    expect(await session.done).toMatchObject({ outcome: 'exited', code: 4 });
    session.write('too late');
    session.end();
    session.close();
  });

  it('gives answers while the script runs on', async () => {
    const session = await host.open('while IFS= read -r line; do echo "got $line"; done');
    const reader = session.lines[Symbol.asyncIterator]();
    for (const word of ['a', 'b', 'c']) {
      session.write(word);
      expect((await reader.next()).value).toBe(`got ${word}`);
    }
    session.close();
    expect(await session.done).toMatchObject({ outcome: 'unknown' });
    expect((await reader.next()).done).toBe(true);
  });

  it('gives all lines to a slow reader, and ends for one who stops reading', async () => {
    const session = await host.open('seq 1 300000');
    let count = 0;
    for await (const line of session.lines) {
      count += 1;
      // `expect` on each line takes longer than the line.
      if (line !== String(count)) expect(line).toBe(String(count));
      if (count % 50_000 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(count).toBe(300_000);
    const stopped = await host.open('seq 1 300000; exit 5');
    for await (const _line of stopped.lines) break;
    expect(await stopped.done).toMatchObject({ outcome: 'exited', code: 5 });
  });

  it('holds the host back when the reader is slow', async () => {
    const marker = `/tmp/lines-${randomBytes(8).toString('hex')}`;
    const session = await host.open(`seq 1 3000000; echo end >${marker}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await host.run(`cat ${marker}`)).stdout).toBe('');
    for await (const _line of session.lines) break;
    expect(await session.done).toMatchObject({ code: 0 });
    expect((await host.run(`cat ${marker}; rm ${marker}`)).stdout).toBe('end\n');
  });
});

describe('stream', () => {
  it('gives bytes and hash of what went through', async () => {
    const chunks: Buffer[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const { bytes, sha256 } = await host.stream('seq 1 500000', sink);
    const expected = spawnSync('sh', ['-c', 'seq 1 500000 | sha256sum']).stdout.toString().split(' ')[0];
    expect([bytes, sha256]).toEqual([Buffer.concat(chunks).length, expected]);
  });

  it('holds the host back when the sink is slow', async () => {
    let received = 0;
    let release: () => void = () => {};
    const stalled = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        void stalled.then(() => done());
      },
    });
    const marker = `/tmp/stream-${randomBytes(8).toString('hex')}`;
    const streaming = host.stream(`head -c 50000000 /dev/zero; echo end >${marker}`, sink);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // The script cannot have ended: most of what it sends has no place to go.
    expect((await host.run(`cat ${marker}`)).stdout).toBe('');
    expect(received).toBeLessThan(1_000_000);
    release();
    expect((await streaming).bytes).toBe(50_000_000);
    await host.run(`rm ${marker}`);
  });

  it.each([
    ['another exit status', 'echo part; echo why >&2; exit 2', /RB-COMMAND-FAILED.*exit status 2.*why/s],
    ['a signal', 'echo part; kill -TERM $$', /RB-COMMAND-FAILED.*143/s],
  ])('does not count after %s, and the sink never sees an end', async (_case, script, message) => {
    let finished = false;
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    sink.on('finish', () => (finished = true));
    await expect(host.stream(script, sink)).rejects.toThrow(message);
    expect([finished, sink.destroyed]).toEqual([false, true]);
  });

  it('fails with its sink, and leaves the connection usable', async () => {
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    await expect(host.stream('head -c 50000000 /dev/zero', full)).rejects.toThrow('disk full');
    expect(await host.run('echo fine')).toMatchObject({ stdout: 'fine\n' });
  });

  it('gives up after its deadline', async () => {
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    await expect(host.stream('echo part; sleep 20', sink, { timeout: 500 })).rejects.toThrow(
      /RB-CONNECTION-LOST.*0\.5 s/s,
    );
  });
});
