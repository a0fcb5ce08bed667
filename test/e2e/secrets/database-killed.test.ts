/** A rotation of a database's password that ends in the middle, at each of its steps: no login fails, and the next run comes to the end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { total } from '../../load/report';
import { killStep, when } from '../moments';
import { annotation, succeeded } from '../stage';
import { DB, ShopStage } from './shop-stage';

let shop: ShopStage;

beforeAll(async () => {
  shop = await ShopStage.open();
}, 600_000);
afterAll(() => shop?.close());
beforeEach(() => shop.checkOut());

type End = (shop: ShopStage, kill: () => void, pid: number) => unknown;
const runner: End = (_shop, kill) => kill();
const host: End = ({ stage }) => killStep(stage)();
const cancelled: End = (_shop, _kill, pid) => process.kill(pid, 'SIGINT');

describe('ended', { tags: ['exhaustive'] }, () => {
  it.each<[string, RegExp, End]>([
    ['by the end of its runner once the other role has its password', /no service has it yet/, runner],
    ['by the end of its runner before the branch has the values', /Finish in the repository/, runner],
    ['by a kill on the host while services change', /^backend: 0 of 1 healthy/, host],
    ['by somebody while services change', /^backend: 0 of 1 healthy/, cancelled],
  ])('%s', async (_name, at, end) => {
    const load = await shop.stage.load({ rate: 10 });
    let [pid, kill] = [0, () => {}];
    const onStart = (started: number) => {
      pid = started;
    };
    const ends = when(at, () => end(shop, kill, pid));
    const onLine = (line: string, killing: () => void) => {
      kill = killing;
      ends(line);
    };
    const ended = await shop.rotate({}, { onStart, onLine });
    expect(ended.code).not.toBe(0);
    shop.checkOut();
    const again = await shop.rotate();
    const report = await load.stop();
    succeeded(again);
    expect(total(report).failed, await shop.stage.failures(report)).toBe(0);
    const values = await shop.committed();
    expect(await shop.logsIn(values.get('SHOP_USER')!, values.get('SHOP_PASSWORD')!)).toBe(true);
    expect(await shop.sql("select rolname from pg_authid where rolname ~ '^shop' and rolpassword is not null")).toBe(
      values.get('SHOP_USER'),
    );
    expect([await shop.ready(), shop.api.branches()]).toEqual(['200', ['main']]);
  });
});

it('a session of the former role that stays keeps that role open, and the run is red', {
  tags: ['exhaustive'],
}, async () => {
  const was = await shop.committed();
  const [role, password] = [was.get('SHOP_USER')!, was.get('SHOP_PASSWORD')!];
  const asks = `psql -h "$(hostname -i)" -U ${role} -d acme -c "set statement_timeout = 0" -c "select pg_sleep(600)"`;
  await shop.stage.host.root(`docker exec -d -e PGPASSWORD=${password} ${DB} sh -c '${asks}'`);
  expect(annotation(await shop.rotate())).toMatch(new RegExp(`^RB-ROLE-OPEN: .*${role} of db still takes the old one`));
  const now = await shop.committed();
  expect(now.get('SHOP_USER')).not.toBe(role);
  expect([await shop.logsIn(role, password), await shop.ready()]).toEqual([true, '200']);
  await shop.sql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
  shop.checkOut();
  succeeded(await shop.rotate());
  expect(await shop.logsIn(role, password)).toBe(false);
});
