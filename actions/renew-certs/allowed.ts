/** Checks before an order whether the owner of the names lets this CA issue for them: a refused order would count against the CA's limits. */
import { isIP } from 'node:net';
import { forbiddenNames } from '../lib/certificates/caa';
import { preflight } from '../lib/certificates/certbot';
import { askDirectory } from '../lib/certificates/directory';
import type { Scene } from './scene';

/** @param authenticator of certbot @throws {UserError} RB-CERT-PREFLIGHT */
export async function requireAllowed(
  { dial, found, run }: Scene,
  names: readonly string[],
  { server, authenticator }: { readonly server: string; readonly authenticator: string },
): Promise<void> {
  // An address has no such records.
  const inDns = names.filter((name) => isIP(name) === 0);
  const identities = await askDirectory(dial, { directory: server, verified: found.verified }).then(
    ({ caaIdentities }) => caaIdentities,
    () => null,
  );
  const method = authenticator === 'webroot' ? 'http-01' : 'dns-01';
  const { forbidden, unseen } = await forbiddenNames(inDns, { identities, method });
  for (const what of unseen) run.recorder.info(what);
  if (forbidden.length === 0) return;
  throw preflight(
    forbidden.join('; '),
    'the CA would refuse',
    `add its name to the CAA records: ${identities?.join(', ') ?? 'see its documentation'}`,
  );
}
