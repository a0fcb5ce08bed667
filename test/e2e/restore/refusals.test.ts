/** What is refused before anything stops, each by its own code; the live database serves on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ErrorCode } from '../../../actions/lib/errors';
import { interpose } from '../interpose';
import { annotation, type Running, Stage, succeeded } from '../stage';
import { type MadeManifest, makeBackup, sql } from './backups';

let stage: Stage;
let running: Running[];
let databases: string[];

const names = (): Promise<string[]> => sql(stage.host, 'select datname from pg_database order by 1');

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await sql(stage.host, 'create table orders as select n, md5(n::text) from generate_series(1, 20000) n');
  running = await stage.running();
  databases = await names();
});
afterAll(() => stage?.close());

async function refused(code: ErrorCode, inputs: Readonly<Record<string, string>> = {}): Promise<string> {
  const result = await stage.restore(inputs);
  expect(result.code, result.shown).toBe(1);
  const message = annotation(result);
  expect(message).toMatch(new RegExp(`^${code}: .`));
  expect(message).toMatch(/^What to do: ./m);
  expect(await stage.running(), 'nothing was stopped').toEqual(running);
  expect(await names(), 'nothing is left').toEqual(databases);
  return message;
}

/** Applied to the manifest of a good backup. */
type Change = (part: MadeManifest['databases'][number], manifest: MadeManifest) => unknown;
const OTHERWISE: readonly [ErrorCode, Change][] = [
  ['RB-DATABASE-VERSION', (part) => Object.assign(part, { major: 16 })],
  ['RB-EXTENSION-MISSING', (part) => part.extensions.push('timescaledb')],
  ['RB-ROLE-MISSING', (part) => part.roles.push('gone')],
  ['RB-DISK-SHORT', (part) => Object.assign(part, { databaseBytes: 1e15 })],
  ['RB-SCHEMA-NEWER', (_part, manifest) => Object.assign(manifest, { schema: `sha256:${'a'.repeat(64)}` })],
  ['RB-RESTORE-DIFFERS', ({ tables }) => tables?.[0] && Object.assign(tables[0], { rows: 1 })],
  ['RB-BACKUP-UNKNOWN', (part) => Object.assign(part, { file: 'gone.dump.zst' })],
];

const OFTEN = ['RB-SCHEMA-NEWER', 'RB-RESTORE-DIFFERS'];

it.each(OTHERWISE.filter(([code]) => OFTEN.includes(code)))('%s', otherwise);
it.each(OTHERWISE.filter(([code]) => !OFTEN.includes(code)))('%s', { tags: ['exhaustive'] }, otherwise);

async function otherwise(code: ErrorCode, change: Change): Promise<void> {
  await makeBackup(stage.host, {
    edit: (manifest) => manifest.databases.forEach((part) => void change(part, manifest)),
  });
  await refused(code);
}

it('RB-RESTORE-UNCONFIRMED: without the typed name of the stack', async () => {
  await refused('RB-RESTORE-UNCONFIRMED', { confirm: '' });
  await refused('RB-RESTORE-UNCONFIRMED', { confirm: 'acm' });
});

it('RB-PLAN-CHANGED: the latest backup is no longer the one that was approved', {
  tags: ['exhaustive'],
}, async () => {
  await makeBackup(stage.host, { id: '20260101T020000Z' });
  const planned = await stage.restore({ 'dry-run': 'true' });
  succeeded(planned);
  await makeBackup(stage.host, { id: '20260102T020000Z' });
  const { 'plan-hash': hash = '', 'plan-text': words = '' } = planned.outputs;
  const message = await refused('RB-PLAN-CHANGED', { 'expected-plan': hash, 'expected-plan-text': words });
  expect(message).toMatch(/^- backup 20260101T020000Z from .* is restored/m);
  expect(message).toMatch(/^\+ backup 20260102T020000Z from .* is restored/m);
  const again = await stage.restore({ 'dry-run': 'true', backup: '20260101T020000Z' });
  expect(again.outputs['plan-hash']).toBe(hash);
  await stage.host.root('rm -r /opt/backups/acme/2026010[12]T020000Z');
});

it('RB-BACKUP-UNKNOWN: a name, a time or a database that no backup has', { tags: ['exhaustive'] }, async () => {
  await refused('RB-BACKUP-UNKNOWN', { backup: '20200101T000000Z' });
  await refused('RB-BACKUP-UNKNOWN', { before: '2020-01-01' });
  await refused('RB-BACKUP-UNKNOWN', { databases: 'keycloak' });
});

it('RB-ROLE-MISSING: a role that only the archive names', { tags: ['exhaustive'] }, async () => {
  await sql(stage.host, 'create role short_lived; create table theirs (); alter table theirs owner to short_lived');
  await makeBackup(stage.host, {
    edit: ({ databases }) => databases.forEach((part) => void Object.assign(part, { roles: [] })),
  });
  await sql(stage.host, 'drop table theirs; drop role short_lived');
  expect(await refused('RB-ROLE-MISSING')).toContain('short_lived');
});

it('roles: true creates the missing role', { tags: ['exhaustive'] }, async () => {
  succeeded(await stage.restore({ roles: 'true' }));
  expect(await sql(stage.host, "select tableowner from pg_tables where tablename = 'theirs'")).toEqual(['short_lived']);
  running = await stage.running();
  databases = await names();
});

it('RB-ARCHIVE-DAMAGED: a flipped bit', () =>
  refusedAfter('', 'printf X | dd of=$f bs=1 seek=$(($(stat -c %s $f) / 2)) conv=notrunc status=none'));
it.each([
  ['cut in half', 'truncate -s $(($(stat -c %s $f) / 2)) $f'],
  ['empty', ': >$f'],
  ['too long', 'echo more >>$f'],
])('RB-ARCHIVE-DAMAGED: %s', { tags: ['exhaustive'] }, refusedAfter);

async function refusedAfter(_what: string, damage: string): Promise<void> {
  const { folder } = await makeBackup(stage.host);
  await stage.host.root(`f=${folder}/db-db-acme.dump.zst; ${damage}`);
  await refused('RB-ARCHIVE-DAMAGED');
}

it('RB-DATABASE-DOWN: the server does not run', { tags: ['exhaustive'] }, async () => {
  await makeBackup(stage.host);
  await stage.host.root('docker stop acme-db-1');
  const result = await stage.restore();
  expect(annotation(result)).toMatch(/^RB-DATABASE-DOWN: .*db/);
  await stage.host.root('docker start acme-db-1');
});

it('RB-DISK-SHORT: a disk that does not take the record of the way back', { tags: ['exhaustive'] }, async () => {
  await makeBackup(stage.host);
  const mend = await interpose(stage, {
    tool: 'sync',
    when: '*/restore.pending.part',
    first: 'echo "sync: error syncing $1: Input/output error" >&2; exit 1',
  });
  await refused('RB-DISK-SHORT').finally(mend);
});
