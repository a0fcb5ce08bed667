/** The age key of a run: checks the content of an input before it is used. */
import { UserError } from '../errors';

const IDENTITY = /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/;

/**
 * Reads what `age-keygen` writes: identities, one on each line, and comments. Identities of plugins are refused,
 * because they need another program.
 *
 * @returns identities, each once
 * @throws {UserError} RB-SOPS-KEY, without any part of the given text
 */
export function readAgeKey(text: string): readonly string[] {
  const lines = text
    .split(/\s*[\r\n]\s*/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = lines.find((line) => !IDENTITY.test(line));
  if (lines.length > 0 && wrong === undefined) return [...new Set(lines)];
  throw new UserError('RB-SOPS-KEY', {
    what: 'age-key is not an age identity',
    why: whyNot(wrong ?? ''),
    remedy: 'put the output of `age-keygen` into the secret, with its line AGE-SECRET-KEY-1…',
  });
}

/** The public keys of these identities, in the form of a SOPS file's recipients. @throws {UserError} RB-SOPS-KEY */
export async function recipientsOf(identities: readonly string[]): Promise<readonly string[]> {
  const { identityToRecipient } = await import('age-encryption');
  try {
    return await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  } catch {
    // The message of the library would quote the key.
    throw new UserError('RB-SOPS-KEY', {
      what: 'age-key is not an age identity',
      why: 'its checksum is wrong: a character is missing or was changed',
      remedy: 'copy the whole line AGE-SECRET-KEY-1… into the secret',
    });
  }
}

function whyNot(line: string): string {
  if (line === '') return 'it holds comments only';
  if (/^age1/.test(line)) return 'it is a public key (age1…), which can only encrypt';
  if (/^AGE-PLUGIN-/.test(line)) return 'it is the identity of a plugin, which needs a program and a device';
  if (/PRIVATE KEY/.test(line)) return 'it is an SSH or PEM key';
  if (/^[./~][^\s]*$/.test(line)) return 'it is the path of a file, not its content';
  return 'it has a line that is neither a comment nor AGE-SECRET-KEY-1…';
}
