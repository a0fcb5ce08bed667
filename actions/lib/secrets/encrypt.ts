/** Sets values in a SOPS file: in a copy, which is decrypted again and compared name by name before it is used. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors';
import { readAgeKey } from './age-key';
import { writeEntry } from './dotenv';
import { runProgram } from './program';
import { decrypt, type Secrets, type SecretsRequest } from './sops';
import { namesInClear } from './sops-file';
import { findSops, requireSet, type SopsTool } from './sops-tool';

export interface Edited {
  /** The whole file, encrypted for the same recipients. */
  readonly content: Buffer;
  /** Its decrypted text, as an env file. */
  readonly text: string;
  /** Names that are new or have a new value. */
  readonly names: readonly string[];
}

interface Following {
  readonly following?: ReadonlyMap<string, string>;
  readonly find?: () => Promise<SopsTool>;
}

/** Milliseconds. */
const PATIENCE = 60_000;

/**
 * Unchanged values keep their ciphertext, so that a diff shows which names have changed. The file itself is only read.
 *
 * @param following values that change by themselves, because their texts name others: `URL=…${PASSWORD}…`
 * @throws {UserError} the errors of `decrypt`, RB-ENV-INVALID, RB-SOPS-OLD, RB-SOPS-FAILED, RB-SOPS-CLEAR
 */
export async function setValues(
  request: SecretsRequest,
  values: ReadonlyMap<string, string>,
  { following = new Map(), find = findSops }: Following = {},
): Promise<Edited> {
  const before = await decrypt(request, find);
  requireSet(before.tool);
  const folder = await mkdtemp(join(tmpdir(), 'runbook-encrypt-'));
  try {
    const copy = join(folder, 'file');
    await writeFile(copy, await readFile(request.file), { mode: 0o600 });
    const names = [...values.keys()].filter((name) => before.values.get(name) !== values.get(name));
    for (const name of names) await set(copy, name, values.get(name) ?? '', before, request);
    const after = await decrypt({ ...request, file: copy }, async () => before.tool);
    requireSame(after, before, new Map([...values, ...following]), request.path);
    const content = await readFile(copy);
    const made = [...names, ...[...following.keys()].filter((name) => before.values.get(name) !== following.get(name))];
    requireEncrypted(made, namesInClear(content.toString('utf8'), after.file), request.path);
    return { content, text: after.text, names };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Decrypts a file that is not in the checkout. @throws {UserError} the errors of `decrypt` */
export async function valuesIn(content: Buffer, request: SecretsRequest): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-decrypt-'));
  try {
    const file = join(folder, 'file');
    await writeFile(file, content, { mode: 0o600 });
    return (await decrypt({ ...request, file })).values;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The value goes to standard input, as JSON. For dotenv files it is the text after the `=`, in which SOPS writes a line
 * break as `\n`.
 */
async function set(
  copy: string,
  name: string,
  value: string,
  { file: { kind }, tool }: Secrets,
  { path, ageKey }: SecretsRequest,
): Promise<void> {
  const line = writeEntry(name, value, path);
  const kept = kind === 'dotenv' ? line.slice(name.length + 1).replaceAll('\\n', '\n') : value;
  const types = ['--input-type', kind, '--output-type', kind];
  const { code } = await runProgram(tool.path, ['set', ...types, '--value-stdin', copy, JSON.stringify([name])], {
    env: { SOPS_AGE_KEY: readAgeKey(ageKey).join('\n'), SOPS_DISABLE_VERSION_CHECK: '1' },
    input: JSON.stringify(kept),
    patience: PATIENCE,
  });
  if (code === 0) return;
  throw failed(path, `sops ended with ${code ?? 'no exit status'} when it set ${name}`);
}

function requireSame(after: Secrets, before: Secrets, values: ReadonlyMap<string, string>, path: string): void {
  const wanted = new Map([...before.values, ...values]);
  const names = [...new Set([...wanted.keys(), ...after.values.keys()])];
  const wrong = names.filter((name) => wanted.get(name) !== after.values.get(name));
  if (wrong.length > 0) throw failed(path, `decrypted again, ${wrong.join(', ')} would not have the intended value`);
  if (after.file.recipients.join() !== before.file.recipients.join())
    throw failed(path, 'the recipients of the new file would differ');
}

/** @throws {UserError} RB-SOPS-CLEAR: sops would write a new value as it is, because of the rule in the file */
function requireEncrypted(made: readonly string[], clear: readonly string[], path: string): void {
  const open = made.filter((name) => clear.includes(name));
  if (open.length === 0) return;
  throw new UserError('RB-SOPS-CLEAR', {
    what: `${path} would have ${open.join(', ')} in clear text; the file is unchanged`,
    why: 'the file names which values SOPS encrypts (encrypted_regex, unencrypted_regex, encrypted_suffix or unencrypted_suffix), and these are not among them',
    remedy: `decrypt the file, correct the rule in .sops.yaml, and encrypt it again; a value that stood in the file in clear text is known to everybody who has the repository`,
  });
}

function failed(path: string, why: string): UserError {
  return new UserError('RB-SOPS-FAILED', {
    what: `${path} could not be encrypted with the new values; the file is unchanged`,
    why,
    remedy: `set them with \`sops edit ${path}\``,
  });
}
