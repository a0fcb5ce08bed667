/** Backups beside what else happens to a stack: what replaces data waits for them, and they for it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../restore/backups';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  succeeded(await stage.backup());
});
afterAll(() => stage?.close());

/** Holds the data lock as a step of another run does, until `release` is called. */
async function hold(how: '-s' | '-x'): Promise<{ release: () => Promise<void> }> {
  await stage.host.root(
    `touch /srv/stack/.runbook/data.lock && chown deploy: /srv/stack/.runbook/data.lock; rm -f /tmp/release
setsid flock ${how} /srv/stack/.runbook/data.lock sh -c ': >/tmp/held; until [ -e /tmp/release ]; do sleep 0.1; done; rm -f /tmp/held' >/dev/null 2>&1 &
until [ -e /tmp/held ]; do sleep 0.1; done`,
  );
  return {
    release: async () => void (await stage.host.root('touch /tmp/release; while [ -e /tmp/held ]; do sleep 0.1; done')),
  };
}

// What no lease tells of is waited for; what it says meanwhile is seen in the next test.
it('a restore waits for a backup', { tags: ['exhaustive'] }, async () => {
  const { release } = await hold('-s');
  let waited = false;
  const result = await stage.restore({}, (line) => {
    if (!line.includes('waiting for the end of a backup') || waited) return;
    waited = true;
    void release();
  });
  if (!waited) await release();
  succeeded(result);
  expect(waited).toBe(true);
});

it('a restore ends a backup that runs, which is red and leaves nothing', { tags: ['exhaustive'] }, async () => {
  await sql(
    stage.host,
    "create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 600000) n group by n % 3000",
  );
  const before = await stage.host.root('ls -A /opt/backups/acme');
  const waiting = stage.host.root(
    'until [ "$(cat /opt/backups/acme/.*.part/*.dump.zst 2>/dev/null | wc -c)" -gt 2000000 ]; do sleep 0.02; done; pkill -STOP -x zstd',
    { timeout: 120_000 },
  );
  const [ended, restored] = await Promise.all([
    stage.backup(),
    // What hangs for ever is no reason to wait for ever.
    waiting.then(() => stage.restore()).finally(() => stage.host.root('pkill -CONT -x zstd || :')),
  ]);
  succeeded(restored);
  expect(restored.stdout).toMatch(/waiting for the end of a backup \(\S+, for \d+ s, since \d\d:\d\d:\d\d UTC\)/);
  expect(annotation(ended)).toMatch(/^RB-PREEMPTED: a restore ended this backup/);
  expect(await stage.host.root('ls -A /opt/backups/acme')).toBe(before);
});

it('a migration waits for a backup', { tags: ['exhaustive'] }, async () => {
  const { release } = await hold('-s');
  let waited = false;
  const result = await stage.deploy(
    'migrate=v2',
    {},
    {
      onLine: (line) => {
        if (!line.includes('waiting for the end of a backup') || waited) return;
        waited = true;
        void release();
      },
    },
  );
  if (!waited) await release();
  succeeded(result);
  expect(waited).toBe(true);
});

it('two backups run beside each other', { tags: ['exhaustive'] }, async () => {
  const { release } = await hold('-s');
  succeeded(await stage.backup());
  await release();
});

it('a backup waits for a restore or a migration until its timeout, and then changes nothing', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.host.root('ls -A /opt/backups/acme');
  const { release } = await hold('-x');
  const result = await stage.backup({ 'lease-timeout': '2s' });
  await release();
  expect(annotation(result)).toMatch(/^RB-DATA-BUSY: /);
  expect(result.stdout).toContain('waiting for the end of a restore or a migration');
  expect(await stage.host.root('ls -A /opt/backups/acme')).toBe(before);
});

