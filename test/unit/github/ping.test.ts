import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ping } from '../../../actions/lib/github/ping';

let server: Server;
let status = 200;
const asked: string[] = [];
const warnings: string[] = [];
const secrets: string[] = [];
const log = { warning: (text: string) => void warnings.push(text), secret: (text: string) => void secrets.push(text) };
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/canary`;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  asked.length = 0;
  warnings.length = 0;
});
afterAll(() => void server.close());

it('a ping requests the address once, and keeps it secret', async () => {
  await ping(address(), log);
  expect([asked, warnings]).toEqual([['/canary'], []]);
  expect(secrets).toContain(address());
});

it('a ping warns of a wrong answer, and of a missing one', async () => {
  status = 404;
  await ping(address(), log);
  expect(warnings).toEqual(['ping-url answered 404']);
  await ping('http://127.0.0.1:1/canary', log);
  expect(warnings[1]).toContain('could not be reached');
});
