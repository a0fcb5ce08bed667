/** The age key of a run: what an input holds, before anything is done with it. */
import { UserError } from '../errors';

const IDENTITY = /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/;

/**
 * What `age-keygen` writes: identities, a line each, and comments. Identities of plugins are refused, which need a program.
 *
 * @returns identities, each once
 * @throws {UserError} RB-SOPS-KEY, without a word of what was given
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

/** Their public keys, as a SOPS file names its recipients. @throws {UserError} RB-SOPS-KEY */
export async function recipientsOf(identities: readonly string[]): Promise<readonly string[]> {
  const { identityToRecipient } = await import('age-encryption');
  try {
    return await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  } catch {
    // Its own message would quote the key.
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
