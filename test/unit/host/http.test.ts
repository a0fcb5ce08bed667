/** One request over an open connection, to real servers of HTTP and TLS. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { exchange } from '../../../actions/lib/host/http';
import { testCa } from '../certificates/make';

const ca = testCa();
afterAll(() => ca.close());
const servers: Server[] = [];
const open = new Set<Socket>();

afterEach(() => {
  for (const socket of open) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

describe('exchange', () => {
  it('sends method, headers and content, and gives the answer', async () => {
    const connection = await to((request, response) => {
      void text(request).then((said) =>
        response
          .writeHead(201, { 'x-seen': `${request.method} ${request.url} ${request.headers.connection}` })
          .end(said),
      );
    });
    const answer = await exchange(connection, {
      method: 'PUT',
      path: '/a?b=c',
      headers: { host: 'backend', 'content-length': 5 },
      body: Readable.from(['he', 'llo']),
      timeout: 5000,
    });
    expect([answer.statusCode, answer.headers['x-seen'], await text(answer)]).toEqual([
      201,
      'PUT /a?b=c close',
      'hello',
    ]);
    await closed(connection);
  });

  it('says when there is no answer in time, and closes the connection', async () => {
    const connection = await to(() => {});
    await expect(exchange(connection, { path: '/', headers: { host: 'x' }, timeout: 200 })).rejects.toThrow(
      'no answer within 0.2 s',
    );
    expect(connection.destroyed).toBe(true);
  });

  it('passes on the error of the content that it sends', async () => {
    const connection = await to(() => {});
    const body = Readable.from(
      (async function* () {
        yield 'half';
        throw new Error('the disk is gone');
      })(),
    );
    const asked = { method: 'PUT', path: '/', headers: { host: 'x', 'content-length': 8 }, body, timeout: 5000 };
    await expect(exchange(connection, asked)).rejects.toThrow('the disk is gone');
    expect(connection.destroyed).toBe(true);
  });

  it('rejects an answer that is no HTTP', async () => {
    const connection = await connected(createTcpServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    await expect(exchange(connection, { path: '/', headers: { host: 'x' }, timeout: 5000 })).rejects.toThrow(
      'Parse Error',
    );
  });

  it.each([
    ['shop.example.com', 'shop.example.com'],
    ['127.0.0.1', 'nothing'],
    ['[::1]', 'nothing'],
  ])('names %s to a TLS server as %s', async (name, seen) => {
    const asks: string[] = [];
    const server = createTlsServer(ca.pair({ san: 'DNS:shop.example.com' }), (_request, response) =>
      response.end('ok'),
    );
    server.on('secureConnection', (socket) => asks.push(socket.servername || 'nothing'));
    const connection = await connected(server);
    const answer = await exchange(connection, {
      path: '/',
      headers: { host: name },
      tls: { name, verified: false },
      timeout: 5000,
    });
    expect([await text(answer), asks]).toEqual(['ok', [seen]]);
    await closed(connection);
  });

  it('refuses a certificate that nobody vouches for where it must be verified', async () => {
    const server = createTlsServer(ca.pair({ san: 'DNS:shop.example.com' }), (_request, response) =>
      response.end('ok'),
    );
    const tls = { name: 'shop.example.com', verified: true };
    await expect(
      exchange(await connected(server), { path: '/', headers: { host: 'x' }, tls, timeout: 5000 }),
    ).rejects.toThrow(/unable to verify|self-signed/);
  });
});

function to(listener: RequestListener): Promise<Socket> {
  return connected(createServer(listener));
}

async function connected(server: Server): Promise<Socket> {
  servers.push(server);
  server.on('connection', (socket: Socket) => open.add(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close');
}
