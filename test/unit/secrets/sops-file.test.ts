import { expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { isEncrypted, namesInClear, otherKeysIn, readSopsFile } from '../../../actions/lib/secrets/sops-file';

const VALUE = 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]';

it.each([
  `A=${VALUE}\nsops_mac=${VALUE}\n`,
  `A=${VALUE}\n`,
  `A=plain\nB=${VALUE}`,
  `a: ${VALUE}\nsops:\n    mac: x\n`,
  `{\n\t"A": "${VALUE}"\n}`,
])('%j is encrypted, whole or not', (text) => {
  expect(isEncrypted(text)).toBe(true);
});

it.each(['A=1\n', '# once ENC[AES256_GCM,data:x\nA=1', 'DOC="see ENC[AES256_GCM,data:]"', 'sops_mac=1\n'])(
  '%j is not',
  (text) => {
    expect(isEncrypted(text)).toBe(false);
  },
);

it('recipients are found in every group of keys', () => {
  const end = 'sops_lastmodified=x\nsops_mac=y\nsops_version=3.13.3\n';
  const groups =
    'sops_key_groups__list_0__map_age__list_0__map_recipient=age1a\nsops_age__list_1__map_recipient=age1b\n';
  expect(readSopsFile(`A=${VALUE}\n${groups}${end}`, 'x')).toEqual({
    kind: 'dotenv',
    recipients: ['age1a', 'age1b'],
    names: ['A'],
  });
  const own = 'lastmodified: x\n  mac: y\n  version: 3.13.3';
  const yaml = `A: ${VALUE}\nsops:\n  key_groups: [{ age: [{ recipient: age1a }] }, { pgp: [{ fp: x }] }]\n  age: null\n  ${own}\n`;
  expect(readSopsFile(yaml, 'x')).toEqual({ kind: 'yaml', recipients: ['age1a'], names: ['A'] });
});

it('keys beside those of age are found, in every group and each kind of file', () => {
  const env = `A=${VALUE}
sops_pgp__list_0__map_fp=ABCD
sops_kms__list_0__map_arn=arn:aws:kms:eu:1:key/k
sops_key_groups__list_1__map_hc_vault__list_0__map_vault_address=https://vault.example
sops_age__list_0__map_recipient=age1a
`;
  const found = [
    { title: 'the PGP key ABCD', id: 'ABCD' },
    { title: 'the AWS key arn:aws:kms:eu:1:key/k', id: 'arn:aws:kms:eu:1:key/k' },
    { title: 'the key service https://vault.example', id: 'https://vault.example' },
  ];
  expect(otherKeysIn(env, { kind: 'dotenv' })).toEqual(found);
  const vault = { key_groups: [{ age: [{ recipient: 'age1b' }] }, { hc_vault: [{ vault_address: found[2]!.id }] }] };
  const sops = { pgp: [{ fp: 'ABCD' }], kms: [{ arn: found[1]!.id }], age: [{ recipient: 'age1a' }], ...vault };
  expect(otherKeysIn(JSON.stringify({ A: VALUE, sops }), { kind: 'json' })).toEqual(found);
  expect(otherKeysIn(`A: ${VALUE}\nsops: { age: null, pgp: null }\n`, { kind: 'yaml' })).toEqual([]);
});

it('values that a rule leaves in clear text are found by their names, in each kind of file', () => {
  const env = `# A=1\nA=${VALUE}\nB=\nC=c\nD=${VALUE}x\nsops_mac=${VALUE}\nsops_version=3\n`;
  expect(namesInClear(env, { kind: 'dotenv' })).toEqual(['C', 'D']);
  const yaml = `A: ${VALUE}\nB: ""\nC: 5\nE:\n  - ${VALUE}\n  - open\nsops: { mac: x }\n`;
  expect(namesInClear(yaml, { kind: 'yaml' })).toEqual(['C', 'E']);
  expect(namesInClear(JSON.stringify({ A: VALUE, C: 'c', sops: {} }), { kind: 'json' })).toEqual(['C']);
});

const METADATA = 'sops:\n  age: [{ recipient: age1a }]\n  lastmodified: x\n  mac: y\n  version: 3.13.3\n';
const refusal = (text: string): UserError => {
  try {
    readSopsFile(text, 'secrets.enc');
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('it was taken');
};

it('an env file that SOPS took for one text is refused: a container would get all of it as one variable', () => {
  const sops = { age: [{ recipient: 'age1a' }], lastmodified: 'x', mac: 'y', version: '3.13.3' };
  const error = refusal(JSON.stringify({ data: VALUE, sops }));
  expect(error.code).toBe('RB-SOPS-FORMAT');
  expect(error.message).toContain('encrypted as one text');
  expect(readSopsFile(JSON.stringify({ data: VALUE, more: VALUE, sops }), 'x').names).toEqual(['data', 'more']);
});

it('an INI file is refused as such', () => {
  const error = refusal(`[app]\nA = ${VALUE}\n\n[sops]\nmac = ${VALUE}\n`);
  expect([error.code, error.message]).toEqual(['RB-SOPS-FORMAT', expect.stringContaining('is an INI file')]);
});

it.each([
  ['float', 'A is a number with a point'],
  ['time', 'A is a date'],
])('a value of the type %s is refused: SOPS does not keep its text', (type, what) => {
  const error = refusal(`A: ${VALUE.replace('str', type)}\nB: ${VALUE}\n${METADATA}`);
  expect([error.code, error.message]).toEqual(['RB-SOPS-FORMAT', expect.stringContaining(what)]);
  expect(readSopsFile(`A: ${VALUE.replace('str', 'int')}\n${METADATA}`, 'x').names).toEqual(['A']);
});

it('a name that stands twice in YAML or JSON is listed twice, and is not taken for damage', () => {
  expect(readSopsFile(`A: ${VALUE}\nB: ${VALUE}\nA: ${VALUE}\n${METADATA}`, 'x').names).toEqual(['A', 'B', 'A']);
  expect(refusal(`A: ${VALUE}\n  B: [`).code).toBe('RB-SOPS-DAMAGED');
});

it('a dotenv file with the line ends of Windows is refused by these, not for its recipients', () => {
  const end = 'sops_lastmodified=x\nsops_mac=y\nsops_version=3.13.3\n';
  const text = `A=${VALUE}\nsops_age__list_0__map_recipient=age1a\n${end}`;
  expect(() => readSopsFile(text.replaceAll('\n', '\r\n'), 'x.env')).toThrow(
    /RB-SOPS-FORMAT: x\.env has the line ends of Windows[\s\S]*`x\.env text eol=lf` into \.gitattributes/,
  );
});