it('the post step clears up what a killed runner began', { tags: ['exhaustive'] }, async () => {
  await sql(
    stage.host,
    "create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 1500000) n group by n % 3000",
  );
  const before = await stage.host.root('ls -A /opt/backups/acme');
  let pid = 0;
  // The dump must not come to its end before the post step is there.
  const waiting = stage.host
    .root(
      'until [ "$(cat /opt/backups/acme/.*.part/*.dump.zst 2>/dev/null | wc -c)" -gt 2000000 ]; do sleep 0.02; done; pkill -STOP -x zstd',
      { timeout: 120_000 },
    )
    .then(() => process.kill(pid, 'SIGKILL'));
  const [killed] = await Promise.all([
    stage.backup(
      {},
      {
        onStart: (started) => {
          pid = started;
        },
      },
    ),
    waiting,
  ]);
  expect(killed.state.ended).toBeUndefined();
  const post = await stage.backup({}, { step: { post: killed.state } });
  await stage.host.root('pkill -CONT -x zstd || :');
  succeeded(post);
  expect(post.stdout).toContain('the main step was killed: the step was ended and put back');
  expect(await stage.host.root('ls -A /opt/backups/acme')).toBe(before);
  expect(await stage.host.root('grep ^state= /srv/stack/.runbook/backup/lease')).toBe('state=free\n');
});

const DATABASE = '$(docker ps -q --filter label=com.docker.compose.service=db)';

/** A session with a name that does this and then nothing, until its server ends it. */
async function session(name: string, statements: string): Promise<void> {
  await stage.host.root(
    `(printf '%s\\n' ${quoted(statements)}; sleep 600) | setsid docker exec -i -e PGAPPNAME=${name} ${DATABASE} psql -Xq -U acme -d acme >/dev/null 2>&1 &
until docker exec ${DATABASE} psql -XqAt -U acme -d acme -c "select 1 from pg_stat_activity where application_name = '${name}' and state <> 'idle'" | grep -q 1; do sleep 0.1; done`,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const end = (name: string): Promise<string[]> =>
  sql(stage.host, `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}'`);

it('a dump that waits for a lock names its holder, and leaves its database out when it has waited too long', {
  tags: ['exhaustive'],
}, async () => {
  await sql(stage.host, 'create table held as select 1 as n');
  await session('nightly-report', 'begin; lock table held in access exclusive mode;');
  let said = '';
  const waited = await stage.backup(
    {},
    {
      onLine: (line) => {
        if (said !== '' || !line.includes('the dump waits for')) return;
        said = line;
        void end('nightly-report');
      },
    },
  );
  succeeded(waited);
  expect(said).toMatch(/db\/acme: the dump waits for table public\.held, .*nightly-report, user acme/);
  expect(waited.summary).toMatch(/the dump waits for table public\.held, .*nightly-report/);
  const before = await stage.host.root('ls -A /opt/backups/acme');
  const runbook = stage.read('runbook.yml');
  writeFileSync(join(stage.workspace, 'runbook.yml'), runbook.replace('backup:\n', 'backup:\n  blocked-timeout: 4s\n'));
  await session('nightly-report', 'begin; lock table held in access exclusive mode;');
  const result = await stage.backup();
  await end('nightly-report');
  writeFileSync(join(stage.workspace, 'runbook.yml'), runbook);
  expect(annotation(result)).toMatch(
    /^RB-BACKUP-BLOCKED: the dump of a database of db waited for a lock [\s\S]*table public\.held, .*nightly-report/,
  );
  expect(await stage.host.root('ls -A /opt/backups/acme')).toBe(before);
  expect(
    await sql(stage.host, "select count(*) from pg_stat_activity where application_name ~ '^runbook-backup-'"),
  ).toEqual(['0']);
});

it('a dump says that other sessions wait for it', { tags: ['exhaustive'] }, async () => {
  await sql(
    stage.host,
    "create table if not exists loud as select string_agg(md5(random()::text), '') as text from generate_series(1, 600000) n group by n % 3000",
  );
  let said = '';
  const waiting = stage.host
    .root(
      'until [ "$(cat /opt/backups/acme/.*.part/*.dump.zst 2>/dev/null | wc -c)" -gt 2000000 ]; do sleep 0.02; done; pkill -STOP -x zstd',
      { timeout: 120_000 },
    )
    .then(() => session('release', 'alter table loud add more int;'));
  const [result] = await Promise.all([
    stage.backup(
      {},
      {
        onLine: (line) => {
          if (said !== '' || !line.includes('the dump keeps')) return;
          said = line;
          void stage.host.root('pkill -CONT -x zstd');
        },
      },
    ),
    waiting,
  ]);
  succeeded(result);
  await end('release');
  expect(said).toContain('db/acme: the dump keeps a session waiting for locks');
});
