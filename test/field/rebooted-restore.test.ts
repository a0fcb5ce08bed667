/** A host that is switched off in the middle of a restore, at each of its steps: nothing that was live is gone, and the next run says what is to be decided. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../e2e/restore/backups';
import { annotation, Stage, succeeded } from '../e2e/stage';
import type { ActionResult } from '../run-action';

let stage: Stage;

const FOLDER = '/var/lib/docker/volumes/acme_uploads/_data';

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace('    stop_signal: SIGINT', '    volumes: [uploads:/uploads]\n    stop_signal: SIGINT')
      .replace('  db-data: {}', '  db-data: {}\n  uploads: {}'),
  );
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  volumes: [uploads]\n'));
  succeeded(await stage.deploy('v1', { 'health-timeout': '120s' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await stage.host.root(`echo 'backed up' >${FOLDER}/letter`);
  await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
  succeeded(await stage.backup());
  await stage.host.root('cat >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker', { input: SHIM });
});
afterAll(() => stage?.close());

beforeEach(async () => {
  await sql(stage.host, "truncate orders; insert into orders values ('former')");
  await stage.host.root(`echo former >${FOLDER}/letter`);
});

/**
 * Stands before Docker's client. `/tmp/point` says `STEP WHEN COUNT PATTERN`: that call of a step with PATTERN among its
 * arguments, before or after it is carried out. There it waits for the end of the host.
 */
const SHIM = `#!/bin/sh
read -r step when count pattern 2>/dev/null </tmp/point || exec /usr/bin/docker "$@"
folder=$(ls -td /srv/stack/.runbook/steps/*-"$step" 2>/dev/null | head -n 1)
[ -n "$folder" ] && [ ! -e "$folder/status" ] && case "$*" in $pattern) ;; *) false ;; esac || exec /usr/bin/docker "$@"
[ "$when" != committed ] || [ ! -e /srv/stack/.runbook/restore.pending ] || exec /usr/bin/docker "$@"
echo x >>/tmp/seen
[ "$(wc -l </tmp/seen)" -ge "$count" ] || exec /usr/bin/docker "$@"
[ "$when" != after ] || /usr/bin/docker "$@" >/dev/null 2>&1
: >/tmp/reached
exec sleep 1000
`;

/** Switches the host off where a run comes to that point, and on again. */
async function rebootAt(point: string, run: () => Promise<ActionResult>): Promise<void> {
  await stage.host.root('rm -f /tmp/seen /tmp/reached; rm -rf /srv/stack/.runbook/steps/*');
  await stage.host.put('/tmp/point', `${point}\n`);
  const running = run();
  const ended = await Promise.race([reached().then(() => null), running]);
  expect(ended?.shown, 'the point was reached').toBeUndefined();
  await stage.host.reboot();
  await running;
  await stage.host.root('rm -f /tmp/point; echo 0 >/srv/stack/.runbook/heartbeat');
  await stage.host.root('until docker exec acme-db-1 pg_isready -q -U acme; do sleep 0.2; done', { timeout: 60_000 });
}

async function reached(): Promise<void> {
  while ((await stage.host.exec('[ -e /tmp/reached ]')).code !== 0) await sleep(200);
}

/** What each database and folder that is or was live holds, whatever its name is by now. */
async function all(): Promise<{ rows: string[]; letters: string[] }> {
  const names = await sql(
    stage.host,
    "select datname from pg_database where datname like 'acme%' and shobj_description(oid, 'pg_database') is distinct from 'restore in progress'",
  );
  const rows: string[] = [];
  for (const name of names) {
    await sql(stage.host, `alter database "${name}" allow_connections true`, 'postgres');
    rows.push(...(await sql(stage.host, 'select note from orders', name)));
  }
  const letters = (await stage.host.root(`cat ${FOLDER}/letter ${FOLDER}/.[bu]*/letter 2>/dev/null || :`)).split('\n');
  return { rows, letters };
}

/** Nothing of it is gone, one of both is live as a whole in the end, and whoever comes next is told. */
async function settled(): Promise<void> {
  const pending = (await stage.host.exec('[ -e /srv/stack/.runbook/restore.pending ]')).code === 0;
  const next = await stage.deploy('v1', { 'dry-run': 'true' });
  if (pending) expect(annotation(next)).toMatch(/^RB-RESTORE-UNSETTLED: /);
  else succeeded(next);
  succeeded(await stage.restore({ interrupted: 'back' }));
  const found = await all();
  expect(found.rows).toContain('former');
  expect(found.letters).toContain('former');
  const [note] = await sql(stage.host, 'select note from orders');
  expect((await stage.host.root(`cat ${FOLDER}/letter`)).trim()).toBe(note);
  if (pending) expect(note).toBe('former');
  await stage.serving();
  succeeded(await stage.restore());
  expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
  expect(
    await sql(
      stage.host,
      "select datname from pg_database where datname like 'acme\\_restore\\_%' or not datallowconn and datname <> 'template0'",
    ),
  ).toEqual([]);
  await stage.serving();
}

describe('as a restore', () => {
  it.each([
    ['has made the new database', 'load after 1 *psql*'],
    ['fills it', 'load before 1 *pg_restore*'],
    ['has filled it', 'load after 1 *pg_restore*'],
    ['has it whole', 'load after 4 *psql*'],
    ['stops the writers', 'swap before 1 stop *'],
    ['has stopped the writers', 'swap after 1 stop *'],
    ['changes the names', 'swap before 1 *psql*'],
    ['has changed the names', 'swap after 1 *psql*'],
    ['has exchanged all', 'swap before 1 start *'],
    ['has started the writers', 'swap after 1 start *'],
    ['waits for them', 'swap before 1 inspect*RestartCount*'],
  ])('%s', { tags: ['exhaustive'] }, async (_name, point) => {
    await rebootAt(point, () => stage.restore());
    await settled();
  });

  it('has committed: what was live before can still be looked at and comes back by undo', {
    tags: ['exhaustive'],
  }, async () => {
    await rebootAt('swap committed 1 *psql*', () => stage.restore());
    expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
    await stage.serving();
    succeeded(await stage.restore({ undo: 'true' }));
    expect(await sql(stage.host, 'select note from orders')).toEqual(['former']);
    expect(
      await sql(stage.host, "select datname from pg_database where not datallowconn and datname <> 'template0'"),
    ).toEqual([]);
    await stage.serving();
  });
});

describe('as the way back from it', { tags: ['exhaustive'] }, () => {
  it.each([
    ['has stopped the writers', 'settle after 1 stop *'],
    ['has changed the names', 'settle after 2 *psql*'],
    ['has exchanged all', 'settle before 2 start *'],
  ])('%s', async (_name, point) => {
    await rebootAt('swap after 1 start *', () => stage.restore());
    await rebootAt(point, () => stage.restore({ interrupted: 'back' }));
    await settled();
  });
});
