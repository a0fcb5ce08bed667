/** The page for the day without GitHub, followed word for word. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../lab/command';
import { typedOf } from '../by-hand';
import { Stage, succeeded } from '../stage';
import { sql } from './backups';

const PAGE = readFileSync(join(__dirname, '../../../actions/restore/BY-HAND.md'), 'utf8');

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace('    stop_signal: SIGINT', '    volumes: [uploads:/uploads]\n    stop_signal: SIGINT')
      .replace('  db-data: {}', '  db-data: {}\n  uploads: {}'),
  );
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  volumes: [uploads]\n'));
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

/** A file of root's. */
async function place(path: string, content: string | Buffer, mode: number): Promise<void> {
  await stage.host.put('/tmp/placed', content, 0o600);
  await stage.host.root(`install -m ${mode.toString(8)} /tmp/placed ${path} && rm /tmp/placed`);
}

/** Debian's own `age`, and the `zstd` that the database's container has. */
async function tools(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-age-'));
  await run('sh', ['-c', `cd ${folder} && apt-get -qq download age && dpkg-deb -x age_*.deb .`]);
  await place('/usr/local/bin/age', readFileSync(join(folder, 'usr/bin/age')), 0o755);
  rmSync(folder, { recursive: true });
  const zstd =
    '#!/bin/sh\nexec docker exec -i $(docker ps -q --filter label=com.docker.compose.service=db) zstd "$@"\n';
  await place('/usr/local/bin/zstd', zstd, 0o755);
}

const UPLOADS = '/var/lib/docker/volumes/acme_uploads/_data';
const SEEN = `select n.note, (select rolname from pg_roles where oid = c.relowner), d.datconnlimit, x.indexname
  from note n, pg_class c, pg_database d, pg_indexes x
  where c.relname = 'note' and d.datname = 'acme' and x.tablename = 'note'`;

it('the steps by hand bring roles, the database and a volume of an encrypted copy back', {
  tags: ['exhaustive'],
}, async () => {
  await tools();
  await sql(
    stage.host,
    `create role reporting login password 'of that day';
     create table note (note text primary key); insert into note values ('paid'); alter table note owner to reporting;
     alter database acme connection limit 40`,
  );
  await stage.host.root(`cd ${UPLOADS} && echo kept >letter && chown 33:44 letter && chmod 640 letter`);
  const before = await sql(stage.host, SEEN);
  const identity = await generateX25519Identity();
  const result = await stage.backup({ to: 'file', recipients: await identityToRecipient(identity) });
  succeeded(result);
  const folder = join(stage.workspace, 'backup', 'acme', result.outputs.backup ?? '');
  await stage.host.root('mkdir -m 700 /root/copy');
  for (const file of readdirSync(folder)) await place(`/root/copy/${file}`, readFileSync(join(folder, file)), 0o600);
  await place('/root/key.txt', `# of the safe\n${identity}\n`, 0o600);
  await sql(stage.host, 'drop table note; drop role reporting; alter database acme connection limit -1');
  await stage.host.root(`cd ${UPLOADS} && rm letter && echo later >other`);

  const script = typedOf(PAGE, { BACKUP: '/root/copy', STACK: 'acme', SUPERUSER: 'acme', DATABASE: 'acme' });
  const said = await stage.host.root(`set -e\n${script}`, { timeout: 300_000 });
  expect(said).toContain('db.db.acme.dump.zst.age: OK');
  expect(said).toMatch(/"table": "note", +"rows": 1/);
  expect(await sql(stage.host, SEEN)).toEqual(before);
  expect(await stage.host.root(`cd ${UPLOADS} && cat letter && stat -c '%a %u:%g' letter && ls -A . .aside`)).toBe(
    'kept\n640 33:44\n.:\n.aside\nletter\n\n.aside:\nother\n',
  );
  // What was live is kept.
  const aside = await sql(stage.host, "select count(*) from pg_database where datname like 'acme\\_aside\\_%'");
  expect(aside).toEqual(['1']);
  await stage.serving();
});
