/** Volumes and directories in a backup: everything of a file is there, and what is not whole is no backup. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../run-action';
import { sql } from '../restore/backups';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  withVolumes();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && mount -t tmpfs -o size=400m,mode=755 backups /opt/backups');
  await stage.host.root('chown deploy: /opt/backups');
  await inVolume(CONTENT);
});
afterAll(() => stage?.close());
beforeEach(() => {
  stage.restoreFiles();
  withVolumes();
});

function withVolumes(names = 'uploads, empty, /etc/letsencrypt'): void {
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace('    stop_signal: SIGINT', '    volumes: [uploads:/uploads, empty:/empty]\n    stop_signal: SIGINT')
      .replace('  db-data: {}', '  db-data: {}\n  uploads: {}\n  empty: {}'),
  );
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', `backup:\n  volumes: [${names}]\n`));
}

const FOLDER = '/var/lib/docker/volumes/acme_uploads/_data';

function inVolume(script: string): Promise<string> {
  return stage.host.root(`cd ${FOLDER} && { ${script}\n}`);
}

const CONTENT = `
mkdir -p "a b/c" .hidden && echo plain >"a b/c/plain" && printf 'x' >.hidden/.x
printf '1' >"$(printf 'line\\nbreak')" && printf '2' >"-rf" && printf '3' >'ünï"$(id)\\' && printf '4' >"*"
ln -s "a b/c/plain" link && ln -s /nowhere dangling && ln "a b/c/plain" hard && mkfifo pipe
chown 1234:4321 "a b/c/plain" && chmod 4751 "a b/c/plain" && chown -h 33:33 link && chmod 1777 "a b"
truncate -s 300M sparse && touch -d '2001-02-03 04:05:06.789' .hidden/.x && chown 70:70 . && chmod 2750 .
setfattr -n user.origin -v somewhere .hidden/.x 2>/dev/null || :
`;

/** Everything about files that a program could see. */
const SEEN = `find . -printf '%p|%y|%m|%U:%G|%l|%T@|%n|%s\\n' | grep -v '^\\.|' | sed -E 's/(|d[|].*)[|][0-9]+$/\\1/' | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum`;

interface Manifest {
  readonly volumes: readonly { file: string; name: string; bytes: number; sha256: string; entries: number }[];
}

async function manifestOf(id: string): Promise<Manifest> {
  return JSON.parse(await stage.host.root(`cat /opt/backups/acme/${id}/manifest.json`)) as Manifest;
}

const listed = (): Promise<string> => stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :');
const helpers = (): Promise<string> => stage.host.root('docker ps -aq --filter label=runbook.helper');

it('a backup has every file of a volume, and leaves the volume unchanged', { tags: ['exhaustive'] }, async () => {
  const before = await inVolume(SEEN);
  const result = await stage.backup();
  succeeded(result);
  const { backup = '' } = result.outputs;
  const { volumes } = await manifestOf(backup);
  expect(volumes.map(({ name, file }) => [name, file])).toEqual([
    ['uploads', 'volume.uploads.tar.gz'],
    ['empty', 'volume.empty.tar.gz'],
    ['/etc/letsencrypt', 'volume._etc_letsencrypt.tar.gz'],
  ]);
  expect(volumes[0]?.entries).toBe(Number(await inVolume('find . -mindepth 1 -print0 | tr -cd "\\0" | wc -c')));
  expect(volumes[1]?.entries).toBe(0);
  // Holes are no bytes.
  expect(volumes[0]?.bytes).toBeLessThan(100_000);
  const unpack = (file: string, folder: string): string =>
    `rm -rf ${folder} && mkdir ${folder} && gzip -dc /opt/backups/acme/${backup}/${file} | tar -xp --xattrs -C ${folder} -f -`;
  await stage.host.root(unpack('volume.uploads.tar.gz', '/root/unpacked'));
  expect(await stage.host.root(`cd /root/unpacked && ${SEEN}`)).toBe(before);
  expect(await stage.host.root('stat -c "%a %u:%g" /root/unpacked')).toBe('2750 70:70\n');
  await stage.host.root(unpack('volume._etc_letsencrypt.tar.gz', '/root/certificates'));
  await stage.host.root('diff -r --no-dereference /root/certificates /etc/letsencrypt');
  expect(await inVolume(SEEN)).toBe(before);
  expect(await helpers()).toBe('');
  expect(result.summary).toContain('uploads');
});

