/** What is said of a name whose file cannot be compared with what is served; a real server answers. */
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import { askAll } from '../../../actions/lib/certificates/ask';
import type { Place } from '../../../actions/lib/certificates/places';
import type { Dial } from '../../../actions/lib/stack/probe';
import { testCa } from './make';

const ca = testCa();
let server: Server;
afterAll(() => {
  ca.close();
  server.close();
});

const dial: Dial = (address, port) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, address, () => resolve(socket));
    socket.on('error', reject);
  });

it.each([
  ['/etc/letsencrypt/live/$ssl_server_name/fullchain.pem', /has a variable in its path.*name the path without/],
  ['/etc/nginx/gone.pem', /^its file \/etc\/nginx\/gone\.pem cannot be read$/],
])('the file %s', async (path, problem) => {
  server = createServer(ca.pair({ san: 'DNS:shop.example' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const question = { name: 'shop.example', certificates: [path], ordersItself: false, several: false };
  const proxy = { container: { id: 'c1', mounts: [] } };
  const place = { question, proxy, address: '127.0.0.1', port } as unknown as Place;
  const [asked] = await askAll(dial, [place], { files: new Map(), state: null });
  expect(asked).toMatchObject({ unseen: true, problem: expect.stringMatching(problem) });
  server.close();
});
