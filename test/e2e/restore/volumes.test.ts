/** Volumes and directories brought back: as they were, in a window that no size changes, and with a way back. */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../stage';
import { sql } from './backups';

let stage: Stage;
let original: string;

const FOLDER = '/var/lib/docker/volumes/acme_uploads/_data';
const inVolume = (script: string): Promise<string> => stage.host.root(`cd ${FOLDER} && { ${script}\n}`);

/** Files, folders and links as a program sees them, without what restores put beside them. */
const SEEN = `find . -regextype posix-extended -regex '\\./\\.(before|restore|undone)-[0-9T]+Z.*' -prune -o -printf '%p|%y|%m|%U:%G|%l|%n|%s\\n' | LC_ALL=C sort
find . -path './.before-*' -prune -o -path './.undone-*' -prune -o -path './.restore-*' -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum`;
const seen = async (): Promise<string> => (await inVolume(SEEN)).replace(/^(.*\|d\|.*)\|\d+\|\d+$/gm, '$1');
const beside = (): Promise<string> => inVolume("ls -A | grep -E '^\\.(before|restore|undone)-' || :");

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace('    stop_signal: SIGINT', '    volumes: [uploads:/uploads]\n    stop_signal: SIGINT')
      .replace('  db-data: {}', '  db-data: {}\n  uploads: {}'),
  );
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  volumes: [uploads, /srv/letters]\n'));
  succeeded(await stage.deploy('v1'));
  await stage.host.root(`mkdir -p /opt/backups /srv/letters && chown deploy: /opt/backups && echo a >/srv/letters/a`);
  await stage.host.root(`cat >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker`, { input: SHIM });
  await inVolume(CONTENT);
  await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
  original = await seen();
  succeeded(await stage.backup());
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await inVolume('find . -mindepth 1 -delete; echo live >live; ln -s live .hidden-link; chown 5:6 .; chmod 00711 .');
});

const CONTENT = `
mkdir -p "a b/c" .hidden && echo plain >"a b/c/plain" && printf 'x' >.hidden/.x
printf '1' >"$(printf 'line\\nbreak')" && printf '2' >"-rf" && printf '3' >'ünï"$(id)\\' && printf '4' >"*"
ln -s "a b/c/plain" link && ln -s /nowhere dangling && ln "a b/c/plain" hard && mkfifo pipe
chown 1234:4321 "a b/c/plain" && chmod 4751 "a b/c/plain" && chown -h 33:33 link && chmod 1777 "a b"
for n in $(seq 1 450); do : >"many $n"; done
chown 70:70 . && chmod 2750 .
`;

/**
 * Stands before Docker's client. `/tmp/fault` says `WHEN WORD COMMAND…`: at the first call of that name, or with such a
 * word in the script that it hands on, COMMAND is run before or after it.
 */
const SHIM = `#!/bin/sh
word= when= command=
[ ! -s /tmp/fault ] || read -r when word command </tmp/fault
case $word in
  *[.-]*) case "$*" in *"$word"*) ;; *) when= ;; esac ;;
  *) [ "\${1:-}" = "$word" ] || when= ;;
esac
fault() {
  [ "$1" = "$when" ] || return 0
  rm -f /tmp/fault
  process=$(cut -d ' ' -f 1 "$(ls -td /srv/stack/.runbook/steps/*-[ls][ow]* | head -n 1)/process")
  eval "$command" >/dev/null 2>&1
}
fault before
/usr/bin/docker "$@"
code=$?
fault after
exit $code
`;

async function serving(): Promise<void> {
  await stage.host.root(
    'i=0; until [ ! -e /srv/stack/.runbook/restore.pending ]; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done',
  );
  await stage.serving();
  // A helper of a killed step reads to its end.
  const services = (await stage.running()).map(({ service }) => service).filter((service) => service !== '');
  expect(services).toEqual(['backend', 'db', 'frontend', 'nginx', 'worker']);
}

it('a restore brings all files back, keeps the former ones, and is reverted by undo', {
  tags: ['exhaustive'],
}, async () => {
  const live = await seen();
  const result = await stage.restore({ volumes: 'uploads' });
  succeeded(result);
  expect(await seen()).toBe(original);
  const { uploads = '' } = JSON.parse(result.outputs.former ?? '') as Record<string, string>;
  expect(uploads).toMatch(/^\.before-\d{8}T\d{6}Z$/);
  expect(await inVolume(`cat ${uploads}/live; stat -c '%a %u:%g' ${uploads}`)).toBe('live\n711 5:6\n');
  expect(result.stdout).toMatch(/The writers \(worker\) stood still/);
  const command = /sudo (rm -rf .*)/.exec(result.stdout)?.[1] ?? '';
  expect(command).toContain(uploads);
  // Only the volume was named.
  expect(Object.keys(JSON.parse(result.outputs.former ?? ''))).toEqual(['uploads']);
  expect(await sql(stage.host, "select datname from pg_database where datname like 'acme%'")).toEqual(['acme']);
  await serving();

  succeeded(await stage.restore({ undo: 'true', volumes: '*' }));
  expect(await seen()).toBe(live);
  expect(await beside()).toMatch(/^\.undone-\S+\n$/);
  const again = await stage.restore({ undo: 'true', volumes: '*' });
  expect(annotation(again)).toMatch(/^RB-UNDO-UNKNOWN: /);
  await serving();
});

it('a restore gives a command that removes the former files, and it works', { tags: ['exhaustive'] }, async () => {
  const result = await stage.restore({ volumes: 'uploads' });
  succeeded(result);
  await stage.host.root(/sudo (rm -rf .*)/.exec(result.stdout)?.[1] ?? 'false');
  expect(await beside()).toBe('');
  expect(await seen()).toBe(original);
});

