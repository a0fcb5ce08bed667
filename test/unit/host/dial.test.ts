/** Names with several addresses, of which some do not answer or answer late. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dialAny } from '../../../actions/lib/host/dial';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function listening(address: string, port = 0): Promise<number> {
  const server: Server = createServer((socket) => socket.on('error', () => {}).resume());
  server.listen(port, address);
  await once(server, 'listening');
  stops.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** Addresses whose queue is full: what comes is dropped without a word for so many milliseconds, and taken when it comes again. */
async function silent(addresses: readonly string[], port: number, milliseconds: number): Promise<void> {
  const program = `
    const net = require('node:net'), addresses = ${JSON.stringify(addresses)};
    let left = addresses.length;
    for (const address of addresses) net.createServer((s) => s.on('error', () => {}).resume()).listen(${port}, address, 1, () => {
      if (--left > 0) return;
      require('node:fs').writeSync(1, 'ready');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${milliseconds});
    });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const fillers = addresses.flatMap((host) => Array.from({ length: 4 }, () => connect({ host, port })));
  for (const filler of fillers) filler.on('error', () => {});
  stops.push(() => fillers.map((filler) => filler.destroy()));
  await Promise.all(addresses.map((_one, index) => once(fillers[index * 4] as Socket, 'connect')));
}

async function dialled(addresses: readonly string[], port: number, timeout = 20_000): Promise<string | undefined> {
  const socket = await dialAny('any.test', port, timeout, async () => addresses);
  stops.push(() => socket.destroy());
  return socket.remoteAddress;
}

describe('a name with several addresses', () => {
  it('is reached by the one that answers, whichever comes first', async () => {
    const port = await listening('127.0.0.1');
    await silent(['127.0.0.2'], port, 60_000);
    expect(await dialled(['127.0.0.2', '127.0.0.1'], port)).toBe('127.0.0.1');
    expect(await dialled(['127.0.0.1', '127.0.0.2'], port)).toBe('127.0.0.1');
    // Nobody listens at the first.
    expect(await dialled(['127.0.0.3', '127.0.0.1'], port)).toBe('127.0.0.1');
  });

  it('is reached where each of them takes longer than a moment', async () => {
    const port = await listening('127.0.0.1');
    await silent(['127.0.0.2', '127.0.0.3'], port, 900);
    expect(['127.0.0.2', '127.0.0.3']).toContain(await dialled(['127.0.0.2', '127.0.0.3'], port));
  });

  it('fails on what the host said, and in time where it says nothing', async () => {
    const port = await listening('127.0.0.1');
    await expect(dialled(['127.0.0.2', '127.0.0.3'], port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await silent(['127.0.0.2'], port, 60_000);
    await expect(dialled(['127.0.0.2'], port, 600)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(dialled(['127.0.0.2', '127.0.0.3'], port, 600)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('that has none says so', async () => {
    await expect(dialAny('nobody.invalid', 22, 5000)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  });
});
