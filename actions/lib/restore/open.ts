/** Finds out by day whether the given identity opens a backup, so that this is known before a restore at night. */

import { type Manifest, partsOf } from '../backup/manifest';
import type { Source } from '../backup/source';
import { UserError } from '../errors';
import { feedOf, identitiesIn, isEncrypted } from './feed';

/**
 * Reads the beginning of the smallest file as a restore does, with the same rights and the identity.
 *
 * @returns a sentence on what was read
 * @throws {UserError} RB-IDENTITY, RB-STORAGE-FAILED, RB-BACKUP-UNKNOWN
 */
export async function tryToOpen(source: Source, manifest: Manifest, identity: string | null): Promise<string> {
  const given = identity === null ? 'no identity was given' : 'an identity was given';
  const parts = partsOf(manifest);
  const sealed = parts.filter(isEncrypted);
  const [part] = (sealed.length > 0 ? sealed : parts).toSorted((a, b) => a.bytes - b.bytes);
  if (part === undefined) return `${manifest.id} has no file; ${given}.`;
  if (sealed.length > 0 && identity === null)
    throw new UserError('RB-IDENTITY', {
      what: `the backup ${manifest.id} in ${source.name} is encrypted, and no identity was given`,
      remedy:
        'set the input identity to the line AGE-SECRET-KEY-… that belongs to a recipient of the backup, from a secret of the environment that this job names',
    });
  const { stream } = await feedOf(source, manifest, part, identity);
  try {
    for await (const _ of stream) break;
  } finally {
    stream.destroy();
  }
  return sealed.length > 0
    ? `${manifest.id}: ${part.file} can be read in ${source.name}, and the identity opens it.`
    : `${manifest.id}: ${part.file} can be read in ${source.name}; it is not encrypted, and ${given}.`;
}

/**
 * Whether the identity can open files that are encrypted to these recipients.
 *
 * @returns `null` if that cannot be known: there is no identity, or it is of a kind that does not tell its recipient
 */
export async function opensWhatIsSealed(
  identity: string | null,
  recipients: readonly string[],
): Promise<boolean | null> {
  if (identity === null || recipients.length === 0) return null;
  const { identityToRecipient } = await import('age-encryption');
  const own = await Promise.all(identitiesIn(identity).map((line) => identityToRecipient(line).catch(() => null)));
  const sealedTo = new Set(recipients.map((recipient) => recipient.trim().toLowerCase()));
  if (own.some((recipient) => recipient !== null && sealedTo.has(recipient.toLowerCase()))) return true;
  return own.includes(null) ? null : false;
}
