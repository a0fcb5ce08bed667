/**
 * The button that migrates, on one host. The migration's files are mounted, and keep a table as golang-migrate does.
 * Each test goes on where the one before ended.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionResult } from '../run-action';
import { askDatabase, keepTable, step } from './migrate-files';
import { when } from './moments';
import { OTHER_TOOLS, OTHERS_SAY } from './other-tools';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;
/** Hash of the plan that a dry run showed. */
let approved = '';

beforeAll(async () => {
  stage = await Stage.open();
  keepTable(stage);
  succeeded(await stage.deploy('v1', { 'health-timeout': '2m' }));
});
afterAll(() => stage?.close());

/** All of the host that a dry run could have touched. */
const everything = (): Promise<string> =>
  stage.host.root(`docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' | sort
    docker image ls -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort
    docker network ls -q | sort; docker volume ls -q | sort
    find /srv/stack /opt/backups -exec stat -c '%n %a %Y' {} + 2>/dev/null | sort
    find /srv/stack /opt/backups -type f -exec sha256sum {} + 2>/dev/null | sort`);

const ask = (query: string): Promise<string> => askDatabase(stage, query);

const columns = (): Promise<string> =>
  ask(
    "select string_agg(column_name, ' ' order by column_name) from information_schema.columns where table_name = 'orders'",
  );