it('a backup names the data of the stack that it does not have, and warns of new data and of a live database in a volume', {
  tags: ['exhaustive'],
}, async () => {
  stage.restoreFiles();
  withVolumes('uploads, /etc/letsencrypt');
  const first = await stage.backup();
  succeeded(first);
  expect(first.summary).toContain('Not backed up: volume empty ');
  expect(first.stdout).toContain('::warning::New since the backup before, and not backed up: volume empty.');
  await sql(stage.host, 'create database invoices');
  await inVolume(': >app.db-wal');
  const planned = await stage.backup({ 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.stdout).toMatch(/Not backed up: database invoices of db \(\d+ MiB\), volume empty \(1 MiB\)\./);
  expect(planned.stdout).toMatch(
    /::warning::New since the backup before, and not backed up: database invoices of db\./,
  );
  expect(planned.stdout).toMatch(/::warning::uploads is backed up file by file, and holds a live database of SQLite/);
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  ignore: [db/invoices, empty, uploads]\n'));
  const silenced = await stage.backup({ 'dry-run': 'true' });
  succeeded(silenced);
  expect(silenced.stdout).not.toMatch(/not backed up|file by file/);
  await inVolume('rm app.db-wal');
  await sql(stage.host, 'drop database invoices');
});

it('a drill restores a volume completely or is red, and leaves nothing behind', { tags: ['exhaustive'] }, async () => {
  const left = (): Promise<string> =>
    stage.host.root('docker volume ls -q | grep drill || :; docker ps -aq --filter label=runbook.helper');
  const result = await stage.backup({ drill: 'after' });
  succeeded(result);
  const folder = `/opt/backups/acme/${result.outputs.backup}`;
  const { volumes } = await manifestOf(result.outputs.backup ?? '');
  const entries = volumes.reduce((sum, part) => sum + part.entries, 0);
  expect(result.stdout).toContain(`; 3 volumes, ${entries} files, folders and links`);
  expect(await left()).toBe('');

  await stage.host.root(`sed -i 's/"entries": 0,/"entries": 1,/' ${folder}/manifest.json`);
  expect(annotation(await stage.backup({ drill: 'only' }))).toMatch(/^RB-RESTORE-DIFFERS: empty as restored has 0 /);
  expect(await left()).toBe('');
  await stage.host.root(
    `sed -i 's/"entries": 1,/"entries": 0,/' ${folder}/manifest.json; truncate -s -20 ${folder}/volume.uploads.tar.gz`,
  );
  expect(annotation(await stage.backup({ drill: 'only' }))).toMatch(/^RB-ARCHIVE-DAMAGED: /);
  expect(await left()).toBe('');
  await stage.host.root(`rm -r ${folder}`);
});

it('a volume goes off the host encrypted, without a file on the host', { tags: ['exhaustive'] }, async () => {
  const before = await listed();
  const identity = await generateX25519Identity();
  const result = await stage.backup({ to: 'file', recipients: await identityToRecipient(identity) });
  succeeded(result);
  expect(await listed()).toBe(before);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const file = join(stage.workspace, 'backup', 'acme', result.outputs.backup ?? '', 'volume.uploads.tar.gz.age');
  await stage.host.put('/tmp/away.tar.gz', Buffer.from(await decrypter.decrypt(readFileSync(file))), 0o600);
  expect(await stage.host.root('gzip -dc /tmp/away.tar.gz | tar -t')).toContain('./a b/c/plain');
});

it('a backup leaves out data that restores put aside', { tags: ['exhaustive'] }, async () => {
  await inVolume('mkdir .before-20260101T000000Z .restore-20260101T000000Z && echo old >.before-20260101T000000Z/old');
  try {
    const result = await stage.backup();
    succeeded(result);
    const file = `/opt/backups/acme/${result.outputs.backup}/volume.uploads.tar.gz`;
    expect(await stage.host.root(`gzip -dc ${file} | tar -t | grep -c 20260101T000000Z || :`)).toBe('0\n');
  } finally {
    await inVolume('rm -rf .before-20260101T000000Z .restore-20260101T000000Z');
  }
});

it.each([
  ['uploads, missing', 'missing', 'volume'],
  ['/srv/missing', '/srv/missing', 'directory'],
])(
  'a backup says that %s does not exist, and creates nothing',
  { tags: ['exhaustive'] },
  async (names, missing, kind) => {
    stage.restoreFiles();
    withVolumes(names);
    const before = await listed();
    expect(annotation(await stage.backup())).toContain(`RB-VOLUME-UNKNOWN: the host has no ${kind} "${missing}"`);
    expect(await listed()).toBe(before);
    expect(await stage.host.root('ls -d /srv/missing 2>/dev/null; docker volume ls -q | grep missing || :')).toBe('');
  },
);

describe('a volume that is not proven is left out of a backup that has all else, and nothing is removed', () => {
  beforeAll(async () => {
    // What no packer makes small.
    await inVolume('head -c 150000000 /dev/urandom >noise && chmod 600 noise');
  });

  /** Does the harm once so many bytes of the archive are there. */
  async function harmed(harm: string): Promise<ActionResult> {
    const before = await listed();
    const waiting = stage.host.root(
      `until [ "$(cat /opt/backups/acme/.*.part/volume.uploads.* 2>/dev/null | wc -c)" -gt 8000000 ]; do sleep 0.02; done\n${harm}`,
      { timeout: 120_000 },
    );
    const [result] = await Promise.all([stage.backup(), waiting]);
    expect(result.code, result.shown).toBe(1);
    const { backup = '' } = result.outputs;
    expect(await listed()).toBe(`${before}${backup}\n`);
    const made = JSON.parse(await stage.host.root(`cat /opt/backups/acme/${backup}/manifest.json`));
    expect(made).toMatchObject({ verified: false, databases: [{ database: 'acme' }] });
    expect(made.left).toContain('uploads');
    expect(await stage.host.root(`ls /opt/backups/acme/${backup}`)).not.toContain('uploads');
    expect(await helpers()).toBe('');
    await stage.host.root(`rm -r /opt/backups/acme/${backup}`);
    return result;
  }

  it.each([
    ['who reads the volume', 'pkill -KILL -f "^tar -c"', /tar, which reads the volume, ended with exit status 137/],
    ['who reads the archive back', 'pkill -KILL -f "^tar -t"', /reads the archive back, ended with exit status 137/],
  ])('when %s is killed', { tags: ['exhaustive'] }, notWhole);
  it.each([
    ['the packer', 'pkill -KILL -x gzip', /the compressor ended with exit status 137/],
    ['the helper', 'docker kill $(docker ps -q --filter label=runbook.helper)', /exit status 137/],
  ])('when %s is killed', { tags: ['exhaustive'] }, notWhole);

  async function notWhole(_who: string, harm: string, why: RegExp): Promise<void> {
    const message = annotation(await harmed(harm));
    expect(message).toMatch(/^RB-BACKUP-FAILED: the copy of uploads is incomplete/);
    expect(message).toMatch(why);
  }

  it('when the disk runs full', { tags: ['exhaustive'] }, async () => {
    const result = await harmed('cat /dev/zero >/opt/backups/fill 2>/dev/null || :');
    await stage.host.root('rm -f /opt/backups/fill');
    expect(annotation(result)).toMatch(/^RB-DISK-SHORT: /);
  });

  it('when a file changes each time that it is read', { tags: ['exhaustive'] }, async () => {
    const before = await listed();
    const writer = stage.host.root(
      `echo $$ >/root/writer; while [ -e /root/writer ]; do echo x >>${FOLDER}/noise; sleep 0.05; done`,
      { timeout: 120_000 },
    );
    const result = await stage.backup();
    await stage.host.root('rm -f /root/writer');
    await writer;
    const message = annotation(result);
    expect(message).toMatch(/^RB-BACKUP-FAILED: files of uploads changed while they were read, three times in a row/);
    expect(message).toContain('./noise');
    // The databases are as good as ever, and stand for no night until they are whole again.
    expect(await listed()).not.toBe(before);
    const made = await stage.host.root(`cat /opt/backups/acme/${result.outputs.backup}/manifest.json`);
    expect(JSON.parse(made)).toMatchObject({ verified: false, left: ['uploads'], databases: [{ database: 'acme' }] });
    expect(result.summary).toContain('lacks uploads; everything else in it is complete');
  });

  it('but a file that changes once is read once more, also off the host', { tags: ['exhaustive'] }, async () => {
    const change = `until pgrep -f "^tar -c" >/dev/null; do sleep 0.02; done; sleep 0.2; echo x >>${FOLDER}/noise`;
    const recipients = await identityToRecipient(await generateX25519Identity());
    const [result] = await Promise.all([stage.backup({ to: 'file', recipients }), stage.host.root(change)]);
    succeeded(result);
    expect(result.stdout).toContain('uploads changed while it was read (try 1)');
  });
});
