/** What makes a database of its rows comes back with it, or the plan says what does not. One host, several databases. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { sql } from '../lab/restore/backups';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1', { 'health-timeout': '120s' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
});
afterAll(() => stage?.close());

/** The runbook file of a workspace that backs these databases up. */
function backs(...databases: string[]): void {
  stage.restoreFiles();
  const list = databases.map((database) => `    - { service: db, user: acme, database: ${database} }\n`);
  stage.edit('runbook.yml', (text) =>
    text.replace('    - { service: db, user: acme, database: acme }\n', list.join('')),
  );
}

it('roles come with those who may act as them, and what a role lacks is named', async () => {
  await sql(
    stage.host,
    `create role owners; create role app_rw login; create role auditors; create role reader login;
     grant owners to app_rw; grant auditors to reader; alter role app_rw set search_path to app, public;
     create database team owner owners;`,
  );
  await sql(stage.host, 'set role owners; create schema app; create table app.t as select 7 as n', 'team');
  backs('team');
  succeeded(await stage.backup());
  // As on a new host, where the stack's entrypoint makes the logins and nothing else.
  await sql(
    stage.host,
    'drop database team; drop role owners; revoke auditors from reader; alter role app_rw reset search_path; alter role app_rw connection limit 3',
  );
  const planned = await stage.restore({ 'dry-run': 'true', roles: 'true' });
  succeeded(planned);
  for (const words of ['grant "auditors" to "reader"', 'search_path unset here', 'CONNECTION LIMIT 3 here'])
    expect(planned.shown).toContain(words);
  expect(planned.shown).not.toContain('grant "owners"');
  const result = await stage.restore({ roles: 'true' });
  succeeded(result);
  expect(result.summary).toContain('auditors');
  expect(await sql(stage.host, "select pg_has_role('app_rw', 'owners', 'member')")).toEqual(['t']);
  expect(await sql(stage.host, 'set role app_rw; select n from app.t', 'team')).toEqual(['7']);
});

it('roles that cannot be made end the restore before anything else', async () => {
  await sql(stage.host, 'drop database team; drop role owners');
  const container = (await stage.host.root('docker ps -q --filter label=com.docker.compose.service=db')).trim();
  await stage.host.root(
    `docker exec -i ${container} sh -c 'cat >/usr/local/bin/psql && chmod 755 /usr/local/bin/psql'`,
    {
      input: `#!/bin/sh
told=$(cat)
case "$told" in *'CREATE ROLE'*) echo 'psql: error: connection to server failed: FATAL:  sorry, too many clients already' >&2; exit 2 ;; esac
printf '%s\\n' "$told" | exec /usr/bin/psql "$@"
`,
    },
  );
  const result = await stage.restore({ roles: 'true' });
  await stage.host.root(`docker exec ${container} rm /usr/local/bin/psql`);
  expect(annotation(result)).toMatch(
    /^RB-RESTORE-FAILED: the missing roles of db could not be made\n.*too many clients/,
  );
  expect(await sql(stage.host, "select count(*) from pg_database where datname like 'team%'")).toEqual(['0']);
});
