/** Snapshots of Qdrant in a backup, against a stand-in that says so itself: there is no real server to be had here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { LabQdrant, QDRANT_KEY } from '../../lab/qdrant-host';
import { annotation, Stage, succeeded } from '../stage';

let stage: Stage;
let qdrant: LabQdrant;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  qdrant = await LabQdrant.start(stage.host);
  await qdrant.become({ collections: { docs: [1, 2, 3] }, aliases: { latest: 'docs' } });
});
afterAll(() => stage?.close());
beforeEach(() => {
  stage.restoreFiles();
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  qdrant: [{ service: qdrant }]\n'));
});

const listed = (): Promise<string> => stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :');

it('a backup has the snapshot with the checksum of Qdrant, and leaves no snapshot there', {
  tags: ['exhaustive'],
}, async () => {
  const result = await stage.backup();
  succeeded(result);
  const folder = `/opt/backups/acme/${result.outputs.backup}`;
  const manifest = JSON.parse(await stage.host.root(`cat ${folder}/manifest.json`)) as {
    qdrant: { file: string; bytes: number; sha256: string; checked: boolean }[];
  };
  expect(manifest.qdrant).toEqual([
    {
      file: 'qdrant.qdrant.snapshot',
      bytes: Number(await stage.host.root(`stat -c %s ${folder}/qdrant.qdrant.snapshot`)),
      sha256: (await stage.host.root(`sha256sum <${folder}/qdrant.qdrant.snapshot`)).slice(0, 64),
      service: 'qdrant',
      checked: true,
    },
  ]);
  expect(manifest.qdrant[0]?.bytes).toBeGreaterThan(5_000_000);
  expect(await stage.host.root(`stat -c '%a %U' ${folder}/qdrant.qdrant.snapshot`)).toBe('600 deploy\n');
  expect(await qdrant.snapshots()).toEqual([]);
  expect(result.shown).not.toContain(QDRANT_KEY);
  expect(await stage.host.root(`grep -r ${QDRANT_KEY} /srv/stack/.runbook || :`)).toBe('');
});

it('a snapshot of Qdrant goes off the host encrypted, without a file on the host', {
  tags: ['exhaustive'],
}, async () => {
  const before = await listed();
  const recipients = await identityToRecipient(await generateX25519Identity());
  const result = await stage.backup({ to: 'file', recipients });
  succeeded(result);
  expect(await listed()).toBe(before);
  const file = join(stage.workspace, 'backup', 'acme', result.outputs.backup ?? '', 'qdrant.qdrant.snapshot.age');
  expect(readFileSync(file).length).toBeGreaterThan(5_000_000);
  expect(await qdrant.snapshots()).toEqual([]);
});

const CUT = /RB-QDRANT-FAILED/;
const DAMAGED = /RB-QDRANT-FAILED: [\s\S]*its SHA-256 differs from the one that Qdrant reports/;
it.each([['cut', 'file', CUT]])(
  'a failure leaves only Qdrant out of a backup, and no snapshot in it: %s on the way to %s',
  { tags: ['exhaustive'] },
  leftOut,
);
it.each([
  ['damage', 'host', DAMAGED],
  ['cut', 'host', CUT],
  ['damage', 'file', DAMAGED],
])(
  'a failure leaves only Qdrant out of a backup, and no snapshot in it: %s on the way to %s',
  { tags: ['exhaustive'] },
  leftOut,
);

async function leftOut(fault: string, to: string, code: RegExp): Promise<void> {
  await qdrant.break(fault);
  const recipients = await identityToRecipient(await generateX25519Identity());
  const result = await stage.backup(to === 'file' ? { to, recipients } : {});
  await qdrant.mend(fault);
  expect(annotation(result)).toMatch(code);
  const { backup = '' } = result.outputs;
  const folder = join(stage.workspace, 'backup', 'acme', backup);
  const file = `/opt/backups/acme/${backup}/manifest.json`;
  const text =
    to === 'file' ? readFileSync(join(folder, 'manifest.json'), 'utf8') : await stage.host.root(`cat ${file}`);
  expect(JSON.parse(text)).toMatchObject({ verified: false, left: ['qdrant'], databases: [{ database: 'acme' }] });
  const files =
    to === 'file' ? readdirSync(folder).join(' ') : await stage.host.root(`ls ${file.replace('manifest.json', '')}`);
  expect(files).toContain('db.db.acme.dump');
  expect(files).not.toContain('qdrant');
  expect(await qdrant.snapshots()).toEqual([]);
}

it('a backup removes a snapshot that a killed run left in Qdrant', { tags: ['exhaustive'] }, async () => {
  await stage.backup(
    {},
    {
      onLine: (line, kill) => {
        if (line.includes('made, on its way')) kill();
      },
    },
  );
  expect(await qdrant.snapshots()).toHaveLength(1);
  await stage.host.root('echo 0 >/srv/stack/.runbook/backup/heartbeat');
  const result = await stage.backup();
  succeeded(result);
  expect(result.stdout).toContain('left by an interrupted backup, was removed');
  expect(await qdrant.snapshots()).toEqual([]);
});

it('a refused key of Qdrant is reported with the variable that holds it', { tags: ['exhaustive'] }, async () => {
  stage.restoreFiles();
  stage.edit('runbook.yml', (text) =>
    text.replace('backup:\n', 'backup:\n  qdrant: [{ service: qdrant, api-key-variable: OTHER }]\n'),
  );
  expect(annotation(await stage.backup())).toMatch(/RB-QDRANT-FAILED: [\s\S]*401[\s\S]*api-key-variable/);
});
