/** Backups of a running stack: proven, published as a whole, pruned by the rules, and good for a restore. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../restore/backups';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await sql(stage.host, CONTENT);
});
afterAll(() => stage?.close());

/** What makes a database more than its tables. */
const CONTENT = `
create role "Reporting Team" login password 'canaryOfARole';
create schema "Odd Schema";
create extension pg_trgm;
create table public.orders (id serial primary key, note text);
insert into orders (note) select 'order ' || n from generate_series(1, 500) n;
create table "Odd Schema"."select * from ""x"" 'y' \\z" ("Ünïcode" text);
insert into "Odd Schema"."select * from ""x"" 'y' \\z" values (E'line\\nbreak'), ('ü');
grant select on orders to "Reporting Team";
select lo_from_bytea(4711, '\\x00ff0a0d'::bytea);
create database "Key cloak";
`;

const SEEN = `
select 'orders', count(*), sum(hashtext(note)) from orders;
select 'odd', * from "Odd Schema"."select * from ""x"" 'y' \\z" order by 2;
select 'grant', has_table_privilege('Reporting Team', 'orders', 'select');
select 'next', nextval('orders_id_seq') > 500;
select 'large', lo_get(4711);
`;

interface Manifest {
  readonly release: string;
  readonly verified: boolean;
  readonly databases: readonly {
    readonly file: string;
    readonly bytes: number;
    readonly roles: readonly string[];
    readonly extensions: readonly string[];
    readonly tool: string;
    readonly tables: readonly { schema: string; table: string; rows: number }[];
  }[];
}

