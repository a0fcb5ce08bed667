import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import { chainOf } from '../../../actions/lib/certificates/certificate';
import { judgeServed } from '../../../actions/lib/certificates/served';
import { askTls } from '../../../actions/lib/certificates/tls';
import type { Dial } from '../../../actions/lib/stack/probe';
import { testCa } from './make';

const ca = testCa();
const servers: Server[] = [];
afterAll(() => {
  ca.close();
  for (const server of servers) server.close();
});

const dial: Dial = (address, port) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, address, () => resolve(socket));
    socket.on('error', reject);
  });

/** A real server; each handshake of it is over when this is asked. */
async function serve(...pairs: { cert: string; key: string }[]): Promise<number> {
  const server = createServer({ cert: pairs.map(({ cert }) => cert), key: pairs.map(({ key }) => key) });
  server.on('tlsClientError', () => {});
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ask = (port: number, keys: 'rsa' | 'ec' | null = null) =>
  askTls(dial, { address: '127.0.0.1', port, name: 'shop.example', keys, proxyProtocol: false }, 5000);

it('the chain is what the server sent, and nothing that this machine adds to it', async () => {
  const pair = ca.pair({ san: 'DNS:shop.example' });
  const [leaf = ''] = pair.cert.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/) ?? [];
  const whole = await ask(await serve(pair));
  expect(whole).toHaveLength(2);
  expect(judgeServed([chainOf(pair.cert)], whole, 'shop.example')).toBeNull();
  const bare = await ask(await serve({ ...pair, cert: leaf }));
  expect(bare).toHaveLength(1);
  expect(judgeServed([chainOf(pair.cert)], bare, 'shop.example')).toMatch(/a chain of 1/);
});

it('of two certificates for one name each is seen', async () => {
  const ec = ca.pair({ san: 'DNS:shop.example' });
  const rsa = ca.pair({ san: 'DNS:shop.example', rsa: true });
  const port = await serve(ec, rsa);
  expect(judgeServed([chainOf(ec.cert)], await ask(port, 'ec'), null)).toBeNull();
  expect(judgeServed([chainOf(rsa.cert)], await ask(port, 'rsa'), null)).toBeNull();
  expect(judgeServed([chainOf(ec.cert)], await ask(port, 'rsa'), null)).toMatch(
    /it serves the certificate with serial/,
  );
});

it('a port that speaks no TLS, or nothing at all, is an error and not an empty chain', async () => {
  const { createServer: plain } = await import('node:net');
  const server = plain((socket) => socket.end('hello\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await expect(ask((server.address() as AddressInfo).port)).rejects.toThrow();
  server.close();
});
