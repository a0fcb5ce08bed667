/** A backup or a restore that somebody cancels: it stops at its next safe point, and nothing of it stays. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { when } from './moments';
import { sql } from './restore/backups';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await sql(
    stage.host,
    "create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 1500000) n group by n % 3000",
  );
  succeeded(await stage.backup());
});
afterAll(() => stage?.close());

const listed = (): Promise<string> => stage.host.root('ls -A /opt/backups/acme');
const lease = (folder: string): Promise<string> => stage.host.root(`grep ^state= /srv/stack/.runbook/${folder}lease`);
const databases = (): Promise<string[]> => sql(stage.host, 'select datname from pg_database order by 1');

/** Cancels the run as GitHub does, at the line. */
function cancelledAt(line: RegExp) {
  let pid = 0;
  return {
    onStart: (started: number) => {
      pid = started;
    },
    onLine: when(line, () => process.kill(pid, 'SIGINT')),
  };
}

it('a cancelled backup ends its dump, publishes nothing and gives its lease back', {
  tags: ['exhaustive'],
}, async () => {
  const before = await listed();
  let pid = 0;
  // The dump must not come to its end before somebody cancels it.
  const waiting = stage.host
    .root(
      'until [ "$(cat /opt/backups/acme/.*.part/*.dump.zst 2>/dev/null | wc -c)" -gt 2000000 ]; do sleep 0.02; done; pkill -STOP -x zstd',
      { timeout: 120_000 },
    )
    .then(() => process.kill(pid, 'SIGINT'));
  const [result] = await Promise.all([
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
  await stage.host.root('pkill -CONT -x zstd || :');
  expect(annotation(result)).toMatch(/^RB-CANCELLED: /);
  expect(result.summary).toContain('(cancelled)');
  expect(result.summary).not.toContain('Nothing was changed');
  expect(await listed()).toBe(before);
  expect(await lease('backup/')).toBe('state=free\n');
});

it('a cancelled restore removes the data that it was loading, and the live data still serves', {
  tags: ['exhaustive'],
}, async () => {
  await sql(stage.host, "insert into noise values ('live')");
  const before = await databases();
  const { onStart, onLine } = cancelledAt(/filling/);
  const result = await stage.restore({}, onLine, { onStart });
  expect(annotation(result)).toMatch(/^RB-CANCELLED: /);
  expect(result.summary).toContain('The former data still serves.');
  expect(await sql(stage.host, "select count(*) from noise where text = 'live'")).toEqual(['1']);
  expect(await databases()).toEqual(before);
  expect(await lease('')).toBe('state=free\n');
});

it('the post step clears up after a restore whose runner was killed', { tags: ['exhaustive'] }, async () => {
  const before = await databases();
  const killed = await stage.restore({}, (line, kill) => {
    if (line.includes('filling')) kill();
  });
  expect(killed.state.ended).toBeUndefined();
  const post = await stage.restore({}, undefined, { step: { post: killed.state } });
  succeeded(post);
  expect(post.stdout).toContain('the main step was killed: the step was ended and put back');
  expect(await lease('')).toBe('state=free\n');
  succeeded(await stage.restore({ 'dry-run': 'true' }));
  expect(await databases()).toEqual(before);
});
