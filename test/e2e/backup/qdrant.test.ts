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

it('has the snapshot as Qdrant sums it up, and leaves none there', { tags: ['exhaustive'] }, async () => {
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

it('goes off the host encrypted, without a file there', { tags: ['exhaustive'] }, async () => {
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
const DAMAGED = /RB-QDRANT-FAILED: [\s\S]*its SHA-256 is not the one that Qdrant says/;
it.each([['cut', 'file', CUT]])(
  'leaves Qdrant out of a backup that has all else, and no snapshot there: %s on the way to %s',
  { tags: ['exhaustive'] },
  leftOut,
);
it.each([
  ['damage', 'host', DAMAGED],
  ['cut', 'host', CUT],
  ['damage', 'file', DAMAGED],
])(
  'leaves Qdrant out of a backup that has all else, and no snapshot there: %s on the way to %s',
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

it('removes a snapshot that a killed run left there', { tags: ['exhaustive'] }, async () => {
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

it('says which variable holds the key when it is refused', { tags: ['exhaustive'] }, async () => {
  stage.restoreFiles();
  stage.edit('runbook.yml', (text) =>
    text.replace('backup:\n', 'backup:\n  qdrant: [{ service: qdrant, api-key-variable: OTHER }]\n'),
  );
  expect(annotation(await stage.backup())).toMatch(/RB-QDRANT-FAILED: [\s\S]*401[\s\S]*api-key-variable/);
});
