/** What a new data key tells of those who could read the file before. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, expect, it } from 'vitest';
import { rekey } from '../../../actions/lib/secrets/rekey';

const folder = mkdtempSync(join(tmpdir(), 'runbook-rekey-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In place of sops: removes the PGP key, and encrypts each value to another text. */
const PROGRAM = `#!/bin/sh
for last; do :; done
case $* in
  decrypt*) echo TOKEN=same ;;
  *updatekeys*) sed -i /^sops_pgp/d "$last" ;;
  *rotate*) sed -i s/data:x/data:y/ "$last" ;;
esac
`;

it('a key of PGP that can no longer read it is named like a recipient of age', async () => {
  const ageKey = await generateIdentity();
  const recipient = await identityToRecipient(ageKey);
  const file = join(folder, 'secrets.env');
  const lines = [
    'TOKEN=ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]',
    `sops_age__list_0__map_recipient=${recipient}`,
    'sops_pgp__list_0__map_fp=ABCD',
    ...['mac', 'lastmodified', 'version'].map((name) => `sops_${name}=x`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  writeFileSync(join(folder, '.sops.yaml'), `creation_rules: [{ age: ${recipient} }]\n`);
  const program = join(folder, 'sops');
  writeFileSync(program, PROGRAM);
  chmodSync(program, 0o755);
  const find = async () => ({ path: program, version: '3.13.3', said: '' });
  const { recipients, added, removed } = await rekey({ file, path: 'secrets.env', ageKey }, folder, find);
  expect([recipients, added, removed]).toEqual([[recipient], [], ['the PGP key ABCD']]);
});
