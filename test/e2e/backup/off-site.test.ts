/** Backups that leave the host for a bucket: published there as a whole or not at all, pruned, drilled, restored. */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LabS3, REGION, startS3 } from '../../lab/s3';
import { type FaultProxy, startFaultProxy } from '../../lab/s3-faults';
import type { ActionResult } from '../../run-action';
import { sql } from '../restore/backups';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;
let server: LabS3;
let proxy: FaultProxy;
let identity: string;

beforeAll(async () => {
  server = await startS3();
  proxy = await startFaultProxy(server.port);
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  stage.edit('runbook.yml', (text) =>
    text.replace(
      /^backup:\n/m,
      `backup:\n  s3: { bucket: ${server.bucket}, prefix: nightly, region: ${REGION}, endpoint: "${proxy.url}" }\n  recipients: [${recipient}]\n`,
    ),
  );
  // Nothing that zstd could make small.
  await sql(
    stage.host,
    "create table noise as select string_agg(md5(random()::text), '') as text from generate_series(1, 600000) n group by n % 1200",
  );
});
beforeEach(() => proxy.clear());
afterAll(async () => {
  await stage?.close();
  await proxy?.close();
  await server?.stop();
});

const backup = (inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> =>
  stage.backup(inputs, { env: { ...server.credentials, AWS_EC2_METADATA_DISABLED: 'true' } });

const onHost = async (): Promise<string[]> =>
  (await stage.host.root('ls -A /opt/backups/acme')).split('\n').filter((name) => name !== '');

const inBucket = async (): Promise<string[]> => (await server.keys()).filter((key) => key.endsWith('/manifest.json'));

it('a backup is in both places, encrypted off the host, and the keys of the bucket stay on the runner', async () => {
  const result = await backup();
  succeeded(result);
  const id = result.outputs.backup ?? '';
  expect(await onHost()).toEqual([id]);
  expect((await server.keys()).filter((key) => !key.endsWith('/'))).toEqual(
    ['db.db.acme.dump.zst.age', 'globals.db.sql.zst.age', 'manifest.json'].map((file) => `nightly/acme/${id}/${file}`),
  );
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = server.credentials;
  expect(result.shown).not.toContain(AWS_SECRET_ACCESS_KEY);
  expect(
    await stage.host.root(`grep -rlE '${AWS_ACCESS_KEY_ID}|${AWS_SECRET_ACCESS_KEY}' /srv/stack /opt /tmp /home || :`),
  ).toBe('');
});

it('a run with only a drill restores the backup', { tags: ['exhaustive'] }, async () => {
  const before = await onHost();
  const result = await backup({ drill: 'only', identity });
  succeeded(result);
  expect(await onHost()).toEqual(before);
  expect(result.stdout).toMatch(/was restored in [\d.]+ s: \d+ tables, \d+ rows/);
  expect(result.summary).toContain('### Restore drill');
  expect(await stage.host.root('docker ps -aq --filter label=runbook.helper')).toBe('');
});

it('a drill is red if its identity is missing or wrong', { tags: ['exhaustive'] }, async () => {
  expect(annotation(await backup({ drill: 'only' }))).toMatch(/^RB-IDENTITY: /);
  expect(annotation(await backup({ drill: 'only', identity: await generateX25519Identity() }))).toMatch(
    /^RB-IDENTITY: /,
  );
  expect(await stage.host.root('docker ps -aq --filter label=runbook.helper')).toBe('');
});

it('a backup in the bucket is restored to the live stack', { tags: ['exhaustive'] }, async () => {
  await sql(stage.host, 'delete from noise');
  const env = { ...server.credentials, AWS_EC2_METADATA_DISABLED: 'true' };
  // The host's own copy is not what comes back.
  await stage.host.root('mv /opt/backups/acme /opt/backups/away');
  succeeded(await stage.restore({ from: 's3', identity }, undefined, { env }));
  await stage.host.root('mv /opt/backups/away /opt/backups/acme');
  expect(await sql(stage.host, 'select count(*) from noise')).toEqual(['1200']);
});

it('a backup can go only to the bucket, without a file on the host, and is compared with the one before there', {
  tags: ['exhaustive'],
}, async () => {
  const [before, published] = [await onHost(), await inBucket()];
  await sql(stage.host, 'create table passing as select n from generate_series(1, 9000) n');
  succeeded(await backup({ to: 's3' }));
  await sql(stage.host, 'drop table passing');
  const second = await backup({ to: 's3' });
  succeeded(second);
  expect(second.summary).toMatch(
    /db\/acme has \d+ rows, and \d+ in the backup before .*public\.passing &#40;9000&#41;/,
  );
  expect(await onHost()).toEqual(before);
  expect(await inBucket()).toHaveLength(published.length + 2);
});

describe('a bucket that', () => {
  it('is cut off at half: red, nothing of it there, the copy on the host stays, nothing is removed', () =>
    keepsWhatIs(() => proxy.fault({ kind: 'cut-sent', after: 3_000_000 }, /^PUT/)));
  it(
    'refuses: red, nothing of it there, the copy on the host stays, nothing is removed',
    { tags: ['exhaustive'] },
    () => keepsWhatIs(() => proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /^(PUT|POST)/)),
  );

  async function keepsWhatIs(fault: () => void): Promise<void> {
    const [old] = await onHost();
    const [published, before] = [await inBucket(), await onHost()];
    fault();
    const result = await backup();
    proxy.clear();
    expect(annotation(result)).toMatch(/^RB-STORAGE-FAILED: /);
    expect(await inBucket()).toEqual(published);
    expect(await server.unfinished()).toEqual([]);
    const after = await onHost();
    expect(after).toContain(old);
    expect(after).toHaveLength(before.length + 1);
    expect(result.summary).toContain('is complete on the host');
  }

  it('refuses, and is the only place: nothing is anywhere', { tags: ['exhaustive'] }, async () => {
    const [published, before] = [await inBucket(), await onHost()];
    proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /^(PUT|POST)/);
    const result = await backup({ to: 's3' });
    proxy.clear();
    expect(annotation(result)).toMatch(/^RB-STORAGE-FAILED: /);
    expect([await inBucket(), await onHost()]).toEqual([published, before]);
    expect(await server.unfinished()).toEqual([]);
  });

  it('has old backups: they are removed there as well', { tags: ['exhaustive'] }, async () => {
    const id = '20250101T020000Z';
    const [newest = ''] = (await inBucket()).toReversed();
    const manifest = { ...JSON.parse(await server.read(newest)), id, databases: [], globals: [] };
    await server.put(`nightly/acme/${id}/manifest.json`, JSON.stringify(manifest));
    const result = await backup();
    succeeded(result);
    expect(result.stdout).toContain(`${id} goes: `);
    expect((await server.keys()).filter((key) => key.includes(id))).toEqual([]);
  });
});
