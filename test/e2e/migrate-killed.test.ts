/**
 * Migrations that are killed: their runner, their step on the host, their container. The state is named, and no
 * migration runs twice. Each test goes on where the one before ended.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askDatabase, keepTable, step } from './migrate-files';
import { killStep, when } from './moments';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  keepTable(stage);
  succeeded(await stage.deploy('v1', { 'health-timeout': '2m' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  succeeded(await stage.backup());
});
afterAll(() => stage?.close());

/** A migration that takes a while, and of which a second run would fail. */
const slow = (version: number): string => `\\echo slow ${version} begun
${step(version, `create table slow_${version} (id int); select pg_sleep(15)`)}`;
const inputs = { version: 'v1', 'backup-max-age': '1h' };
const migrations = (): Promise<string> =>
  stage.host.root('docker ps -aq --filter label=com.docker.compose.service=migrate --filter status=running');

it('runs on if its step is killed; the next run waits for its end, and does not run it twice', {
  tags: ['exhaustive'],
}, async () => {
  stage.write('sql/2_slow.sql', slow(2));
  const killed = await stage.run('migrate', inputs, { onLine: when(/slow 2 begun/, killStep(stage)) });
  expect(killed.code).toBe(1);
  expect(await migrations()).not.toBe('');
  const next = await stage.run('migrate', inputs);
  succeeded(next);
  expect(next.stdout).toContain('a migration that an interrupted run started still runs; waiting for its end');
  expect(next.stdout).toContain('an interrupted run has started it; it is not run twice');
  expect(await askDatabase(stage, 'select version, dirty from schema_migrations')).toBe('2|f');
  expect(await stage.host.root('ls /srv/stack/.runbook/migration.open 2>/dev/null || :')).toBe('');
});

it('runs on if its runner is killed, and is not run again', { tags: ['exhaustive'] }, async () => {
  stage.write('sql/3_slow.sql', slow(3));
  let pid = 0;
  const killed = await stage.run('migrate', inputs, {
    onStart: (started) => {
      pid = started;
    },
    onLine: when(/slow 3 begun/, () => process.kill(pid, 'SIGKILL')),
  });
  expect(killed.code).not.toBe(0);
  const next = await stage.run('migrate', { ...inputs, 'lease-timeout': '5m' });
  succeeded(next);
  expect(await askDatabase(stage, 'select version, dirty from schema_migrations')).toBe('3|f');
  expect(await migrations()).toBe('');
});

it('whose step and container are killed leaves a state that the next run and a later deploy name', {
  tags: ['exhaustive'],
}, async () => {
  stage.write('sql/4_slow.sql', slow(4));
  const killed = await stage.run('migrate', inputs, { onLine: when(/slow 4 begun/, killStep(stage)) });
  expect(killed.code).toBe(1);
  await stage.host.root(`docker kill ${await migrations()}`);
  const said = /^::warning.*The last migration \(of release \d+-v1, begun .*\) failed: it exited with status 137\./m;
  for (const version of ['', 'backend=v1']) {
    const next = version === '' ? await stage.run('migrate', inputs) : await stage.deploy(version);
    expect(annotation(next)).toMatch(/^RB-MIGRATION-FAILED: /);
    expect(annotation(next)).toContain('public.schema_migrations says dirty at version 4');
    expect(next.stdout).toMatch(version === '' ? said : /^::warning.*The last migration \(of release/m);
  }
  await askDatabase(stage, 'drop table slow_4; update schema_migrations set version = 3, dirty = false');
  succeeded(await stage.run('migrate', inputs));
  expect(await askDatabase(stage, 'select version, dirty from schema_migrations')).toBe('4|f');
});
