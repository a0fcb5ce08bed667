/**
 * Servers that greet every session with a warning, as PostgreSQL does once a new image brought another version of the
 * library for locales: the warning is no part of what the server answers.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../../actions/lib/host/host';
import { readFacts } from '../../../actions/lib/postgres/facts';
import { tryLogin } from '../../../actions/lib/postgres/login';
import { readSchemas } from '../../../actions/lib/postgres/schema-version';
import { runbook } from '../stack/model-host';

const GREETING = `WARNING:  database "postgres" has a collation version mismatch
DETAIL:  The database was created using collation version 2.36, but the operating system provides version 2.41.
HINT:  Rebuild all objects in this database that use the default collation and run ALTER DATABASE postgres REFRESH COLLATION VERSION, or build PostgreSQL with the right library version.`;

const FACTS = {
  version: 170002,
  databases: [{ name: 'app', bytes: 7, properties: null, roles: [] }],
  ...{ tablespaces: [], slots: [], subscriptions: [], roles: [], unused: true, extensions: [] },
  ...{ everyone: [], system: [], super: true },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-greeting-'));
  // `docker exec` runs its command here.
  program('docker', 'case $1 in ps) echo c1 ;; exec) shift; [ "$1" != -i ] || shift; shift; exec "$@" ;; esac');
  program('hostname', 'echo 10.0.0.2');
});
afterEach(() => rmSync(folder, { recursive: true }));

const host = {
  run: async (script, { input = '' } = {}) => {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env, input: String(input) });
    return { outcome: 'exited', code: status ?? -1, stdout, stderr };
  },
} as Partial<Host> as Host;

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** A psql that greets, and then prints this. @param first what it does before that */
function answers(text: string, first = ''): void {
  writeFileSync(join(folder, 'greeting'), `${GREETING}\n`);
  writeFileSync(join(folder, 'answer'), `${text}\n`);
  program('psql', `cat >/dev/null\n${first}\ncat ${folder}/greeting >&2; cat ${folder}/answer`);
}

const asked = {
  stack: 'shop',
  root: '/nowhere',
  servers: [{ service: 'db', user: 'app', databases: ['app'] }],
  writers: [],
};

it('the facts of the server are read', async () => {
  answers(JSON.stringify(FACTS));
  const { servers } = await readFacts(host, asked);
  expect(servers.get('db')?.databases).toEqual(new Map([['app', 7]]));
});

it('a server that refuses the session is down, and its reason is told', async () => {
  answers('', 'echo "psql: error: FATAL:  the database system is in recovery mode" >&2; exit 2');
  await expect(readFacts(host, asked)).rejects.toThrow(/RB-DATABASE-DOWN[\s\S]*in recovery mode/);
});

it('the version of the schema is read', async () => {
  const version = { tool: 'alembic', table: 'public.alembic_version', version: 'a1', count: null, broken: '' };
  answers(JSON.stringify(version));
  const databases = [{ service: 'db', user: 'app', database: 'app' }];
  const states = await readSchemas(host, { ...runbook, migration: { ...runbook.migration, databases } });
  expect(states).toEqual([{ name: 'db/app', versions: [version], invalid: [], problem: null }]);
});

it('a password that is right is proven', async () => {
  answers('1', '[ "$PGPASSWORD" = right ] || { echo "FATAL:  password authentication failed" >&2; exit 2; }');
  const login = { stack: 'shop', service: 'db', user: 'app', database: 'app' };
  expect(await tryLogin(host, { ...login, password: 'right' })).toEqual({ taken: true });
  expect(await tryLogin(host, { ...login, password: 'wrong' })).toMatchObject({ taken: false });
});
