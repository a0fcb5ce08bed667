/** Inputs of the action renew-certs as typed data. */
import { isIP } from 'node:net';
import { addressName } from '../lib/certificates/certificate';
import { isLetsEncrypt } from '../lib/certificates/limits';
import { type BaseInputs, readBase, readRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';

const MODES = ['renew', 'check', 'list', 'issue'] as const;

/** What `mode: issue` orders. */
export interface Wish {
  /** What certbot calls it. */
  readonly lineage: string;
  /** Of the DNS, or addresses. */
  readonly names: readonly string[];
  readonly email: string | null;
  /** URL of the CA's directory. */
  readonly server: string;
  /** Of those that the CA offers, e.g. `shortlived`; `null`: which one is left to the CA. */
  readonly profile: string | null;
}

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
/** Names of a certificate at most, by profile. Source: https://letsencrypt.org/docs/profiles, July 2026. */
const MOST: Readonly<Record<string, number>> = { tlsserver: 25, shortlived: 25 };
const MOST_OF_ANY = 100;
/** The only one in which Let's Encrypt has certificates for addresses. */
const FOR_ADDRESSES = 'shortlived';
const NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export interface CertificateInputs extends BaseInputs {
  readonly mode: (typeof MODES)[number];
  /** `null`: nothing is to be ordered for the first time. */
  readonly wish: Wish | null;
  /** Nothing is changed, and nobody else is kept waiting. */
  readonly dryRun: boolean;
}

/** What certbot calls it, which becomes the name of a folder. */
function lineageOf(name: string): string {
  const plain = name.replaceAll(':', '-');
  return plain.startsWith('-') ? `ip${plain}` : plain;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readCertificateInputs(get: GetInput, workspace: string): CertificateInputs {
  const reader = new Reader(get);
  const { config, ...base } = readBase(reader);
  const mode = reader.choice('mode', MODES);
  reader.boolean('report-failures');
  const wish = readWish(reader, mode === 'issue');
  reader.finish();
  // What only looks takes no lease.
  return {
    ...base,
    mode,
    wish,
    dryRun: base.dryRun || mode === 'check' || mode === 'list',
    runbook: readRunbook(workspace, config),
  };
}

function readWish(reader: Reader, wanted: boolean): Wish | null {
  const names = [...new Set(reader.list('names').map((name) => addressName(name.toLowerCase())))];
  const named = reader.text('cert-name');
  const email = reader.text('email');
  const server = reader.url('server') ?? LETS_ENCRYPT;
  const profile = reader.text('profile') || null;
  if (!wanted) {
    if (names.length > 0 || named !== '' || profile !== null)
      reader.problem(
        'names, cert-name and profile are for mode: issue; a renewal keeps the profile of its certificate',
      );
    return null;
  }
  if (names.length === 0) reader.problem('names is missing: the names of the certificate, separated by commas');
  if (profile !== null && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(profile))
    reader.problem(
      `profile is ${JSON.stringify(profile)}; write a name that the CA offers, e.g. classic or shortlived`,
    );
  const letsEncrypt = isLetsEncrypt(server);
  const most = (letsEncrypt && profile !== null ? MOST[profile] : undefined) ?? MOST_OF_ANY;
  if (names.length > most)
    reader.problem(
      `names has ${names.length} names; a certificate${most === MOST_OF_ANY ? '' : ` of the profile ${profile}`} can have at most ${most}`,
    );
  if (letsEncrypt && profile !== null && profile !== FOR_ADDRESSES && names.some((name) => isIP(name) !== 0))
    reader.problem(`profile is ${profile}; for addresses Let's Encrypt has certificates of ${FOR_ADDRESSES} alone`);
  for (const name of names)
    if (isIP(name) === 0 && (!NAME.test(name) || /\.\d+$/.test(name)))
      reader.problem(
        `names has ${JSON.stringify(name)}, which is neither a DNS name nor an IP address${name.startsWith('*') ? ': a wildcard name is ordered by a DNS challenge, not by a file' : ''}`,
      );
  const lineage = named || lineageOf(names[0] ?? '');
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(lineage) && named !== '')
    reader.problem(`cert-name is ${JSON.stringify(named)}; write letters, digits, dots and dashes`);
  if (email !== '' && !/^[^\s@-][^\s@]*@[^\s@]+$/.test(email))
    reader.problem(`email is ${JSON.stringify(email)}, which is not an email address`);
  return { lineage, names, email: email || null, server, profile };
}
