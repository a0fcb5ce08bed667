/** What goes wrong while a backup is made: the run is red, nothing is published, nothing is removed. */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../run-action';
import { interpose } from '../interpose';
import { sql } from '../restore/backups';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;
let published: string;

/** An old one that the rules would let go. */
const OLD = '20250101T020000Z';

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root(
    'mkdir -p /opt/backups && mount -t tmpfs -o size=900m,mode=755 backups /opt/backups && chown deploy: /opt/backups',
  );
  succeeded(await stage.backup());
  await stage.host.root(
    `cd /opt/backups/acme && id=$(ls) && cp -r "$id" ${OLD} && sed -i 's/"id": "[^"]*"/"id": "${OLD}"/' ${OLD}/manifest.json && chown -R deploy: .`,
  );
  // Nothing that zstd could make small.
  await sql(
    stage.host,
    "create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 1500000) n group by n % 3000",
  );
  await sql(stage.host, 'alter table noise alter column text set storage external');
  published = await listed();
});
afterAll(() => stage?.close());

const listed = (): Promise<string> => stage.host.root('ls -A /opt/backups/acme');

afterEach(async () => {
  expect(await listed()).toBe(published);
  // Processes of a dump do not outlive it.
  await expect.poll(() => stage.host.root('pgrep -x "pg_dump|zstd|pg_restore" || :'), { timeout: 30_000 }).toBe('');
  expect(await sql(stage.host, "select count(*) from pg_stat_activity where application_name like 'runbook%'")).toEqual(
    ['0'],
  );
});

/** Does the harm once so many bytes of the archive are there. */
async function harmed(harm: string, inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  const waiting = stage.host.root(
    `until [ "$(cat /opt/backups/acme/.*.part/*.dump.zst 2>/dev/null | wc -c)" -gt 1000000 ]; do sleep 0.02; done\n${harm}`,
    { timeout: 120_000 },
  );
  const [result] = await Promise.all([stage.backup(inputs), waiting]);
  expect(result.code, result.shown).toBe(1);
  return result;
}

const DATABASE = '$(docker ps -q --filter label=com.docker.compose.service=db)';

it('a backup fails when pg_dump says that all is well, but did not give the whole archive', async () => {
  const inside = (script: string): Promise<string> =>
    stage.host.root(`docker exec -i -u 0 ${DATABASE} sh -s <<'SCRIPT'\np=$(command -v pg_dump)\n${script}\nSCRIPT`);
  await inside(
    `mkdir -p /real && ln -sf "$(readlink -f "$p")" /real/pg_dump && mv "$p" "$p.aside" &&
    printf '#!/bin/sh\\n/real/pg_dump "$@" | head -c 300000\\n' >"$p" && chmod 755 "$p"`,
  );
  const result = await stage.backup().finally(() => inside('mv "$p.aside" "$p"'));
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-BACKUP-FAILED: [\s\S]*pg_restore/);
});

describe('a backup fails when in the middle of the dump', () => {
  it('pg_dump is killed', () => failed('pkill -KILL -x pg_dump', /pg_dump ended with exit status 137/));
  it('the reader is killed', { tags: ['exhaustive'] }, () => failed('pkill -KILL -x pg_restore', /pg_restore/));
  it('the compressor is killed', { tags: ['exhaustive'] }, () =>
    failed('pkill -KILL -x zstd', /the compressor ended with exit status 137/),
  );

  async function failed(harm: string, why: RegExp): Promise<void> {
    const message = annotation(await harmed(harm));
    expect(message).toMatch(/^RB-BACKUP-FAILED: /);
    expect(message).toMatch(why);
  }

  it('the database is restarted', { tags: ['exhaustive'] }, async () => {
    expect(annotation(await harmed(`docker restart -t 0 ${DATABASE}`))).toMatch(/^RB-BACKUP-FAILED: /);
    await expect.poll(() => sql(stage.host, 'select 1').catch(() => []), { timeout: 60_000 }).toEqual(['1']);
  });

  it('the disk runs full', async () => {
    // It takes its time, which the dump must not use to come to its end.
    const result = await harmed(
      'pkill -STOP -x zstd; cat /dev/zero >/opt/backups/fill 2>/dev/null; pkill -CONT -x zstd',
    );
    await stage.host.root('rm -f /opt/backups/fill');
    expect(annotation(result)).toMatch(/^RB-DISK-SHORT: /);
  });
});

