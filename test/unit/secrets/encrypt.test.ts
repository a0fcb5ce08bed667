import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { setValues } from '../../../actions/lib/secrets/encrypt';

const folder = mkdtempSync(join(tmpdir(), 'runbook-encrypt-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In place of sops: it encrypts PASSWORD only, always alike, and writes every other value as it is given. */
const PROGRAM = `#!/bin/sh
for last; do :; done
case $1 in
  decrypt) sed -e '/^sops_/d' -e 's/^PASSWORD=.*/PASSWORD=same/' "$last" ;;
  set)
    value=$(sed 's/^"//; s/"$//')
    name=$(echo "$last" | tr -d '[]"')
    for copy; do case $copy in /*) file=$copy ;; esac; done
    grep -v "^$name=" "$file" >"$file.new"
    { echo "$name=$value"; cat "$file.new"; } >"$file"
    ;;
esac
`;
const program = join(folder, 'sops');
writeFileSync(program, PROGRAM);
chmodSync(program, 0o755);

it('a value that the rule in the file leaves in clear text is refused, and the file stays', async () => {
  const ageKey = await generateIdentity();
  const metadata = [
    `sops_age__list_0__map_recipient=${await identityToRecipient(ageKey)}`,
    'sops_encrypted_regex=^PASSWORD$',
    ...['mac', 'lastmodified', 'version'].map((name) => `sops_${name}=x`),
  ];
  const before = `TOKEN=former\nPASSWORD=ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n${metadata.join('\n')}\n`;
  const file = join(folder, 'secrets.env');
  writeFileSync(file, before);
  const find = async () => ({ path: program, version: '3.13.3', said: '' });
  const set = (name: string, value: string) =>
    setValues({ file, path: 'secrets.env', ageKey }, new Map([[name, value]]), { find }).catch((error) => error);
  for (const name of ['TOKEN', 'ADDED']) {
    const error = await set(name, 'fresh-value');
    expect(error).toBeInstanceOf(UserError);
    expect(error.code).toBe('RB-SOPS-CLEAR');
    expect(error.message).toContain(`${name} in clear text`);
    expect(error.message).not.toContain('fresh-value');
  }
  // A value that stays as it is does not get into the diff.
  expect((await set('TOKEN', 'former')).names).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe(before);
});
