/** The old host is lost with all that was on it: from an empty host to a stack that serves what the backup has. */
import { afterAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../stage';
import { makeBackup, sql } from './backups';

const open: Stage[] = [];

async function stage(): Promise<Stage> {
  const opened = await Stage.open();
  open.push(opened);
  return opened;
}
afterAll(async () => {
  for (const opened of open) await opened.close();
});

const READ =
  "select id, (select rolname from pg_roles where oid = relowner) from orders, pg_class where relname = 'orders'";

it('a new host gets the release, then the restored data, and serves', { tags: ['exhaustive'] }, async () => {
  const old = await stage();
  succeeded(await old.deploy('v1'));
  await sql(
    old.host,
    `create role reporting login password 'of the old host';
     create table orders as select 42 as id;
     alter table orders owner to reporting;`,
  );
  const { folder } = await makeBackup(old.host);
  // What an off-site copy holds.
  const copy = Buffer.from(await old.host.root(`tar -C ${folder} -c . | base64`), 'base64');
  const verifier = await sql(
    old.host,
    "select rolpassword from pg_authid where rolname in ('reporting', 'acme') order by 1",
  );
  await open.pop()?.close();

  const fresh = await stage();
  succeeded(await fresh.deploy('v1'));
  await fresh.host.root(`mkdir -p ${folder} && tar -C ${folder} -x && chown -R deploy: /opt/backups`, { input: copy });

  const refused = await fresh.restore();
  expect(annotation(refused)).toMatch(/^RB-ROLE-MISSING: .*reporting/);

  const result = await fresh.restore({ roles: 'true' });
  succeeded(result);
  expect(result.shown).toContain('reporting');
  expect(result.shown).not.toContain('SCRAM-SHA-256');
  expect(await sql(fresh.host, READ)).toEqual(['42|reporting']);
  const now = await sql(
    fresh.host,
    "select rolpassword from pg_authid where rolname in ('reporting', 'acme') order by 1",
  );
  // The stack's own role keeps the password that the new host gave it; the other has its own again.
  expect(now.filter((line) => verifier.includes(line))).toHaveLength(1);
  await fresh.serving();
});