it('a backup fails on a disk that fails as it is flushed', { tags: ['exhaustive'] }, async () => {
  // What the kernel would say of one: sync(1) is the first that hears of it.
  const mend = await interpose(stage, {
    tool: 'sync',
    when: '*.dump.zst',
    first: 'echo "sync: error syncing $1: Input/output error" >&2; exit 1',
  });
  const result = await stage.backup().finally(mend);
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-BACKUP-FAILED: the disk of the host did not take [\s\S]*Input\/output error/);
});

it('a backup fails on a disk that does not keep the written data', { tags: ['exhaustive'] }, async () => {
  const mend = await interpose(stage, {
    tool: 'tee',
    when: '*.dump.zst',
    first: '/usr/bin/tee "$1"; printf X | dd of="$1" bs=1 seek=100 conv=notrunc status=none; exit 0',
  });
  const result = await stage.backup().finally(mend);
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-BACKUP-FAILED: .* does not hold what was written to it/);
});

it('a backup fails when the connection is cut while the copy leaves the host', { tags: ['exhaustive'] }, async () => {
  const recipients = await identityToRecipient(await generateX25519Identity());
  const cut = stage.host
    .root('until pgrep -f "^cat .*/part-0" >/dev/null; do sleep 0.02; done; sleep 0.1', { timeout: 120_000 })
    .then(() => stage.host.cutConnections());
  const [result] = await Promise.all([stage.backup({ to: 'file', recipients }), cut]);
  expect(result.code, result.shown).toBe(1);
  expect(result.outputs.backup).toBe('');
});

it('a backup fails when the password of the server differs from that of the container', {
  tags: ['exhaustive'],
}, async () => {
  const asks = (how: string): Promise<string> =>
    stage.host.root(
      `docker exec ${DATABASE} sh -c 'sed -i "s/^local *all .*/local all all ${how}/" $PGDATA/pg_hba.conf' && docker kill -s HUP ${DATABASE}`,
    );
  await sql(stage.host, "alter role acme password 'other'");
  await asks('scram-sha-256');
  try {
    await expect.poll(() => sql(stage.host, 'select 1').catch(() => 'refused')).toBe('refused');
    const result = await stage.backup();
    expect(annotation(result)).toMatch(/^RB-DATABASE-DOWN: [\s\S]*password authentication failed/);
  } finally {
    await asks('trust');
    await expect.poll(() => sql(stage.host, 'select 1').catch(() => [])).toEqual(['1']);
  }
});

it('a backup is refused for a text that is not a recipient', { tags: ['exhaustive'] }, async () => {
  const result = await stage.backup({
    to: 'host,file',
    recipients: 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq',
  });
  expect(annotation(result)).toMatch(/^RB-RECIPIENT-INVALID: /);
});

it('a backup is refused for a directory of another user', { tags: ['exhaustive'] }, async () => {
  await stage.host.root('chown root: /opt/backups/acme');
  const result = await stage.backup();
  await stage.host.root('chown deploy: /opt/backups/acme');
  expect(annotation(result)).toMatch(/^RB-HOST-UNSUITABLE: /);
});

it('a backup is complete after a cut connection was opened again', { tags: ['exhaustive'] }, async () => {
  const waiting = stage.host.root(
    'until [ "$(cat /opt/backups/acme/.*.part/*.dump.zst 2>/dev/null | wc -c)" -gt 1000000 ]; do sleep 0.02; done',
    { timeout: 120_000 },
  );
  const [result] = await Promise.all([stage.backup(), waiting.then(() => stage.host.cutConnections())]);
  succeeded(result);
  expect(result.stdout).toContain(`${OLD} goes: `);
  published = await listed();
  expect(published).toContain(result.outputs.backup);
});

it('the next run clears up after a step that was killed on the host', { tags: ['exhaustive'] }, async () => {
  const result = await harmed(
    'read -r pid start <"$(ls -dt /srv/stack/.runbook/backup/steps/*-dump | head -n 1)/process"; kill -s KILL -- "-$pid"',
  );
  expect(annotation(result)).toMatch(/^RB-CONNECTION-LOST: /);
  const next = await stage.backup();
  succeeded(next);
  published += `${next.outputs.backup}\n`;
});

it('a backup is refused for a directory without space', { tags: ['exhaustive'] }, async () => {
  await stage.host.root('head -c 820M /dev/zero >/opt/backups/fill');
  const result = await stage.backup();
  await stage.host.root('rm -f /opt/backups/fill');
  expect(annotation(result)).toMatch(/^RB-DISK-SHORT: a backup takes about /);
});
