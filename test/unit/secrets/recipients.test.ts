import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recipientProblems } from '../../../actions/lib/secrets/recipients';

let root: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recipients-'));
  mkdirSync(join(root, 'ops/secrets'), { recursive: true });
  file = join(root, 'ops/secrets/production.env');
});
afterEach(() => rmSync(root, { recursive: true }));

const rules = (text: string, folder = '') => writeFileSync(join(root, folder, '.sops.yaml'), text);

it('recipients are those that the first fitting rule of the nearest .sops.yaml names', () => {
  expect(recipientProblems(file, root, ['age1a'])).toEqual([]);
  rules(
    'creation_rules:\n  - { path_regex: staging, age: age1x }\n  - { path_regex: secrets/, age: "age1a, age1b" }\n',
  );
  expect(recipientProblems(file, root, ['age1b', 'age1a'])).toEqual([]);
  expect(recipientProblems(file, root, ['age1a'])).toEqual(['age1b of .sops.yaml cannot read it: run `mode: rekey`']);
  expect(recipientProblems(file, root, ['age1a', 'age1b', 'age1old'])[0]).toMatch(/^age1old can read it but is not in/);
  rules('creation_rules: [{ key_groups: [{ age: [age1c] }] }]', 'ops');
  expect(recipientProblems(file, root, ['age1c'])).toEqual([]);
});

it('a key of another kind that the rule does not name is a problem, as it is with age', () => {
  rules('creation_rules: [{ age: age1a, pgp: "AB CD,ffff", kms: "arn:aws:kms:eu:1:key/k+arn:aws:iam::1:role/r" }]');
  const [pgp, kms] = [
    { title: 'the PGP key ABCD', id: 'ABCD' },
    { title: 'the AWS key K', id: 'arn:aws:kms:eu:1:key/k' },
  ];
  expect(recipientProblems(file, root, ['age1a'], [pgp!, kms!])).toEqual([]);
  const left = { title: 'the PGP key EEEE', id: 'EEEE' };
  expect(recipientProblems(file, root, ['age1a'], [pgp!, left])).toEqual([
    'the PGP key EEEE can read it but is not in .sops.yaml: run `mode: rekey`, and replace the values, which that key can have read',
  ]);
});

it('a .sops.yaml that cannot be followed is a problem, and one outside of the repository is not read', () => {
  rules('creation_rules: [{ path_regex: "(", age: age1a }]');
  expect(recipientProblems(file, root, ['age1a'])).toEqual(['.sops.yaml cannot be read, or has an invalid path_regex']);
  expect(recipientProblems(file, join(root, 'ops'), ['age1b'])).toEqual([]);
});

it.each([
  ['groups, beside which keys of the rule itself do not count', '{ age: age1x, key_groups: [{ age: [age1a] }] }'],
  ['groups that others are merged into', '{ key_groups: [{ merge: [{ age: [age1a] }, { merge: [] }] }] }'],
  ['several keys in an entry of a list', '{ age: ["age1b,age1a"] }'],
])('recipients are read as SOPS reads them: %s', (what, rule) => {
  rules(`creation_rules: [${rule}]`);
  expect(recipientProblems(file, root, what.startsWith('several') ? ['age1a', 'age1b'] : ['age1a'])).toEqual([]);
});

it.each(['(?i)PRODUCTION\\.env$', '\\Asecrets/.*\\.env\\z', '(?:secrets)/production'])(
  'an expression of Go is followed: %s',
  (pattern) => {
    rules(`creation_rules:\n  - { path_regex: '${pattern}', age: age1a }\n  - { age: age1other }\n`, 'ops');
    expect(recipientProblems(file, root, ['age1a'])).toEqual([]);
  },
);

it('an expression that only Go knows does not matter behind a rule that fits', () => {
  rules(`creation_rules:\n  - { path_regex: secrets/, age: age1a }\n  - { path_regex: '(?s)x', age: age1x }\n`);
  expect(recipientProblems(file, root, ['age1a'])).toEqual([]);
});

it.each(['(?s)x', '(?P<a>x)', '[[:alpha:]]+', '\\Qx\\E'])(
  'an expression that only Go knows is named: %s',
  (pattern) => {
    rules(`creation_rules:\n  - { path_regex: '${pattern}', age: age1a }\n`);
    expect(recipientProblems(file, root, ['age1a'])).toEqual([
      `.sops.yaml has a path_regex that cannot be followed here, so that its recipients are not compared: ${pattern}`,
    ]);
  },
);
