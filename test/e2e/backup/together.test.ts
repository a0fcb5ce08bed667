/** Backups beside what else happens to a stack: what replaces data waits for them, and they for it. */
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

it('a restore ends a backup that runs, which is red and leaves nothing', async () => {
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

it('a migration waits for a backup', async () => {
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

it('a backup beside a backup shares', { tags: ['exhaustive'] }, async () => {
  const { release } = await hold('-s');
  succeeded(await stage.backup());
  await release();
});

it('a backup waits for a restore or a migration as long as it may, and changes nothing then', {
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

it('what a killed runner began is cleared away by the post step', { tags: ['exhaustive'] }, async () => {
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
