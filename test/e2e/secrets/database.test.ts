/** A database's password that is rotated under load: two roles take turns, and no login fails. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseEnv } from '../../../actions/lib/secrets/dotenv';
import type { GitHubApi } from '../../lab/github-api';
import { total } from '../../load/report';
import type { ActionResult } from '../../run-action';
import { expectNoCanary, expectNoHalf } from '../canary';
import { annotation, type Stage, type StageOptions, succeeded } from '../stage';
import { FIRST } from './shop';
import { DB, PATH, ShopStage } from './shop-stage';

let shop: ShopStage;
let stage: Stage;
let api: GitHubApi;

beforeAll(async () => {
  shop = await ShopStage.open();
  ({ stage, api } = shop);
}, 600_000);
afterAll(() => shop?.close());
beforeEach(() => {
  api.interfere = () => null;
  shop.checkOut();
});

const rotate = (more?: Record<string, string>, on?: StageOptions): Promise<ActionResult> => shop.rotate(more, on);
const committed = (): Promise<ReadonlyMap<string, string>> => shop.committed();
const sql = (statement: string): Promise<string> => shop.sql(statement);
const logsIn = (user: string, password: string, statement?: string): Promise<boolean> =>
  shop.logsIn(user, password, statement);

it('no request fails while the services change from one role to the other, and the former one is closed', async () => {
  expect(await logsIn('shop', FIRST)).toBe(true);
  const planned = await rotate({ 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.stdout).toContain('db gives shop_2 the new password, services change from shop to shop_2');
  expect(await sql("select count(*) from pg_roles where rolname = 'shop_2'")).toBe('0');
  const sampler = stage.host.root(
    'touch /tmp/sampling; while [ -e /tmp/sampling ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n" >>/tmp/arguments; sleep 0.2; done',
  );
  // Each request is a login, which costs far more than an answer.
  const load = await stage.load({ rate: 10 });
  const rotated = await rotate({ 'expected-plan': planned.outputs['plan-hash'] ?? '' });
  const report = await load.stop();
  await stage.host.root('rm /tmp/sampling');
  await sampler;
  succeeded(rotated);
  expect(total(report).requests).toBeGreaterThan(100);
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  expect(await stage.workerFailures()).toBe(0);
  const values = await committed();
  const fresh = values.get('SHOP_PASSWORD')!;
  expect(values.get('SHOP_USER')).toBe('shop_2');
  expect(values.get('DATABASE_URL')).toBe(`postgres://shop_2:${fresh}@db:5432/acme`);
  expect([await logsIn('shop', FIRST), await logsIn('shop_2', fresh)]).toEqual([false, true]);
  // What the second role makes belongs to the first, and its sessions have the settings of the first.
  expect(await logsIn('shop_2', fresh, 'create table made (x int)')).toBe(true);
  expect(await sql("select tableowner from pg_tables where tablename = 'made'")).toBe('shop');
  expect(await sql("select setconfig::text from pg_db_role_setting where setrole = 'shop_2'::regrole")).toContain(
    'statement_timeout=7s',
  );
  expect(rotated.summary).toMatch(/shop of db is closed/);
  const server = await stage.host.root(`docker logs ${DB} 2>&1`);
  expect(server).toContain('alter role "shop_2"');
  const seen = await stage.host.root('sort -u /tmp/arguments; rm /tmp/arguments');
  const shown = planned.shown + rotated.shown + server + seen + api.log();
  expectNoCanary([FIRST, shop.age.identity], shown);
  expectNoHalf([fresh], shown);
});

it('a rotation that is killed at any point leaves a working credential, and the next run finishes', {
  tags: ['exhaustive'],
  timeout: 900_000,
}, async () => {
  const works = async (): Promise<void> => expect(await shop.ready()).toBe('200');
  const killed = (at: string) => rotate({}, { onLine: (line, kill) => void (line.includes(at) && kill()) });
  // The other role has its password, and nobody else.
  await killed('seen by a query over TCP; no service has it yet');
  await works();
  expect((await committed()).get('SHOP_USER')).toBe('shop_2');
  // The services have it, the branch does not.
  await killed('Finish in the repository');
  await works();
  const again = await rotate();
  succeeded(again);
  expect(again.stdout).toContain('shop_2 of db is closed');
  const values = await committed();
  expect(values.get('SHOP_USER')).toBe('shop');
  await works();
  expect(await logsIn('shop', values.get('SHOP_PASSWORD')!)).toBe(true);
  const closed = (role: string) => sql(`select rolpassword is null from pg_authid where rolname = '${role}'`);
  expect(await closed('shop_2')).toBe('t');
  // The branch has it too, and the former role may still be open: the next rotation gives that one another password.
  shop.checkOut();
  await killed('Close shop');
  await works();
  expect((await committed()).get('SHOP_USER')).toBe('shop_2');
  shop.checkOut();
  succeeded(await rotate());
  await works();
  expect([await logsIn('shop', values.get('SHOP_PASSWORD')!), await closed('shop_2')]).toEqual([false, 't']);
});

it('a release with a login from before a rotation comes back with the present one', {
  tags: ['exhaustive'],
}, async () => {
  const now = await committed();
  const back = await stage.rollback();
  succeeded(back);
  expect(back.stdout).toContain(
    'kept at their present values: DATABASE_URL (from SHOP_PASSWORD), SHOP_PASSWORD, SHOP_USER.',
  );
  expect(await shop.ready()).toBe('200');
  const text = await stage.host.root('cat /srv/stack/.env.production');
  expect(parseEnv(text, 'the host').get('DATABASE_URL')).toBe(now.get('DATABASE_URL'));
  expectNoCanary([FIRST, now.get('SHOP_PASSWORD')!], back.shown);
});

it('a rotation that could not succeed is refused before anything is touched', async () => {
  const before = [await stage.running(), await sql('select rolname, rolpassword from pg_authid order by 1')];
  expect(annotation(await rotate({ store: 'pull-request' }))).toMatch(
    /^RB-INPUT-INVALID: SHOP_PASSWORD cannot be rotated/,
  );
  const was = api.file(PATH)!;
  const role = (await committed()).get('SHOP_USER')!;
  await sql(`alter role ${role} password 'another-1'`);
  expect(annotation(await rotate())).toContain(
    `RB-SECRET-SERVER: SHOP_PASSWORD is not the present password of ${role}`,
  );
  const kept = (before[1] as string).split('\n').find((line) => line.startsWith(`${role}|`))!;
  await sql(`alter role ${role} password '${kept.slice(role.length + 1)}'`);
  expect([await stage.running(), await sql('select rolname, rolpassword from pg_authid order by 1')]).toEqual(before);
  expect([api.file(PATH), api.branches()]).toEqual([was, ['main']]);
});

it('a single role gets its password before its services: a failure puts it back, and the next run finishes after a kill', {
  tags: ['exhaustive'],
  timeout: 900_000,
}, async () => {
  const was = await committed();
  const [role, old] = [was.get('SHOP_USER')!, was.get('SHOP_PASSWORD')!];
  stage.edit('runbook.yml', (text) =>
    text
      .replace('user: SHOP_USER, roles: [shop, shop_2]', `roles: [${role}]`)
      .concat(
        '  POSTGRES_PASSWORD: { generate: password, postgres: { service: db, roles: [acme], database: acme } }\n',
      ),
  );
  const ready = () => shop.ready();
  const planned = await rotate({ 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.stdout).toContain(`db has a single role for it. It gives ${role} the new password just before`);
  await stage.host.root('touch /srv/stack/shop/broken');
  const red = await rotate({ 'expected-plan': planned.outputs['plan-hash'] ?? '' });
  await stage.host.root('rm /srv/stack/shop/broken');
  expect(annotation(red)).toMatch(/^RB-(?!SECRET)/);
  expect(red.stdout).toContain(`${role} of db has its former password again`);
  expect([await logsIn(role, old), await ready(), await committed()]).toEqual([true, '200', was]);
  const at = 'new logins of each service fail until it has the password';
  const killed = await rotate({}, { onLine: (line, kill) => void (line.includes(at) && kill()) });
  expect([await logsIn(role, old), await committed()]).toEqual([false, was]);
  // The password of that run stands in its file alone, whose place no other one takes.
  const ahead = `db has a password of ${role} that an earlier run set, but the services do not have it`;
  expect(annotation(await rotate({ keys: 'POSTGRES_PASSWORD' }))).toContain(`RB-SECRET-SERVER: ${ahead}`);
  const twice = await rotate({}, { onLine: (line, kill) => void (line.includes('nothing uses them yet') && kill()) });
  expect(twice.stdout).toContain(ahead);
  expect([await logsIn(role, old), await ready(), await committed()]).toEqual([true, '200', was]);
  const again = await rotate();
  succeeded(again);
  const fresh = (await committed()).get('SHOP_PASSWORD')!;
  expect([await logsIn(role, old), await logsIn(role, fresh), await ready()]).toEqual([false, true, '200']);
  // What the server itself was made with: it is made anew along with its clients.
  shop.checkOut();
  succeeded(await rotate({ keys: 'POSTGRES_PASSWORD' }));
  const password = (await committed()).get('POSTGRES_PASSWORD')!;
  expect([await logsIn('acme', password), await ready()]).toEqual([true, '200']);
  const server = await stage.host.root(`docker logs ${DB} 2>&1`);
  expectNoHalf([old, fresh, password], red.shown + killed.shown + again.shown + server + api.log());
});

it('a run whose lease was taken over changes no role', async () => {
  const roles = 'select rolname, rolpassword, rolcanlogin from pg_authid order by 1';
  const before = [await stage.running(), await sql(roles)];
  api.interfere = async (method, path) => {
    if (method === 'POST' && path === 'git/refs')
      await stage.host.root('sed -i s/^token=.*/token=900/ /srv/stack/.runbook/lease');
    return null;
  };
  expect(annotation(await rotate())).toMatch(/^RB-LEASE-LOST/);
  expect([await stage.running(), await sql(roles)]).toEqual(before);
});