const migrate = (inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> => stage.run('migrate', inputs);

/** The next migration waits for a session that has its table. */
async function occupy(): Promise<void> {
  stage.write('sql/3_price.sql', step(3, 'alter table orders add column price int'));
  if ((await ask("select count(*) from pg_stat_activity where application_name = 'report'")) !== '0') return;
  await stage.host.root(
    `docker exec -d -e PGAPPNAME=report $(docker ps -q --filter label=com.docker.compose.service=db) psql -qX -h /var/run/postgresql -U acme -d acme -c 'begin; select * from orders; select pg_sleep(900)'`,
  );
}

describe('migrate', () => {
  it('does not run if the backup before it is refused', async () => {
    await stage.host.root('rm -rf /opt/backups');
    const before = await everything();
    const result = await migrate();
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(
      /^RB-[A-Z-]+: the backup that has to come first was not made, so nothing was migrated: /,
    );
    const [containers, after] = [before, await everything()].map((text) =>
      text.split('\n').filter((line) => !line.includes('/.runbook')),
    );
    expect(after).toEqual(containers);
    await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  });

  it('shows in a dry run its effects and the state of the schema, and changes nothing', async () => {
    stage.write('sql/2_note.sql', step(2, 'alter table orders add column note text'));
    const before = await everything();
    const planned = await migrate({ version: 'v1', 'dry-run': 'true' });
    succeeded(planned);
    approved = planned.outputs['plan-hash'] ?? '';
    expect(planned.stdout).toContain('migration: sql/2_note.sql');
    expect(planned.stdout).toContain('The schema of db/acme is at 1 by public.schema_migrations.');
    expect(planned.summary).toContain('A backup would be made first.');
    expect(await everything()).toBe(before);
  });

  it('makes a verified backup, migrates, and says the versions before and after and what a rollback means', async () => {
    const before = await stage.running();
    const result = await migrate({ version: 'v1', 'expected-plan': approved });
    succeeded(result);
    expect(await columns()).toBe('id note');
    expect(result.summary).toMatch(
      /\| db\/acme \| <code>public\.schema&#95;migrations<\/code> \| <code>1<\/code> \| <code>2<\/code> \|/,
    );
    expect(result.summary).toMatch(/The verified backup \d{8}T\d{6}Z is from just before\./);
    expect(result.summary).toMatch(
      /A rollback leads to release 1-v1 and leaves the schema as it is now.*the backup \d{8}T\d{6}Z brings the former data back/,
    );
    expect(JSON.parse(result.outputs['changed-services'] ?? '')).toEqual(['migrate']);
    expect(await stage.running()).toEqual(before);
    const again = await stage.deploy('v1');
    succeeded(again);
    expect(again.summary).toContain('nothing to do');
  });

  it('runs the migration of the current release again when asked, with a backup that is young enough', async () => {
    const result = await migrate({ 'backup-max-age': '1h' });
    succeeded(result);
    expect(result.stdout).toMatch(/The verified backup \d{8}T\d{6}Z is young enough: none was made\./);
    expect(result.stdout).toContain('migrate runs to its end: migration: asked for');
    expect(result.stdout).toContain('| migrate: ');
    expect(result.stdout).not.toContain('changed nothing');
    expect(await stage.current()).toBe('2-v1');
  });

  it('warns when nothing was migrated although something changed, and names the mount that hides the files', async () => {
    await stage.host.root(
      `docker volume create --label com.docker.compose.project=acme --label com.docker.compose.volume=code acme_code
       echo old >/var/lib/docker/volumes/acme_code/_data/old.sql`,
    );
    stage.edit('docker-compose.prod.yml', (text) =>
      text
        .replace('volumes: [./sql:/sql:ro]', 'volumes: [./sql:/sql:ro, code:/app]')
        .replace(/^volumes:$/m, 'volumes:\n  code: {}'),
    );
    const planned = await stage.deploy('v1', { 'dry-run': 'true' });
    expect(planned.summary).toMatch(/The last verified backup on this host, \d{8}T\d{6}Z, is \d+ min old\./);
    expect(planned.summary).not.toContain('[!WARNING]');
    const result = await migrate({ version: 'v1', 'backup-max-age': '1h' });
    succeeded(result);
    expect(result.stdout).toMatch(
      /^::warning.*migrate changed nothing: db\/acme stays at 2 by public\.schema_migrations.*the volume code is mounted over \/app and hides the image's files there, such as app\/migrate\.sh/m,
    );
  });

  it('is ended with its grace when it is cancelled while it waits for a lock, and the next run names the state that it left', {
    tags: ['exhaustive'],
  }, async () => {
    await occupy();
    let pid = 0;
    const result = await stage.run(
      'migrate',
      { version: 'v1', 'backup-max-age': '1h' },
      {
        onStart: (started) => {
          pid = started;
        },
        onLine: when(/the migration waits for table public\.orders/, () => process.kill(pid, 'SIGINT')),
      },
    );
    expect(annotation(result)).toMatch(/^RB-CANCELLED: /);
    // The runner does not wait for its end.
    await stage.host.root(
      'i=0; until flock -n /srv/stack/.runbook/lock true; do sleep 0.2; i=$((i+1)); [ $i -lt 300 ] || exit 1; done',
    );
    const next = await migrate({ 'dry-run': 'true' });
    expect(next.stdout).toContain('was ended while it waited for a lock, as its run was cancelled');
    expect(next.stdout).toContain('public.schema_migrations says dirty at version 3');
    expect(await ask('select count(*) from pg_locks where not granted')).toBe('0');
    expect(await ask("select count(*) from pg_stat_activity where application_name = 'report'")).toBe('1');
    await ask('update schema_migrations set version = 2, dirty = false');
  });

  it('names the session that blocks it, is ended after its timeout, and leaves no waiting session', async () => {
    await occupy();
    const result = await migrate({ version: 'v1', 'backup-max-age': '1h' });
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-MIGRATION-BLOCKED: migrate waited longer/);
    expect(annotation(result)).toMatch(
      /waits for table public\.orders, which is held by or wanted before it by pid \d+ \(report, user acme/,
    );
    expect(annotation(result)).toContain('public.schema_migrations says dirty at version 3');
    expect(annotation(result)).toContain('migrate force');
    expect(annotation(result)).toMatch(/or restore the backup \d{8}T\d{6}Z, which is from just before/);
    expect(await ask('select count(*) from pg_locks where not granted')).toBe('0');
    expect(await ask("select count(*) from pg_stat_activity where application_name = 'report'")).toBe('1');
    expect(await stage.host.root('docker ps -aq --filter label=com.docker.compose.service=migrate')).toBe('');
    expect(await columns()).toBe('id note');
    expect(await stage.current()).toBe('3-v1');
  });

  it('leaves a dirty state that a later deploy names, with the log of the tool', {
    tags: ['exhaustive'],
  }, async () => {
    const before = await stage.running();
    const result = await stage.deploy('backend=v2');
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-MIGRATION-FAILED: /);
    expect(annotation(result)).toContain('Dirty database version 3. Fix and force version.');
    expect(annotation(result)).toContain('says dirty at version 3');
    expect(result.stdout).toMatch(
      /^::warning.*The last migration \(of release [45]-v1, begun .*\) was ended, as it waited for a lock of another session\. The backup from just before is \d{8}T\d{6}Z\./m,
    );
    expect(await stage.running()).toEqual(before);
  });

  it('runs again once that is settled', { tags: ['exhaustive'] }, async () => {
    await ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'report'");
    await ask('update schema_migrations set version = 2, dirty = false');
    const result = await stage.deploy('backend=v2');
    succeeded(result);
    expect(await columns()).toBe('id note price');
    expect(result.summary).toMatch(
      /\| db\/acme \| <code>public\.schema&#95;migrations<\/code> \| <code>2<\/code> \| <code>3<\/code> \|/,
    );
    expect(await stage.host.root('ls /srv/stack/.runbook/migration.open 2>/dev/null || :')).toBe('');
  });

  it('goes on while it only waits for older transactions to end, behind which nobody waits', {
    tags: ['exhaustive'],
  }, async () => {
    stage.write('sql/4_index.sql', step(4, 'create index concurrently by_price on orders (price)'));
    await stage.host.root(
      `docker exec -d -e PGAPPNAME=older $(docker ps -q --filter label=com.docker.compose.service=db) psql -qX -h /var/run/postgresql -U acme -d acme -c 'begin isolation level repeatable read' -c 'select * from orders' -c 'select pg_sleep(40)'`,
    );
    const result = await migrate({ version: 'v1', 'backup-max-age': '1h' });
    succeeded(result);
    expect(result.stdout).toMatch(/the migration waits for a lock of the kind virtualxid, .*\(older, user acme/);
    expect(await ask("select indisvalid from pg_index where indexrelid = 'by_price'::regclass")).toBe('t');
  });

  it('reads the tables of other tools, with their locks, or a query', { tags: ['exhaustive'] }, async () => {
    await ask(OTHER_TOOLS);
    // Fails, and leaves its index behind.
    await ask('create unique index concurrently once on other.twice (id)').catch(() => '');
    const said = await migrate({ 'dry-run': 'true' });
    for (const text of OTHERS_SAY) expect(said.stdout).toContain(text);
    stage.edit('runbook.yml', (text) =>
      text.replace('  grace: 5s', '  grace: 5s\n  version-query: select max(version) from schema_migrations;'),
    );
    expect((await migrate({ 'dry-run': 'true' })).stdout).toContain('by version-query');
  });
});
