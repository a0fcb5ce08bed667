import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../actions/lib/host/connect';
import type { Host } from '../../../actions/lib/host/host';
import { afterScript, type FaultyServer, type Misbehaviour, startFaultyServer } from './faulty-server';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function facing(misbehaviour: Misbehaviour): Promise<{ server: FaultyServer; host: Host }> {
  const server = await startFaultyServer(misbehaviour);
  stops.push(() => server.stop());
  const host = await connect(server);
  stops.push(() => host.close());
  return { server, host };
}

const devNull = () => new Writable({ write: (_chunk, _encoding, done) => done() });

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that something still refers to, and garbage that a busy machine has not swept yet: less than 150 MiB. */
function reachable(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('a host that misbehaves', () => {
  it('gets no credential when its key is another one', async () => {
    const server = await startFaultyServer({ otherKey: true });
    stops.push(() => server.stop());
    await expect(connect(server)).rejects.toThrow(/RB-HOST-KEY-CHANGED/);
    expect(server.attempts).toEqual([]);
  });

  it('is offered nothing but the key', async () => {
    const { server } = await facing({});
    expect(new Set(server.attempts)).toEqual(new Set(['publickey']));
  });

  it('drops the connection during a command: the outcome is unknown', async () => {
    const { host } = await facing({
      onExec: (channel, connection) =>
        afterScript(channel, () => {
          channel.write('part');
          setTimeout(() => connection.end(), 50);
        }),
    });
    expect(await host.run('true')).toMatchObject({
      outcome: 'unknown',
      stdout: 'part',
      reason: expect.stringContaining('lost'),
    });
    expect(host.connected).toBe(false);
    await expect(host.run('true')).rejects.toThrow(/RB-CONNECTION-LOST/);
  });

  it('resets the connection, during a command and while nothing runs: no crash', async () => {
    const { server, host } = await facing({ onExec: (channel) => afterScript(channel, () => server.reset()) });
    expect(await host.run('true')).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('ECONNRESET') });
    await host.reconnect();
    expect(host.connected).toBe(true);
    server.reset();
    await expect.poll(() => host.connected, { timeout: 4000 }).toBe(false);
    await expect(host.open('true')).rejects.toThrow(/RB-CONNECTION-LOST.*ECONNRESET/s);
  });

  it('sends status 0 and then drops the connection instead of closing the channel: not a success', async () => {
    const { host } = await facing({
      onExec: (channel, connection) =>
        afterScript(channel, () => {
          channel.write('part');
          channel.exit(0);
          setTimeout(() => connection.end(), 50);
        }),
    });
    expect(await host.run('true')).toMatchObject({ outcome: 'unknown' });
  });

  it('closes the channel without a status: the outcome is unknown', async () => {
    const { host } = await facing({ onExec: (channel) => afterScript(channel, () => channel.close()) });
    expect(await host.run('true')).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('without an exit status'),
    });
    expect(host.connected).toBe(true);
  });

  it('cuts a stream short: it does not count', async () => {
    const { host } = await facing({
      onExec: (channel, connection) =>
        afterScript(channel, () => {
          channel.write(Buffer.alloc(100_000));
          setTimeout(() => connection.end(), 50);
        }),
    });
    const sink = devNull();
    let finished = false;
    sink.on('finish', () => (finished = true));
    await expect(host.stream('pg_dump', sink)).rejects.toThrow(/RB-CONNECTION-LOST/);
    expect([finished, sink.destroyed]).toEqual([false, true]);
  });

  it('ends a session in the middle: its lines end, its outcome is unknown', async () => {
    const { server, host } = await facing({
      onExec: (channel) => afterScript(channel, () => channel.write('one\ntwo\nhalf')),
    });
    const session = await host.open('true');
    const lines: string[] = [];
    for await (const line of session.lines) {
      lines.push(line);
      if (lines.length === 2) server.reset();
    }
    expect(lines.slice(0, 2)).toEqual(['one', 'two']);
    expect(await session.done).toMatchObject({ outcome: 'unknown' });
    session.write('nobody hears it');
    session.close();
  });

  it('never ends a command: the deadline does', async () => {
    const { host } = await facing({ onExec: () => {} });
    expect(await host.run('true', { timeout: 300 })).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('0.3 s'),
    });
    await expect(host.stream('true', devNull(), { timeout: 300 })).rejects.toThrow(/0\.3 s/);
    const session = await host.open('true');
    session.close();
    expect(await session.done).toMatchObject({ outcome: 'unknown' });
  });

  it('never opens a channel: the deadline ends the wait', async () => {
    const { host } = await facing({ ignoreSessions: true });
    await expect(host.run('true')).rejects.toThrow(/RB-TIMEOUT.*did not start a shell/s);
  }, 60_000);

  it('never answers a forward: the deadline ends the wait', async () => {
    const { host } = await facing({ onForward: () => {} });
    await expect(host.forward('127.0.0.1', 1, 300)).rejects.toThrow(/0\.3 s/);
  });

  it('refuses to forward', async () => {
    const { host } = await facing({});
    await expect(host.forward('127.0.0.1', 1)).rejects.toThrow(/Channel open failure/);
  });

  it('closes or resets a forward that nobody listens to: no crash', async () => {
    let closeIt: () => void = () => {};
    const { server, host } = await facing({
      onForward: (accept) => {
        const channel = accept();
        closeIt = () => channel.close();
      },
    });
    for (const end of [() => closeIt(), () => server.reset()]) {
      const forward = await host.forward('127.0.0.1', 1);
      const closed = new Promise((resolve) => forward.on('close', resolve));
      end();
      forward.resume();
      await closed;
      forward.write('nobody reads it');
    }
  });

  it('splits characters over packets', async () => {
    const { host } = await facing({
      onExec: (channel) =>
        afterScript(channel, () => {
          const bytes = Buffer.from('a€b𝄞c\n');
          const send = (at: number) => {
            if (at === bytes.length) {
              channel.exit(0);
              channel.end();
              return;
            }
            channel.write(bytes.subarray(at, at + 1));
            channel.stderr.write(bytes.subarray(at, at + 1));
            setTimeout(() => send(at + 1), 5);
          };
          send(0);
        }),
    });
    const lines: string[] = [];
    expect(await host.run('true', { onLine: (line) => lines.push(line) })).toMatchObject({
      stdout: 'a€b𝄞c\n',
      stderr: 'a€b𝄞c\n',
    });
    expect(lines).toEqual(['a€b𝄞c']);
  });

  it('floods: memory stays bounded', async () => {
    const flood = 500;
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const before = reachable();
    let most = 0;
    const { host } = await facing({
      onExec: (channel) =>
        afterScript(channel, () => {
          let sent = 0;
          const more = () => {
            for (; sent < flood; sent += 1) {
              if (sent % 20 === 0) most = Math.max(most, reachable() - before);
              if (!channel.write(chunk)) {
                sent += 1;
                channel.once('drain', more);
                return;
              }
            }
            channel.exit(0);
            channel.end();
          };
          more();
        }),
    });
    const outcome = await host.run('yes', { keep: 1000, timeout: 120_000 });
    expect(outcome).toMatchObject({ outcome: 'exited', code: 0 });
    expect(outcome.stdout).toHaveLength(1000);
    expect(Math.max(most, reachable() - before)).toBeLessThan((flood * 1024 * 1024) / 2);
  }, 120_000);

  it('accepts TCP and says nothing: the deadline ends the handshake', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const server = await startFaultyServer({});
    stops.push(() => server.stop());
    const knownHosts = server.knownHosts.replace(String(server.port), String(port));
    await expect(connect({ ...server, port, knownHosts, timeout: 500 })).rejects.toThrow(/RB-HOST-UNREACHABLE/);
    silent.close();
  });
});

describe('close', () => {
  it.each([
    ['while nothing runs', ''],
    ['while a command runs that never ends', 'void host.run("sleep 600").catch(() => {});'],
    ['when the host has stopped answering', 'await host.run("sleep 600", { timeout: 300 });', true],
    ['while a session is open', 'const session = await host.open("cat");'],
  ])(
    'lets the process end %s',
    async (_case, before, freezes = false) => {
      const server: FaultyServer = await startFaultyServer({ onExec: () => freezes && server.freeze() });
      stops.push(() => server.stop());
      const { attempts, reset, freeze, stop, ...target } = server;
      const script = `
      import { connect } from '${import.meta.dirname}/../../../actions/lib/host/connect';
      const host = await connect(${JSON.stringify(target)});
      ${before}
      host.close();
    `;
      const child = spawn('npx', ['tsx', '--input-type=module', '-e', script], {
        cwd: `${import.meta.dirname}/../../..`,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const code = await new Promise((resolve) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
        child.on('exit', (status) => {
          clearTimeout(timer);
          resolve(status);
        });
      });
      expect(code).toBe(0);
    },
    30_000,
  );
});