const listed = async (): Promise<string[]> =>
  (await stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :')).split('\n').filter((name) => name !== '');

async function manifestOf(id: string): Promise<Manifest> {
  return JSON.parse(await stage.host.root(`cat /opt/backups/acme/${id}/manifest.json`)) as Manifest;
}

it('a dry run of a backup looks and changes nothing', async () => {
  const result = await stage.backup({ 'dry-run': 'true' });
  succeeded(result);
  expect(await listed()).toEqual([]);
  expect(await stage.host.root('ls /srv/stack/.runbook/backup 2>/dev/null || echo none')).toBe('none\n');
});

it('a backup has everything, counted in its own snapshot, and says so', async () => {
  const result = await stage.backup();
  succeeded(result);
  const { backup = '' } = result.outputs;
  expect(await listed()).toEqual([backup]);
  const { release, verified, databases } = await manifestOf(backup);
  expect([release, verified]).toEqual(['1-v1', true]);
  const [part] = databases;
  expect(part?.tables).toContainEqual({ schema: 'public', table: 'orders', rows: 500 });
  expect(part?.tables).toContainEqual({ schema: 'Odd Schema', table: `select * from "x" 'y' \\z`, rows: 2 });
  expect(part?.roles).toContain('Reporting Team');
  expect(part?.extensions).toContain('pg_trgm');
  expect(part?.tool).toMatch(/^pg_dump \(PostgreSQL\) \d+/);
  expect(result.shown).not.toContain('canaryOfARole');
  expect(result.summary).toContain(part?.file.replaceAll('_', '&#95;') ?? '-');
  const modes = await stage.host.root(`stat -c '%a %U' /opt/backups/acme/${backup} /opt/backups/acme/${backup}/*`);
  expect(new Set(modes.trim().split('\n'))).toEqual(new Set(['700 deploy', '600 deploy']));
  expect(await stage.host.root('ls /srv/stack/.runbook/backup/steps/*/input 2>/dev/null || :')).toBe('');
  expect(await stage.host.root('cat /srv/stack/.runbook/journal.jsonl')).toContain('"procedure":"backup"');
});

const EXEC = 'docker exec -i $(docker ps -q --filter label=com.docker.compose.service=db)';

async function comesBack(compression: string): Promise<void> {
  const before = await sql(stage.host, SEEN);
  const result = await stage.backup();
  succeeded(result);
  const file = `/opt/backups/acme/${result.outputs.backup}/db.db.acme.dump.zst`;
  const listing = await stage.host.root(`${EXEC} sh -c 'zstd -dcq | pg_restore -l' <${file}`);
  expect(listing).toContain(`Compression: ${compression}\n`);
  await sql(stage.host, 'drop schema "Odd Schema" cascade; delete from orders');
  succeeded(await stage.restore());
  expect(await sql(stage.host, SEEN)).toEqual(before);
}

it('a backup is restored completely', () => comesBack('zstd'));

it('a backup is restored completely where pg_dump cannot pack with zstd, as before version 16', {
  tags: ['exhaustive'],
}, async () => {
  const tool = '/usr/local/bin/pg_dump';
  const old = `case "$*" in *zstd*) echo 'pg_dump: error: invalid value "zstd:1" for option -Z/--compress' >&2; exit 1 ;; esac`;
  await stage.host.root(
    `${EXEC} sh -c '{ printf "#!/bin/sh\\n"; cat; echo "exec $(command -v pg_dump) \\"\\$@\\""; } >${tool}; chmod 755 ${tool}'`,
    { input: `${old}\n` },
  );
  await comesBack('none');
  await stage.host.root(`${EXEC} rm ${tool}`);
});

it('a backup run removes old backups, but not when it fails', async () => {
  const [newest = ''] = (await listed()).toReversed();
  for (const id of ['20250101T020000Z', '20250102T020000Z'])
    await stage.host.root(
      `cd /opt/backups/acme && cp -r ${newest} ${id} && sed -i 's/"id": "[^"]*"/"id": "${id}"/' ${id}/manifest.json`,
    );
  // What runs left that were killed while they wrote and while they removed; and what another host may be writing now.
  const uid = (await stage.host.root('cut -c 1-16 /srv/stack/.runbook/installation')).trim();
  const others = ['.20250104T020000Z.eeeeeeeeeeeeeeee.part', '20250105T020000Z'];
  const ended = [`.20250103T020000Z.${uid}.part`, '.20250106T020000Z.gone'];
  await stage.host.root(
    `cd /opt/backups/acme && mkdir ${[...ended, ...others].join(' ')} && chown -R deploy: /opt/backups`,
  );
  stage.edit('runbook.yml', (text) => text.replace('database: acme', 'database: gone'));
  const failed = await stage.backup();
  expect(annotation(failed)).toMatch(/^RB-DATABASE-UNKNOWN: .*"gone"/);
  expect(await listed()).toContain('20250101T020000Z');
  stage.restoreFiles();

  const result = await stage.backup();
  succeeded(result);
  expect(result.stdout).toContain('20250101T020000Z goes: ');
  const left = await listed();
  expect(left).not.toContain('20250101T020000Z');
  expect(left.filter((name) => name.startsWith('.'))).toEqual(others.slice(0, 1));
  expect(left).toContain(others[1]);
  expect(result.summary).toContain('leftovers of killed runs were removed: .20250106T020000Z.gone');
  await stage.host.root(`cd /opt/backups/acme && rmdir ${others.join(' ')}`);
  expect(left).toContain(result.outputs.backup);
});

it('a backup leaves the host encrypted, and a drill restores that copy', async () => {
  const identity = await generateX25519Identity();
  const recipients = await identityToRecipient(identity);
  const result = await stage.backup({ to: 'host,file', recipients, drill: 'after', identity });
  succeeded(result);
  const folder = join(stage.workspace, 'backup', 'acme', result.outputs.backup ?? '');
  expect(readdirSync(folder).sort()).toEqual(['db.db.acme.dump.zst.age', 'globals.db.sql.zst.age', 'manifest.json']);
  expect(readFileSync(join(folder, 'db.db.acme.dump.zst.age')).subarray(0, 21).toString()).toBe(
    'age-encryption.org/v1',
  );
  expect(Number(result.outputs['drill-seconds'])).toBeGreaterThan(0);
  expect(result.stdout).toContain(' tables, ');
  expect(
    await stage.host.root("docker ps -aq --filter label=runbook.helper; docker volume ls -q | grep -v '^acme' || :"),
  ).toBe('');
});

it('a backup can go only off the host, without a file on the host', { tags: ['exhaustive'] }, async () => {
  const identity = await generateX25519Identity();
  const before = await listed();
  const result = await stage.backup({ to: 'file', recipients: await identityToRecipient(identity), path: 'away' });
  succeeded(result);
  expect(await listed()).toEqual(before);
  await sql(stage.host, "update orders set note = 'later'");
  succeeded(await stage.restore({ from: 'file', path: 'away', identity }));
  expect(await sql(stage.host, "select count(*) from orders where note = 'later'")).toEqual(['0']);
});

it('a backup continues beside a deploy', { tags: ['exhaustive'] }, async () => {
  const [deployed, backed] = await Promise.all([stage.deploy('v2'), stage.backup()]);
  succeeded(deployed);
  succeeded(backed);
});
