import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { hasNoWay, isPublic, unreached } from '../../../actions/lib/certificates/challenge';
import type { Dial } from '../../../actions/lib/stack/probe';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});
const challenge = { file: 'runbook-1', content: 'content' };

/** A real server that answers by path and name. */
async function serve(
  answer: (url: string, host: string) => { status: number; body?: string; location?: string },
): Promise<number> {
  const server = createServer((request, response) => {
    const { status, body = '', location } = answer(request.url ?? '', request.headers.host ?? '');
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Addresses → ports of this machine; all others refuse. */
const dialTo =
  (ports: Readonly<Record<string, number>>): Dial =>
  (address) =>
    new Promise((resolve, reject) => {
      const port = ports[address];
      if (port === undefined)
        return reject(
          new Error(`connect failed: ${address.includes(':') ? 'Network is unreachable' : 'Connection refused'}`),
        );
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', reject);
    });

const told: string[] = [];
const ask = (dial: Dial, leads: readonly string[], name = 'a.test') =>
  unreached([name], challenge, {
    dial,
    leads: new Map([[name, leads]]),
    host: 'localhost',
    tell: (text) => told.push(text),
  });

it('the file must come back for the name, here and at every address of it', async () => {
  const good = await serve((url, host) => ({
    status: url.endsWith('/acme-challenge/runbook-1') && host === 'a.test' ? 200 : 404,
    body: 'content\n',
  }));
  const other = await serve(() => ({ status: 200, body: 'hello' }));
  const dial = dialTo({ localhost: good, '10.0.0.1': good, '10.0.0.2': other });
  expect(await ask(dial, ['10.0.0.1'])).toEqual([]);
  expect(await ask(dial, ['10.0.0.1', '10.0.0.2'])).toEqual([
    'a.test also resolves to 10.0.0.2, which does not serve the challenge file: http://a.test answers something else',
  ]);
  expect((await ask(dial, ['10.0.0.3']))[0]).toMatch(/10\.0\.0\.3, which .*Connection refused/);
  expect((await ask(dialTo({ localhost: other }), []))[0]).toMatch(
    /port 80 of the host does not serve the challenge file for a\.test/,
  );
  expect((await ask(dial, []))[0]).toMatch(/a\.test does not resolve/);
});

it('redirects are followed as a CA does, but not for ever', async () => {
  const path = '/.well-known/acme-challenge/runbook-1';
  const moved = await serve((url) =>
    url === path ? { status: 301, location: '/file' } : { status: 200, body: 'content' },
  );
  expect(await ask(dialTo({ localhost: moved, '10.0.0.1': moved }), ['10.0.0.1'])).toEqual([]);
  const away = await serve(() => ({ status: 302, location: 'http://login.test/' }));
  expect((await ask(dialTo({ localhost: away }), []))[0]).toMatch(/it redirects to login\.test/);
  const round = await serve((url) => ({ status: 302, location: url }));
  expect((await ask(dialTo({ localhost: round }), []))[0]).toMatch(/redirects too often/);
});

it('an address that cannot be reached proves nothing, and is named', async () => {
  const good = await serve(() => ({ status: 200, body: 'content' }));
  // Whether this machine has IPv6 or not: nobody answers there.
  const wrong = await ask(dialTo({ localhost: good, '10.0.0.1': good }), ['10.0.0.1', '2001:db8::1']);
  expect(wrong.length + told.length).toBe(1);
  expect(hasNoWay('connect ENETUNREACH 2606::1:80')).toBe(true);
  expect(hasNoWay('connect ECONNREFUSED 2606::1:80')).toBe(false);
});

it('addresses of one own network are not asked from outside', () => {
  expect(['10.1.2.3', '127.0.0.1', '192.168.0.1', '172.20.0.1', '100.64.0.1', 'fd00::1', '::1'].map(isPublic)).toEqual(
    Array(7).fill(false),
  );
  expect(['203.0.113.7', '172.32.0.1', '2606:4700::1'].map(isPublic)).toEqual([true, true, true]);
});

it('a redirect leads to another name of the order at the same address, to any other name where that name leads', async () => {
  const path = '/.well-known/acme-challenge/runbook-1';
  const shop = await serve((_url, host) =>
    host === 'www.shop.test'
      ? { status: 301, location: `http://shop.test${path}` }
      : { status: host === 'shop.test' ? 200 : 404, body: 'content' },
  );
  const reaching = (dial: Dial) => ({
    dial,
    leads: new Map(['shop.test', 'www.shop.test'].map((name) => [name, ['10.0.0.1']])),
    host: 'localhost',
    tell: () => {},
  });
  const here = dialTo({ localhost: shop, '10.0.0.1': shop });
  expect(await unreached(['shop.test', 'www.shop.test'], challenge, reaching(here))).toEqual([]);
  // The CA looks up a name that is not of the order.
  const central = dialTo({ localhost: shop, '10.0.0.1': shop, 'shop.test': shop });
  expect(await unreached(['www.shop.test'], challenge, reaching(central))).toEqual([]);
  expect((await unreached(['www.shop.test'], challenge, reaching(here)))[0]).toMatch(
    /it redirects to shop\.test: connect failed/,
  );
  const aside = await serve(() => ({ status: 302, location: `https://a.test:8443${path}` }));
  expect((await ask(dialTo({ localhost: aside }), []))[0]).toMatch(/a CA follows only to the ports 80 and 443/);
});

it('a proxy behind a balancer, which expects the PROXY protocol, is asked by it at the host, and nowhere else', async () => {
  const server = createTcpServer((socket) => {
    socket.once('data', (data) => {
      if (!data.toString().startsWith('PROXY UNKNOWN\r\n')) socket.destroy();
      else socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ncontent');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const good = await serve(() => ({ status: 200, body: 'content' }));
    expect(await ask(dialTo({ localhost: port, '10.0.0.1': good }), ['10.0.0.1'])).toEqual([]);
    expect((await ask(dialTo({ localhost: port, '10.0.0.1': port }), ['10.0.0.1']))[0]).toMatch(/also resolves to/);
  } finally {
    server.close();
  }
});

it("the host's own name in /etc/hosts does not count beside an address that a CA can reach", async () => {
  const good = await serve(() => ({ status: 200, body: 'content' }));
  expect(await ask(dialTo({ localhost: good, '10.0.0.1': good }), ['127.0.1.1', '10.0.0.1'])).toEqual([]);
  expect((await ask(dialTo({ localhost: good }), ['127.0.1.1']))[0]).toMatch(/also resolves to 127\.0\.1\.1/);
});
