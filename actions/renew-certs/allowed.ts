/**
 * Checks before an order whether the owner of the names lets this CA issue for them, whether it offers the wanted
 * profile, and whether certbot has an account there: a refused order would count against the CA's limits.
 */
import { isIP } from 'node:net';
import { accountLacking } from '../lib/certificates/accounts';
import { forbiddenNames } from '../lib/certificates/caa';
import { preflight } from '../lib/certificates/certbot';
import { askDirectory } from '../lib/certificates/directory';
import type { Scene } from './scene';

/** @param authenticator of certbot @param account its ID in the renewal file @param profile `null`: none is asked for @throws {UserError} RB-CERT-PREFLIGHT */
export async function requireAllowed(
  { dial, found, run }: Scene,
  names: readonly string[],
  {
    server,
    authenticator,
    account = null,
    profile,
  }: {
    readonly server: string;
    readonly authenticator: string;
    readonly account?: string | null;
    readonly profile: string | null;
  },
): Promise<void> {
  // An address has no such records.
  const inDns = names.filter((name) => isIP(name) === 0);
  const directory = await askDirectory(dial, { directory: server, verified: found.verified }).catch(() => null);
  if (directory !== null && profile !== null && !directory.profiles.includes(profile))
    throw preflight(
      `${server} does not offer the profile ${profile}`,
      directory.profiles.length === 0 ? 'it has no profiles' : `it offers ${directory.profiles.join(', ')}`,
      'name one of these as profile, or leave it out: the CA then takes its own choice',
    );
  const lacking = accountLacking(found.accounts, { server, account, binding: directory?.binding === true });
  if (lacking !== null) throw preflight(...lacking);
  const identities = directory?.caaIdentities ?? null;
  const method = authenticator === 'webroot' ? 'http-01' : 'dns-01';
  const host = URL.canParse(server) ? new URL(server).hostname : '';
  const control = host.includes('.') && isIP(host) === 0 ? host : null;
  const { forbidden, broken, unseen } = await forbiddenNames(inDns, { identities, method, control });
  for (const what of unseen) run.recorder.info(what);
  if (broken.length > 0)
    throw preflight(
      broken.join('; '),
      'a CA that cannot read the CAA records of a name, or of a zone above it, does not issue for it',
      'see whether the name servers of the zone answer, and whether its DNSSEC is valid: dig CAA, or https://dnsviz.net',
    );
  if (forbidden.length === 0) return;
  throw preflight(
    forbidden.join('; '),
    'the CA would refuse',
    `add its name to the CAA records: ${identities?.join(', ') ?? 'see its documentation'}`,
  );
}
