/** Where a closed site is asked whether it is closed. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { MARK } from '../../../actions/lib/nginx/close';
import { prove } from '../../../actions/lib/stack/apply/proof';
import { runbook } from './model-host';

it('it is asked at the address that leads to the port, and where all do, at that of proxy.url', async () => {
  const server = createServer((_request, response) => response.writeHead(503, { [MARK]: 'x' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const asked = new Set<string>();
  const dial = async (address: string, port: number) => {
    asked.add(`${address}:${port}`);
    return connect((server.address() as AddressInfo).port, '127.0.0.1');
  };
  const door = { tls: false, name: null };
  const doors = [
    { ...door, port: 81 },
    { ...door, port: 82, address: '192.0.2.7' },
  ];
  const proxy = { ...runbook.proxy, url: 'http://localhost' };
  expect(await prove({ closed: true, doors, answered: null }, { proxy }, dial)).toBeNull();
  server.close();
  expect([...asked]).toEqual(['localhost:80', 'localhost:81', '192.0.2.7:82']);
});
