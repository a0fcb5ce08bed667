/** Snapshots of Qdrant in a backup, against a stand-in that says so itself: there is no real server to be had here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../../e2e/stage';

let stage: Stage;

const KEY = 'canaryOfQdrantsKey';

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await stage.host.root('mkdir -p /srv/qdrant && cat >/srv/qdrant/server.js', {
    input: readFileSync(join(__dirname, '../qdrant.js')),
  });
  const labels = ['project=acme', 'service=qdrant', 'oneoff=False'].map((one) => `--label com.docker.compose.${one}`);
  await stage.host.root(
    `docker run -d --name acme-qdrant-1 ${labels.join(' ')} --network acme_internal -e QDRANT__SERVICE__API_KEY=${KEY} \\
      -v /srv/qdrant:/srv/qdrant:ro --entrypoint node localhost:5000/acme/backend:v1 /srv/qdrant/server.js`,
  );
});
afterAll(() => stage?.close());
beforeEach(() => {
  stage.restoreFiles();
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  qdrant: [{ service: qdrant }]\n'));
});

const listed = (): Promise<string> => stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :');
/** Names of snapshots that the server has. */
const snapshots = async (): Promise<readonly string[]> => {
  const script = `fetch("http://localhost:6333/snapshots",{headers:{"api-key":"${KEY}"}}).then(r=>r.text()).then(console.log)`;
  const text = await stage.host.root(`docker exec acme-qdrant-1 node -e '${script}'`);
  return (JSON.parse(text) as { result: { name: string }[] }).result.map(({ name }) => name);
};

it('has the snapshot as Qdrant sums it up, and leaves none there', async () => {
  const result = await stage.backup();
  succeeded(result);
  const folder = `/opt/backups/acme/${result.outputs.backup}`;
  const { qdrant } = JSON.parse(await stage.host.root(`cat ${folder}/manifest.json`)) as {
    qdrant: { file: string; bytes: number; sha256: string; checked: boolean }[];
  };
  expect(qdrant).toEqual([
    {
      file: 'qdrant.qdrant.snapshot',
      bytes: 5_000_000,
      sha256: (await stage.host.root(`sha256sum <${folder}/qdrant.qdrant.snapshot`)).slice(0, 64),
      service: 'qdrant',
      checked: true,
    },
  ]);
  expect(await stage.host.root(`stat -c '%a %U' ${folder}/qdrant.qdrant.snapshot`)).toBe('600 deploy\n');
  expect(await snapshots()).toEqual([]);
  expect(result.shown).not.toContain(KEY);
  expect(await stage.host.root(`grep -r ${KEY} /srv/stack/.runbook || :`)).toBe('');
});

it('goes off the host encrypted, without a file there', async () => {
  const before = await listed();
  const recipients = await identityToRecipient(await generateX25519Identity());
  const result = await stage.backup({ to: 'file', recipients });
  succeeded(result);
  expect(await listed()).toBe(before);
  const file = join(stage.workspace, 'backup', 'acme', result.outputs.backup ?? '', 'qdrant.qdrant.snapshot.age');
  expect(readFileSync(file).length).toBeGreaterThan(5_000_000);
  expect(await snapshots()).toEqual([]);
});

it.each([
  ['cut', 'host', /RB-QDRANT-FAILED/],
  ['cut', 'file', /RB-QDRANT-FAILED/],
  ['damage', 'host', /RB-QDRANT-FAILED: [\s\S]*its SHA-256 is not the one that Qdrant says/],
  ['damage', 'file', /RB-QDRANT-FAILED: [\s\S]*its SHA-256 is not the one that Qdrant says/],
])('publishes nothing and leaves no snapshot there: %s on the way to %s', async (fault, to, code) => {
  const before = await listed();
  await stage.host.root(`docker exec acme-qdrant-1 node -e 'fs.writeFileSync("/tmp/${fault}", "")'`);
  const recipients = await identityToRecipient(await generateX25519Identity());
  const result = await stage.backup(to === 'file' ? { to, recipients } : {});
  await stage.host.root(`docker exec acme-qdrant-1 node -e 'fs.unlinkSync("/tmp/${fault}")'`);
  expect(annotation(result)).toMatch(code);
  expect(await listed()).toBe(before);
  expect(await snapshots()).toEqual([]);
});

it('removes a snapshot that a killed run left there', async () => {
  await stage.backup(
    {},
    {
      onLine: (line, kill) => {
        if (line.includes('made, on its way')) kill();
      },
    },
  );
  expect(await snapshots()).toHaveLength(1);
  await stage.host.root('echo 0 >/srv/stack/.runbook/backup/heartbeat');
  const result = await stage.backup();
  succeeded(result);
  expect(result.stdout).toContain('left by an interrupted backup, was removed');
  expect(await snapshots()).toEqual([]);
});

it('says which variable holds the key when it is refused', async () => {
  stage.restoreFiles();
  stage.edit('runbook.yml', (text) =>
    text.replace('backup:\n', 'backup:\n  qdrant: [{ service: qdrant, api-key-variable: OTHER }]\n'),
  );
  expect(annotation(await stage.backup())).toMatch(/RB-QDRANT-FAILED: [\s\S]*401[\s\S]*api-key-variable/);
});
