/** What this run makes of the certificates that clients from outside get. */
import { type SeenOutside, seenOutside } from '../lib/certificates/outside';
import { UserError } from '../lib/errors';
import type { Scene } from './scene';

/** Warns of certificates of others, and notes what could not be asked. */
export async function lookOutside({ asked, found, run, now }: Scene): Promise<SeenOutside[]> {
  const chains = found.lineages.flatMap((one) => [...one.chains.values()]);
  const seen = await seenOutside(asked, chains, now());
  for (const { kind, text } of seen) {
    if (kind !== 'other') continue;
    run.recorder.warning(text);
    run.notes.push(`${text}.`);
  }
  const unseen = seen.filter(({ kind }) => kind === 'unseen').map(({ text }) => text);
  if (unseen.length > 0)
    run.notes.push(`Not known is what clients from outside get, as the runner got no answer: ${unseen.join('; ')}.`);
  return seen;
}

export function problemsOutside(seen: readonly SeenOutside[]): UserError[] {
  return seen.flatMap(({ kind, text }) => {
    if (kind !== 'invalid' && kind !== 'former') return [];
    return [
      new UserError(kind === 'invalid' ? 'RB-CERT-INVALID' : 'RB-CERT-NOT-SERVED', {
        what: text,
        remedy: 'see where this address leads, and renew or replace the certificate there; or correct the DNS',
      }),
    ];
  });
}
