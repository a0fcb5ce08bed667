/** Plain SQL in gzip: proven like other dumps, read by hand, brought back by psql. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../restore/backups';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await sql(stage.host, CONTENT);
  stage.edit('runbook.yml', (text) => text.replace(/^backup:\n/m, 'backup:\n  format: sql\n'));
});
afterAll(() => stage?.close());

const CONTENT = `
create schema "Odd Schema";
create table public.orders (id serial primary key, note text);
insert into orders (note) select 'order ' || n from generate_series(1, 500) n;
create table "Odd Schema"."it's" (note text);
insert into "Odd Schema"."it's" values (E'line\\nbreak'), (E'\\\\.'), ('-- PostgreSQL database dump complete');
select lo_from_bytea(4711, '\\x00ff0a0d'::bytea);
`;
const SEEN = `
select count(*), sum(hashtext(note)) from orders;
select note from "Odd Schema"."it's" order by 1;
select nextval('orders_id_seq') > 500, lo_get(4711);
`;
const DATABASE = '$(docker ps -q --filter label=com.docker.compose.service=db)';

const listed = (): Promise<string> => stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :');

/** Puts a program of the test's in the place of one of the container's, for the time of one backup. */
async function instead(name: string, text: string): Promise<string> {
  const path = (await stage.host.root(`docker exec ${DATABASE} sh -c 'command -v ${name}'`)).trim();
  await stage.host.root(
    `docker exec -i -u root ${DATABASE} sh -c 'mkdir -p /root/real && chmod 755 /root /root/real && cp -p "$(readlink -f ${path})" /root/real/${name} && rm ${path} && cat >${path} && chmod 755 ${path}'`,
    { input: text },
  );
  const before = await listed();
  try {
    const result = await stage.backup();
    expect(result.code, result.shown).toBe(1);
    expect(await listed()).toBe(before);
    return annotation(result);
  } finally {
    await stage.host.root(`docker exec -u root ${DATABASE} sh -c 'cp -p /root/real/${name} ${path}'`);
  }
}

it('a backup as SQL follows the runbook file, and is restored', { tags: ['exhaustive'] }, async () => {
  const before = await sql(stage.host, SEEN);
  const result = await stage.backup({ drill: 'after' });
  succeeded(result);
  const folder = `/opt/backups/acme/${result.outputs.backup}`;
  expect((await stage.host.root(`ls ${folder}`)).split('\n')).toEqual([
    'db.db.acme.sql.gz',
    'globals.db.sql.gz',
    'manifest.json',
    '',
  ]);
  expect(await stage.host.root(`gzip -dc ${folder}/db.db.acme.sql.gz | head -n 3`)).toContain(
    'PostgreSQL database dump',
  );
  await sql(stage.host, 'drop schema "Odd Schema" cascade; delete from orders; select lo_unlink(4711)');
  succeeded(await stage.restore());
  expect(await sql(stage.host, SEEN)).toEqual(before);
});

it('a backup as SQL does not count if the dump ends early, whatever its exit status', {
  tags: ['exhaustive'],
}, async () => {
  const message = await instead(
    'pg_dump',
    '#!/bin/sh\n[ "$1" = --version ] && exec /root/real/pg_dump --version\n/root/real/pg_dump "$@" | head -n -9\n',
  );
  expect(message).toMatch(
    /^RB-BACKUP-FAILED: [\s\S]*the check for the closing line of the dump ended with exit status 1/,
  );
});

it('a backup as SQL does not count if the packer fails, or packs less', { tags: ['exhaustive'] }, async () => {
  const failing = await instead(
    'gzip',
    '#!/bin/sh\n[ "$1" = -dc ] && exec /root/real/gzip "$@"\n/root/real/gzip "$@"\nexit 3\n',
  );
  expect(failing).toMatch(/^RB-BACKUP-FAILED: [\s\S]*the compressor ended with exit status 3/);
  const short = await instead(
    'gzip',
    '#!/bin/sh\n[ "$1" = -dc ] && exec /root/real/gzip "$@"\n/root/real/gzip "$@" | head -c -9\n',
  );
  expect(short).toMatch(/^RB-BACKUP-FAILED: [\s\S]*gzip, which reads the archive back,/);
});

it('a backup as SQL is refused before anything changes if one letter of it differs', {
  tags: ['exhaustive'],
}, async () => {
  const [newest = ''] = (await listed()).trim().split('\n').toReversed();
  const before = await sql(stage.host, 'select count(*) from orders');
  await stage.host.root(
    `cd /opt/backups/acme/${newest} && gzip -dc db.db.acme.sql.gz | sed 's/order 77$/order 78/' | gzip -c >x && mv x db.db.acme.sql.gz`,
  );
  expect(annotation(await stage.restore())).toMatch(/^RB-ARCHIVE-DAMAGED: /);
  expect(await sql(stage.host, 'select count(*) from orders')).toEqual(before);
  expect(await sql(stage.host, "select count(*) from pg_database where datname like '%restore%'")).toEqual(['0']);
});
