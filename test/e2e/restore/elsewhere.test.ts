/** Backups that lie elsewhere than on the host, or that nobody can read on the way. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../stage';
import { encryptBackup, makeBackup, sql } from './backups';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
});
afterAll(() => stage?.close());

async function expectRestored(inputs: Readonly<Record<string, string>>): Promise<void> {
  await sql(stage.host, "update orders set note = 'live'");
  succeeded(await stage.restore(inputs));
  expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
  await sql(
    stage.host,
    "select 'drop database ' || quote_ident(datname) from pg_database where datname like 'acme\\_before%' \\gexec",
  );
}

it('a backup is restored from a folder on the runner', { tags: ['exhaustive'] }, async () => {
  const { id, folder } = await makeBackup(stage.host);
  const target = join(stage.workspace, 'downloaded', 'acme', id);
  mkdirSync(target, { recursive: true });
  for (const name of ['manifest.json', 'db-db-acme.dump.zst', 'globals-db.sql.zst'])
    writeFileSync(join(target, name), Buffer.from(await stage.host.root(`base64 ${folder}/${name}`), 'base64'));
  await stage.host.root('rm -rf /opt/backups/acme');
  await expectRestored({ from: 'file', path: 'downloaded' });
});

it('a backup is decrypted on the runner, with the identity that belongs to it', { tags: ['exhaustive'] }, async () => {
  const identity = await generateX25519Identity();
  const backup = await makeBackup(stage.host);
  await encryptBackup(stage.host, backup, await identityToRecipient(identity));
  expect(annotation(await stage.restore())).toMatch(/^RB-IDENTITY: .*no identity/);
  const other = await generateX25519Identity();
  const refused = await stage.restore({ identity: other });
  expect(annotation(refused)).toMatch(/^RB-IDENTITY: /);
  expect(refused.shown).not.toContain(other);
  await expectRestored({ identity: `# created by a test\n${identity}\n` });
  expect(await stage.host.root(`grep -rl ${identity} /srv/stack /tmp /opt || :`)).toBe('');
});

it('a backup with a cut encrypted archive is refused', { tags: ['exhaustive'] }, async () => {
  const identity = await generateX25519Identity();
  const backup = await makeBackup(stage.host);
  await encryptBackup(stage.host, backup, await identityToRecipient(identity));
  await stage.host.root(`truncate -s -100 ${backup.folder}/db-db-acme.dump.zst.age`);
  expect(annotation(await stage.restore({ identity }))).toMatch(/^RB-ARCHIVE-DAMAGED: /);
});

/** Debian's, which needs nothing that a host lacks. */
const ZSTD = '/usr/bin/zstd';

it.skipIf(!existsSync(ZSTD))(
  'an archive is read on the host itself where that can unpack',
  { tags: ['exhaustive'] },
  async () => {
    await stage.host.root('cat >/usr/local/bin/zstd; chmod 755 /usr/local/bin/zstd', { input: readFileSync(ZSTD) });
    const { folder } = await makeBackup(stage.host);
    await expectRestored({});
    expect(await stage.host.root('cat /srv/stack/.runbook/steps/*-load/script')).toContain(
      `${folder}/db-db-acme.dump.zst`,
    );
    for (const damage of ['truncate -s -100', 'truncate -s 0']) {
      await makeBackup(stage.host);
      await stage.host.root(`${damage} ${folder}/db-db-acme.dump.zst`);
      expect(annotation(await stage.restore())).toMatch(/^RB-ARCHIVE-DAMAGED: /);
    }
  },
);

it('a database is restored where the live one is gone, and other databases stay unchanged', {
  tags: ['exhaustive'],
}, async () => {
  await sql(stage.host, 'create database "Key cloak"');
  await sql(stage.host, 'create table realms as select 7 as id', 'Key cloak');
  await makeBackup(stage.host, { databases: ['acme', 'Key cloak'] });
  await sql(stage.host, 'drop database "Key cloak"');
  await sql(stage.host, "update orders set note = 'live'");
  const result = await stage.restore({ databases: 'Key cloak' });
  succeeded(result);
  expect(result.outputs.former).toBe('{}');
  expect(await sql(stage.host, 'select id from realms', 'Key cloak')).toEqual(['7']);
  expect(await sql(stage.host, 'select note from orders')).toEqual(['live']);

  succeeded(await stage.restore());
  expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
  expect(await sql(stage.host, 'select id from realms', 'Key cloak')).toEqual(['7']);
});
