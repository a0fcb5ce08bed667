/** Backups where something around them is wrong: a clock, another host's backups, a manifest, a right, a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../e2e/restore/backups';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1', { 'health-timeout': '3m' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
});
afterAll(() => stage?.close());

const listed = async (): Promise<string[]> =>
  (await stage.host.root('ls -A /opt/backups/acme 2>/dev/null || :')).split('\n').filter((name) => name !== '');

/** The newest one, under another name. */
async function plant(id: string): Promise<void> {
  const [newest = ''] = (await listed()).filter((name) => name.startsWith('20')).toReversed();
  await stage.host.root(
    `cd /opt/backups/acme && cp -a ${newest} ${id} && sed -i 's/"id": "[^"]*"/"id": "${id}"/' ${id}/manifest.json`,
  );
}

it('a backup removes nothing while the clock of the host is years ahead, is named by the time of the runner and says so', {
  tags: ['exhaustive'],
}, async () => {
  succeeded(await stage.backup());
  for (const id of ['20261001T020000Z', '20261002T020000Z', '20261003T020000Z', '20261004T020000Z']) await plant(id);
  const before = await listed();
  await stage.host.root('cat >/usr/local/bin/date && chmod 755 /usr/local/bin/date', {
    input: '#!/bin/sh\nexec /usr/bin/date -d "4000 days" "$@"\n',
  });
  const ahead = await stage.backup({ prune: 'all' });
  await stage.host.root('rm /usr/local/bin/date');
  succeeded(ahead);
  expect(ahead.outputs.backup?.slice(0, 4)).toBe(new Date().toISOString().slice(0, 4));
  expect(ahead.stdout).toMatch(/::warning::The clock of the host says 20\d{6}T\d{6}Z, that of the runner /);
  expect(ahead.summary).toContain("set the host's clock by NTP");
  expect(await listed()).toEqual([...before, ahead.outputs.backup].sort());
});

it('a backup from the future does not count as the latest, and a run removes a third of the backups at most', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('cd /opt/backups/acme && ls -1d 20261127* | head -n -1 | xargs -r rm -r');
  await plant('20371109T123122Z');
  const looked = await stage.restore({ 'dry-run': 'true' });
  succeeded(looked);
  expect(looked.outputs.backup).not.toBe('20371109T123122Z');
  expect(looked.stdout).toMatch(/::warning::.*20371109T123122Z is dated in the future/);
  const result = await stage.backup();
  succeeded(result);
  expect(result.stdout).toMatch(/2 more would be removed by the rules/);
  expect(await listed()).not.toContain('20261001T020000Z');
  expect(await listed()).toContain('20371109T123122Z');
  const all = await stage.backup({ prune: 'all' });
  succeeded(all);
  expect((await listed()).filter((id) => id < '20261005')).toEqual([]);
  await stage.host.root('rm -r /opt/backups/acme/20371109T123122Z');
});

const STAGING = 'e'.repeat(16);

it("another host's backup is neither removed nor restored by mistake", async () => {
  const { outputs } = await stage.backup();
  const noted = await stage.host.root('cat /srv/stack/.runbook/installation');
  const own = JSON.parse(await stage.host.root(`cat /opt/backups/acme/${outputs.backup}/manifest.json`));
  expect(noted.slice(0, 16)).toBe(own.installation.uid);
  for (const id of ['20261101T021500Z', '20251101T021500Z']) {
    await plant(id);
    await stage.host.root(
      `sed -i 's/${own.installation.uid}/${STAGING}/; s/"host": "[^"]*"/"host": "staging"/' /opt/backups/acme/${id}/manifest.json`,
    );
  }
  await stage.host.root(`cd /opt/backups/acme && for id in $(ls | grep -v '^20[0-9]*T021500Z'); do rm -r "$id"; done`);
  for (const inputs of [{ backup: 'latest' }, { backup: '20261101T021500Z' }]) {
    const refused = await stage.restore({ ...inputs, 'dry-run': 'true' });
    expect(annotation(refused)).toMatch(/^RB-BACKUP-FOREIGN: .* belongs to staging \(e+\)[\s\S]*from-host: staging/);
  }
  const typed = await stage.restore({ 'from-host': 'staging', 'dry-run': 'true' });
  succeeded(typed);
  expect(typed.outputs.backup).toBe('20261101T021500Z');
  const list = await stage.restore({ list: 'true' });
  expect(list.summary).toContain(`staging &#40;${STAGING}&#41;`);

  const result = await stage.backup({ prune: 'all' });
  succeeded(result);
  expect(await listed()).toEqual(['20251101T021500Z', '20261101T021500Z', result.outputs.backup]);
  expect(result.summary).toMatch(/2 backups .* of another installation, staging .*e{16}.*: not touched/);
  // What notes it may go: the backups of this very machine tell it again.
  const machine = (await stage.host.root('cat /etc/machine-id 2>/dev/null || :')).trim();
  await stage.host.root('rm /srv/stack/.runbook/installation');
  succeeded(await stage.backup());
  expect(await stage.host.root('cat /srv/stack/.runbook/installation'), machine).toBe(noted);
});

it('a damaged database, and a server that does not answer, do not affect other parts of a backup', {
  tags: ['exhaustive'],
}, async () => {
  await sql(stage.host, 'create database damaged');
  const [path] = await sql(
    stage.host,
    "create table t as select 1 as n; checkpoint; select pg_relation_filepath('t')",
    'damaged',
  );
  await stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=db) sh -c 'rm "$PGDATA/${path}"'`,
  );
  const whole = await stage.backup();
  succeeded(whole);
  stage.edit('runbook.yml', (text) =>
    text.replace(
      'database: acme }\n',
      'database: acme }\n    - { service: db, user: acme, database: damaged }\n    - { service: worker, user: acme, database: away }\n',
    ),
  );
  const result = await stage.backup();
  stage.restoreFiles();
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-DATABASE-DOWN: .*worker/);
  expect(result.stdout).toMatch(/::warning::db\/damaged is left out: /);
  expect(result.summary).toContain('lacks worker/away, db/damaged; everything else in it is complete');
  const made = JSON.parse(await stage.host.root(`cat /opt/backups/acme/${result.outputs.backup}/manifest.json`));
  expect(made).toMatchObject({
    verified: false,
    left: ['worker/away', 'db/damaged'],
    databases: [{ database: 'acme' }],
  });
  expect(await stage.host.root(`ls /opt/backups/acme/${result.outputs.backup}`)).not.toContain('damaged');
  // An older one has all.
  const looked = await stage.restore({ 'dry-run': 'true' });
  succeeded(looked);
  expect(looked.outputs.backup).toBe(whole.outputs.backup);
  expect(looked.summary).toContain('lacks worker/away, db/damaged, so it was not used');
});

it('a damaged database does not affect other parts of a backup that goes only off the host', {
  tags: ['exhaustive'],
}, async () => {
  stage.edit('runbook.yml', (text) =>
    text.replace('database: acme }\n', 'database: acme }\n    - { service: db, user: acme, database: damaged }\n'),
  );
  const recipients = await identityToRecipient(await generateX25519Identity());
  const result = await stage.backup({ to: 'file', recipients });
  expect(annotation(result)).toMatch(/^RB-BACKUP-FAILED: /);
  const folder = join(stage.workspace, 'backup', 'acme', result.outputs.backup ?? '');
  expect(readdirSync(folder).sort()).toEqual(['db.db.acme.dump.zst.age', 'globals.db.sql.zst.age', 'manifest.json']);
  expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
    verified: false,
    left: ['db/damaged'],
    databases: [{ database: 'acme' }],
  });
  stage.restoreFiles();
});
