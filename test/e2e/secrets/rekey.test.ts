/** A SOPS file for other recipients, by the real sops: the values of before under a new data key, or nothing. */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { rekey } from '../../../actions/lib/secrets/rekey';
import { decrypt } from '../../../actions/lib/secrets/sops';
import type { SopsTool } from '../../../actions/lib/secrets/sops-tool';
import { get } from '../../tools/tools.mjs';
import { type AgePair, agePair, SopsFolder } from './sops-files';

const SECRET = 'S3cretValue9';
/** So short that their ciphertexts are alike now and then, but for the tag. */
const SHORT = Array.from({ length: 400 }, (_, at) => `N${at}=x\n`).join('');
const PLAIN = `# of the shop\nTOKEN=${SECRET}\n\nMESSAGE="hello # there"\nLAST=x\n`;

let folder: SopsFolder;
let [own, other]: AgePair[] = [];

beforeAll(async () => {
  folder = new SopsFolder();
  [own, other] = [await agePair(), await agePair()];
}, 600_000);
afterAll(() => folder?.remove());

async function tool(version = '3.13.3'): Promise<SopsTool> {
  return { path: get('sops'), version, said: '' };
}

const opened = (file: string, ageKey = own!.identity) => decrypt({ file, path: 'p', ageKey }, tool);

async function refusal(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  for (const secret of [SECRET, own!.identity, other!.identity]) expect(message).not.toContain(secret);
  return error as UserError;
}

const rules = (text: string) =>
  folder.write('.sops.yaml', `creation_rules:\n  - { path_regex: other, age: age1x }\n${text}`);
const anew = (path: string, name: string, find = () => tool()) =>
  rekey({ file: path, path: name, ageKey: own!.identity }, folder.path, find);

it('other recipients get a file of each kind with a new data key and the same values; a removed recipient cannot read it', async () => {
  const third = await agePair();
  for (const name of ['rekey.env', 'rekey.yaml']) {
    const plain = name.endsWith('.env')
      ? PLAIN + SHORT
      : JSON.stringify({ TOKEN: SECRET, MESSAGE: 'hello', LAST: 'x' });
    const path = folder.encrypt(name, plain, [own!.recipient, other!.recipient]);
    const before = readFileSync(path, 'utf8');
    rules(`  - { path_regex: '^rekey[.]', age: "${own!.recipient}, ${third.recipient}" }\n`);
    const { content, ...said } = await anew(path, name);
    expect(said).toEqual({
      recipients: [own!.recipient, third.recipient],
      added: [third.recipient],
      removed: [other!.recipient],
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    const was = await opened(path);
    const made = folder.write(name, content.toString());
    for (const { identity } of [own!, third]) expect((await opened(made, identity)).text).toBe(was.text);
    expect((await refusal(opened(made, other!.identity))).code).toBe('RB-SOPS-KEY');
    const ciphertexts = before.match(/ENC\[[^\]]+\]/g)!;
    for (const one of ciphertexts) expect(content.toString()).not.toContain(one);
  }
});

it('other recipients are refused if they are not named, if the key of this run is not among them, or if sops failed', async () => {
  const path = folder.encrypt('rekey.env', PLAIN, [own!.recipient]);
  const before = readFileSync(path);
  const why = async (text: string, find?: () => Promise<SopsTool>) => {
    if (text === '') rmSync(join(folder.path, '.sops.yaml'), { force: true });
    else rules(text);
    return (await refusal(anew(path, 'rekey.env', find))).message;
  };
  const both = `  - { age: "${own!.recipient},${other!.recipient}" }\n`;
  const liar = (what: string) => {
    const bin = folder.write('liar', `#!/bin/sh\n[ "$3" = ${what} ] && exit 0\nexec ${get('sops')} "$@"\n`);
    chmodSync(bin, 0o755);
    return async () => ({ ...(await tool()), path: bin });
  };
  expect(await why('')).toMatch(/^RB-SOPS-RULE: [\s\S]*there is no \.sops\.yaml/);
  expect(await why('  - { path_regex: staging, age: age1y }\n')).toContain('no rule of .sops.yaml matches it');
  expect(await why(`  - { age: ${other!.recipient} }\n`)).toContain(
    'the key of this run, which could not read the new file',
  );
  expect(await why('  - { path_regex: "(", age: age1y }\n')).toMatch(/^RB-SOPS-RULE/);
  expect(await why(`  - { age: "${own!.recipient},age1nobody" }\n`)).toMatch(/^RB-SOPS-FAILED/);
  expect(await why(both, liar('updatekeys'))).toContain(
    `its recipients would differ from the rule: ${other!.recipient}`,
  );
  expect(await why(both, liar('rotate'))).toContain('would still have its old ciphertext');
  const hybrid = await agePair('hybrid');
  const quantum = `  - { age: "${own!.recipient},${hybrid.recipient}" }\n`;
  expect(await why(quantum, () => tool('3.11.0'))).toMatch(/^RB-SOPS-OLD/);
  expect(readFileSync(path)).toEqual(before);
});
