/**
 * A SOPS file for the recipients that `.sops.yaml` names now, with a new data key, so that each value is encrypted
 * anew. sops makes it in a copy, which is decrypted again and compared before it is used. Former versions in a history
 * stay as they are.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../errors';
import { readAgeKey, recipientsOf } from './age-key';
import { runProgram } from './program';
import { type CreationRule, ruleFor, without } from './recipients';
import { decrypt, type Secrets, type SecretsRequest } from './sops';
import { otherKeysIn } from './sops-file';
import { findSops, requireRecipients, type SopsTool } from './sops-tool';

export interface Rekeyed {
  /** The whole file. */
  readonly content: Buffer;
  /** Public keys that can read it, and keys of other kinds. */
  readonly recipients: readonly string[];
  /** Recipients that could not read it before, and keys that could read it before and no longer can. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Milliseconds. */
const PATIENCE = 60_000;
/**
 * A whole ciphertext with its tag: sops uses the same nonce again, and the ciphertext of one byte may repeat by chance.
 */
const CIPHERTEXT = /ENC\[AES256_GCM,[^\]]+\]/g;

/**
 * The file itself is only read.
 *
 * @param root folder above which it does not look for a `.sops.yaml`
 * @throws {UserError} the errors of `decrypt`, RB-SOPS-RULE, RB-SOPS-OLD, RB-SOPS-FAILED
 */
export async function rekey(
  request: SecretsRequest,
  root: string,
  find: () => Promise<SopsTool> = findSops,
): Promise<Rekeyed> {
  const before = await decrypt(request, find);
  const rule = await requireRule(request, root);
  const wanted = rule.ages;
  requireRecipients(before.tool, wanted, rule.path);
  const original = await readFile(request.file, 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'runbook-rekey-'));
  try {
    // The copies keep their relative paths, because the rule that fits the file has to fit the copy.
    const [config, copy] = [join(folder, '.sops.yaml'), join(folder, rule.below)];
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(rule.config, config);
    await copyFile(request.file, copy);
    await sops(['updatekeys', '--yes', '--input-type', before.file.kind, copy], config, before, request);
    const types = ['--input-type', before.file.kind, '--output-type', before.file.kind];
    await sops(['rotate', '--in-place', ...types, copy], config, before, request);
    const after = await decrypt({ ...request, file: copy }, async () => before.tool);
    const content = await readFile(copy);
    requireNew({ before, after, wanted, path: request.path }, original, content.toString('utf8'));
    const [former, recipients] = [readersOf(original, before), readersOf(content.toString('utf8'), after)];
    return { content, recipients, added: without(recipients, former), removed: without(former, recipients) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readersOf(text: string, { file }: Secrets): string[] {
  return [...file.recipients, ...otherKeysIn(text, file).map(({ title }) => title)];
}

/** @throws {UserError} RB-SOPS-RULE where the rule names no recipients, or not the key of this run; RB-SOPS-KEY */
async function requireRule({ file, path, ageKey }: SecretsRequest, root: string): Promise<CreationRule> {
  const rule = ruleFor(file, root);
  if (rule === null) throw unruled(path, 'there is no .sops.yaml in its folder or in a folder above');
  if (typeof rule === 'string') throw unruled(path, rule);
  if (rule.ages.length === 0) throw unruled(path, `no rule of ${rule.path} matches it and names an age key`);
  const own = await recipientsOf(readAgeKey(ageKey));
  if (own.some((one) => rule.ages.includes(one))) return rule;
  throw unruled(
    path,
    `${rule.path} does not name ${own.join(', ')}, the key of this run, which could not read the new file`,
  );
}

function unruled(path: string, why: string): UserError {
  return new UserError('RB-SOPS-RULE', {
    what: `.sops.yaml does not name all recipients of ${path}`,
    why,
    remedy: `name all recipients in a creation rule of .sops.yaml (\`age: age1…, age1…\`), also the key of this run`,
  });
}

/** The output of sops is not shown: it may contain decrypted values. */
async function sops(
  args: readonly string[],
  config: string,
  { tool }: Secrets,
  { path, ageKey }: SecretsRequest,
): Promise<void> {
  const { code } = await runProgram(tool.path, ['--config', config, ...args], {
    env: { SOPS_AGE_KEY: readAgeKey(ageKey).join('\n'), SOPS_DISABLE_VERSION_CHECK: '1' },
    patience: PATIENCE,
  });
  if (code !== 0) throw failed(path, `sops ${args[0]} ended with ${code ?? 'no exit status'}`);
}

interface Made {
  readonly before: Secrets;
  readonly after: Secrets;
  readonly wanted: readonly string[];
  readonly path: string;
}

/**
 * Checks that values are the same, the recipients are the wanted ones, and no former ciphertext remains.
 *
 * @throws {UserError} RB-SOPS-FAILED
 */
function requireNew({ before, after, wanted, path }: Made, was: string, is: string): void {
  const names = [...new Set([...before.values.keys(), ...after.values.keys()])];
  const wrong = names.filter((name) => before.values.get(name) !== after.values.get(name));
  if (wrong.length > 0) throw failed(path, `in the new file, ${wrong.join(', ')} would have another value`);
  if (before.text !== after.text) throw failed(path, 'in the new file, the order or the comments would differ');
  const { recipients } = after.file;
  const others = [...without(wanted, recipients), ...without(recipients, wanted)];
  if (others.length > 0) throw failed(path, `its recipients would differ from the rule: ${others.join(', ')}`);
  const old = new Set(ciphertexts(was));
  if (ciphertexts(is).some((one) => old.has(one))) throw failed(path, 'a value would still have its old ciphertext');
}

function ciphertexts(text: string): string[] {
  return [...text.matchAll(CIPHERTEXT)].map(([one]) => one);
}

function failed(path: string, why: string): UserError {
  return new UserError('RB-SOPS-FAILED', {
    what: `${path} could not be encrypted again; the file is unchanged`,
    why,
    remedy: `run \`sops updatekeys ${path}\` and \`sops rotate -i ${path}\` where you have a key`,
  });
}
