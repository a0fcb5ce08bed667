/** Killed at every point, by every means: the stack serves a whole database, and the next run clears up. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Stage, succeeded } from '../stage';
import { makeBackup, sql } from './backups';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
  await makeBackup(stage.host);
  await stage.host.root(`cat >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker`, { input: SHIM });
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await sql(stage.host, "truncate orders; insert into orders values ('live')");
});

/**
 * Stands before Docker's client. `/tmp/fault` says `STEP WHEN WORD COMMAND…`: at the first call of that step that
 * has WORD among its arguments, COMMAND is run before or after it.
 */
const SHIM = `#!/bin/sh
fault() {
  [ "$1" = "$when" ] || return 0
  rm -f /tmp/fault
  process=$(cut -d ' ' -f 1 "$(ls -td /srv/stack/.runbook/steps/*-$step | head -n 1)/process")
  eval "$command" >/dev/null 2>&1
}
step= when= word= command=
[ ! -s /tmp/fault ] || read -r step when word command </tmp/fault
folder=$(ls -td /srv/stack/.runbook/steps/*-"\${step:-none}" 2>/dev/null | head -n 1)
case "\${word:+ $* }" in
  *" $word "*) [ -n "$folder" ] && [ ! -e "$folder/status" ] || when= ;;
  *) when= ;;
esac
fault before
/usr/bin/docker "$@"
code=$?
fault after
exit $code
`;

async function arm(fault: string): Promise<void> {
  await stage.host.root('rm -rf /srv/stack/.runbook/steps/*');
  await stage.host.put('/tmp/fault', `${fault}\n`);
}

/** One of both, whole, and everybody can work with it. */
async function expectServing(): Promise<string> {
  await stage.serving();
  await stage.host.root(
    'i=0; until [ ! -e /srv/stack/.runbook/restore.pending ]; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done',
  );
  await stage.serving();
  const [note = ''] = await sql(stage.host, 'select note from orders');
  expect(['live', 'backed up']).toContain(note);
  const services = (await stage.running()).map(({ service }) => service);
  expect(services).toEqual(['backend', 'db', 'frontend', 'nginx', 'worker']);
  return note;
}

async function expectCleared(): Promise<void> {
  // The lease of a killed action lives for a minute, and nobody wants to wait for that here.
  await stage.host.root(
    'rm -f /tmp/fault; flock -w 60 /srv/stack/.runbook/lock true && echo 0 >/srv/stack/.runbook/heartbeat',
  );
  const result = await stage.restore();
  succeeded(result);
  expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
  const left = await sql(
    stage.host,
    "select datname from pg_database where datname like 'acme\\_restore\\_%' or not datallowconn and datname <> 'template0'",
  );
  expect(left).toEqual([]);
  await stage.serving();
}

describe('the step is killed', () => {
  it('swap after psql', { tags: ['exhaustive'] }, () => killed('swap after psql'));
  it.each([
    'load after pg_restore',
    'load after psql',
    'load before pg_restore',
    'swap before stop',
    'swap after stop',
    'swap before psql',
    'swap before start',
    'swap after start',
    'swap before inspect',
  ])('%s', { tags: ['exhaustive'] }, killed);

  async function killed(point: string): Promise<void> {
    await arm(`${point} kill -9 $process`);
    const result = await stage.restore();
    expect(result.code, result.shown).toBe(1);
    expect(result.summary).toContain(point.startsWith('load') ? 'The former data still serves.' : 'was not known');
    expect(await expectServing()).toBe('live');
    await expectCleared();
  }
});

describe('the database is killed', () => {
  it.each(['swap after psql', 'load after psql', 'swap before psql', 'swap after start'])(
    '%s',
    { tags: ['exhaustive'] },
    killed,
  );

  async function killed(point: string): Promise<void> {
    await arm(`${point} /usr/bin/docker kill acme-db-1`);
    const result = await stage.restore();
    if (point.startsWith('load')) {
      expect(result.code, result.shown).toBe(1);
      await stage.host.root(
        'docker start acme-db-1; until docker exec acme-db-1 pg_isready -q -U acme; do sleep 0.1; done',
      );
    }
    expect(await expectServing()).toBe(result.code === 0 ? 'backed up' : 'live');
    await expectCleared();
  }
});

describe('the action is killed', () => {
  it('at "names swapped"', () => killed('names swapped'));
  it.each(['filling', 'counting rows', 'stopping the writers', 'writers started'])(
    'at "%s"',
    { tags: ['exhaustive'] },
    killed,
  );

  async function killed(said: string): Promise<void> {
    await stage.restore({}, (line, kill) => {
      if (line.includes(said)) kill();
    });
    await expectServing();
    await expectCleared();
  }
});
