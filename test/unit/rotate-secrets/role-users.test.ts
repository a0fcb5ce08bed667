import { expect, it } from 'vitest';
import type { RoleFacts } from '../../../actions/lib/postgres/alternate';
import { scramVerifier } from '../../../actions/lib/postgres/scram';
import type { Rotated } from '../../../actions/lib/secrets/derive';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import { problemOf, type Turn } from '../../../actions/rotate-secrets/database';
import { rolesThatStay } from '../../../actions/rotate-secrets/role-users';

const FRESH = 'New-password-1';
const one: Rotated = {
  ...{ name: 'DB_PASSWORD', old: 'old-1', fresh: FRESH, derived: [], unrelated: [] },
  role: { name: 'DB_USER', old: 'shop', fresh: 'shop_2' },
};

function stays(
  services: Record<string, object>,
  more: { files?: Record<string, string>; changed?: string[] } = {},
): string[] {
  const { files = {}, changed = [] } = more;
  return rolesThatStay({
    rotated: [one],
    before: { services: {} } as unknown as ComposeModel,
    after: { services } as unknown as ComposeModel,
    changed,
    files: Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text), mode: 0o644 })),
    servers: { DB_PASSWORD: 'db' },
  });
}

it.each([
  ['a URL', { URL: `postgres://shop_2:${FRESH}@db/shop` }],
  ['variables', { PGUSER: 'shop_2', PGPASSWORD: FRESH }],
  ['variables, one of another purpose', { PGUSER: 'shop_2', PGPASSWORD: FRESH, SMTP_USER: 'mail', NAME: 'shop' }],
  ['a header', { AUTH: `Basic ${Buffer.from(`shop_2:${FRESH}`).toString('base64')}`, PASSWORD: FRESH }],
])('a service that gets both by %s may have them', (_what, environment) => {
  expect(stays({ api: { environment } })).toEqual([]);
});

it.each([
  [
    'a URL with the user written into it',
    { URL: `postgres://shop:${FRESH}@db/shop` },
    'URL of api would have the new DB_PASSWORD beside another user than shop_2',
  ],
  [
    'a user written into the Compose file',
    { PGUSER: 'shop', PGPASSWORD: FRESH, URL: 'x/shop_2' },
    'PGUSER of api would stay shop',
  ],
  [
    'a user that nobody names',
    { PGPASSWORD: FRESH },
    'no variable tells api that the new user of DB_PASSWORD is shop_2',
  ],
])('%s stops the run', (_what, environment, said) => {
  expect(stays({ api: { environment } })).toEqual([expect.stringContaining(said)]);
});

it("a pooler's list with the former user, and a server that uses the password itself, stop the run", () => {
  expect(stays({}, { files: { 'pgbouncer/userlist.txt': '"shop" "SCRAM-SHA-256$4096:x"\n' } })).toEqual([
    'pgbouncer/userlist.txt is a user list that has shop, but not shop_2',
  ]);
  expect(stays({}, { changed: ['db'] })).toEqual([expect.stringContaining('db uses DB_PASSWORD or DB_USER itself')]);
});

const turn: Turn = {
  name: 'DB_PASSWORD',
  server: { stack: 'acme', service: 'db', admin: 'postgres', database: 'shop' },
  owner: 'shop',
  from: { role: 'shop', password: 'old-1' },
  to: { role: 'shop_2', password: FRESH },
};

function facts(more: Partial<RoleFacts> = {}, kept = scramVerifier('old-1')): RoleFacts {
  const shop = { name: 'shop', kept, login: true, sessions: 3 };
  return { version: 170_002, all: true, roles: [shop], rules: [['all']], socket: ['trust'], ...more };
}

it('a suitable server is not refused; the properties that a server lacks are named', () => {
  expect(problemOf(facts(), turn)).toBeNull();
  const of = (made: RoleFacts): string => problemOf(made, turn)?.join(': ') ?? '';
  expect(of(facts({ version: 110_022 }))).toContain('db is PostgreSQL 11');
  expect(of(facts({ all: false }))).toContain('postgres of db may not create and change every role');
  expect(of(facts({ roles: [] }))).toContain('db has no role shop');
  expect(of(facts({}, 'md5d41d8cd98f00b204e9800998ecf8427e'))).toContain('in the old format (md5)');
  expect(of(facts({ rules: [['shop'], ['all']] }))).toContain('pg_hba.conf of db names shop and not shop_2');
  expect(of(facts({ rules: [['shop', 'shop_2']] }))).toBe('');
  const used = { name: 'shop_2', kept: null, login: true, sessions: 2 };
  expect(of(facts({ roles: [...facts().roles, used] }))).toContain('shop_2 of db has 2 sessions');
});

it('a single role is accepted unless the way back needs the password that changes', () => {
  const single = { ...turn, to: { role: 'shop', password: FRESH } };
  const of = (made: RoleFacts, admin = 'postgres'): string =>
    problemOf(made, { ...single, server: { ...single.server, admin } })?.join(': ') ?? '';
  expect(of(facts({ rules: [['shop']], socket: ['scram-sha-256'] }))).toBe('');
  expect(of(facts({ socket: ['peer', 'trust'] }), 'shop')).toBe('');
  expect(of(facts({ socket: ['scram-sha-256'] }), 'shop')).toContain('the socket of db asks shop for its password');
  expect(of(facts({}, 'md5d41d8cd98f00b204e9800998ecf8427e'))).toContain('in the old format (md5)');
});