it('a restore brings databases, volumes and directories back together', async () => {
  await sql(stage.host, "update orders set note = 'live'");
  await stage.host.root('echo b >/srv/letters/a; echo c >/srv/letters/c');
  await inVolume('head -c 30000000 /dev/zero >large');
  const result = await stage.restore();
  succeeded(result);
  // What it put aside stays until somebody removes it, is in no backup, and each backup says so.
  const looked = await stage.backup({ 'dry-run': 'true' });
  expect(looked.summary).toContain('Kept since a restore, in no backup: folder .before-');
  expect(looked.stdout).toMatch(
    /Kept since a restore, in no backup: folder \.before-\S+ in uploads \((29|30) MiB\).*sudo rm -rf/,
  );
  expect(looked.stdout).toMatch(
    /Kept since a restore, in no backup: database acme_before_\S+ of db \(\d+ MiB\).*dropdb/,
  );
  expect(looked.stdout).toMatch(/uploads: [01]\.\d MiB/);
  expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
  expect(await seen()).toBe(original);
  expect(await stage.host.root('cat /srv/letters/*')).toBe('a\n');
  expect(Object.keys(JSON.parse(result.outputs.former ?? '')).sort()).toEqual(['/srv/letters', 'acme', 'uploads']);
  succeeded(await stage.restore({ undo: 'true' }));
  expect(await sql(stage.host, 'select note from orders')).toEqual(['live']);
  expect(await inVolume('cat live')).toBe('live\n');
  expect(await stage.host.root('cat /srv/letters/*')).toBe('b\nc\n');
  await serving();
});

it('an encrypted backup of volumes is restored from elsewhere', { tags: ['exhaustive'] }, async () => {
  const identity = await generateX25519Identity();
  await inVolume('echo away >away');
  const live = await seen();
  succeeded(await stage.backup({ to: 'file', recipients: await identityToRecipient(identity) }));
  await inVolume('rm away');
  succeeded(await stage.restore({ from: 'file', path: 'backup', identity, volumes: 'uploads' }));
  expect(await seen()).toBe(live);
});

it.each([
  ['a bit was turned', 'printf x | dd of="$file" bs=1 seek=100 conv=notrunc', /RB-ARCHIVE-DAMAGED/],
  ['it is gone', 'rm "$file"', /RB-BACKUP-UNKNOWN/],
])('a restore leaves the live content alone when %s', untouchedBy);
it('a restore leaves the live content alone when the end is missing', { tags: ['exhaustive'] }, () =>
  untouchedBy('the end is missing', 'truncate -s -50 "$file"', /RB-ARCHIVE-DAMAGED/),
);

async function untouchedBy(_what: string, harm: string, code: RegExp): Promise<void> {
  const live = await seen();
  const id = (await stage.host.root('ls /opt/backups/acme | head -n 1')).trim();
  await stage.host.root(
    `cp -a /opt/backups/acme/${id} /root/kept; file=/opt/backups/acme/${id}/volume.uploads.tar.gz; ${harm}`,
  );
  try {
    expect(annotation(await stage.restore({ volumes: 'uploads', backup: id }))).toMatch(code);
    expect(await seen()).toBe(live);
    expect(await beside()).toBe('');
  } finally {
    await stage.host.root(`rm -rf /opt/backups/acme/${id} && mv /root/kept /opt/backups/acme/${id}`);
  }
}

it('a restore is reversed when a writer does not start again', { tags: ['exhaustive'] }, async () => {
  const live = await seen();
  await stage.host.put('/tmp/fault', 'after start docker kill acme-worker-1\n');
  const result = await stage.restore({ volumes: 'uploads', 'health-timeout': '30s' });
  expect(annotation(result)).toMatch(/^RB-UNHEALTHY: worker/);
  expect(await seen()).toBe(live);
  // What came was live for a moment, so it is kept.
  expect(await beside()).toMatch(/^\.undone-\S+\n$/);
  await inVolume('rm -rf .undone-*');
  await serving();
});

describe('the step is killed', () => {
  it.each([['after the exchange', 'after outgoing.new']])('%s', { tags: ['exhaustive'] }, killed);
  it.each([
    ['while it fills', 'before tar -x'],
    ['after it filled', 'after tar -x'],
    ['before the writers stop', 'before stop'],
    ['before the exchange', 'before outgoing.new'],
    ['before the writers start', 'before start'],
    ['after the writers started', 'after start'],
  ])('%s', { tags: ['exhaustive'] }, killed);

  async function killed(_name: string, fault: string): Promise<void> {
    const live = await seen();
    const [when = '', ...word] = fault.split(' ');
    await stage.host.put(
      '/tmp/fault',
      `${when} ${word[0] === 'tar' ? 'xattrs-include' : word.join(' ')} kill -9 $process\n`,
    );
    const result = await stage.restore({ volumes: 'uploads' });
    expect(result.code, result.shown).toBe(1);
    await serving();
    expect(await seen()).toBe(live);
    await expectCleared();
  }
});

/** The next run, by somebody else, finds all in order and does its work. */
async function expectCleared(): Promise<void> {
  await stage.host.root(
    'rm -f /tmp/fault; flock -w 60 /srv/stack/.runbook/lock true && echo 0 >/srv/stack/.runbook/heartbeat',
  );
  succeeded(await stage.restore({ volumes: 'uploads' }));
  expect(await seen()).toBe(original);
  // The one that was reversed after its exchange left what it had brought.
  expect(await beside()).toMatch(/^\.before-\S+\n(\.undone-\S+\n)?$/);
  await inVolume('rm -rf .undone-*');
  expect(await stage.host.root('docker ps -aq --filter label=runbook.helper')).toBe('');
  await serving();
}
