/**
 * What clients from outside are served, who follow the DNS: a CDN or a balancer before the host has its own
 * certificate.
 */
import { lookup } from 'node:dns/promises';
import type { Dial } from '../stack/probe';
import type { Asked } from './ask';
import { type Certificate, type Chain, covers, nameOf } from './certificate';
import { direct, hasNoWay, isPublic } from './challenge';
import { judgeCertificate } from './served';
import { askTls } from './tls';

/** Milliseconds for one handshake, connection included. */
const PATIENCE = 5000;

interface Way {
  /** @returns addresses of a name; never rejects */
  readonly lookup: (name: string) => Promise<readonly string[]>;
  readonly dial: Dial;
}

/** What clients from outside get for a name at one of its public addresses. */
export interface SeenOutside {
  readonly name: string;
  /**
   * `same`: as on the host. `other`: a valid certificate of somebody else. `former`: an older one of this host.
   * `invalid`: one that clients reject. `unseen`: no answer, so nothing is known.
   */
  readonly kind: 'same' | 'other' | 'former' | 'invalid' | 'unseen';
  /** A sentence without its end; empty: nothing has to be said. */
  readonly text: string;
  /** When the certificate expires, milliseconds since the epoch; `null`: none was seen. */
  readonly ends: number | null;
}

/**
 * Asks once for each name where the runner can reach it. Never rejects.
 * @param chains certificates that this host has or had, besides those that are served
 */
export async function seenOutside(
  asked: readonly Asked[],
  chains: readonly Chain[],
  now: number,
  way: Way = { lookup: addressesOf, dial: direct },
): Promise<SeenOutside[]> {
  const here = asked.filter(
    ({ question, port, served }) => question.name !== null && port === 443 && served.length > 0,
  );
  const names = [...new Set(here.flatMap(({ question: { name } }) => name ?? []))];
  const found = await Promise.all(
    names.map(async (name) => {
      const own = here.filter(({ question }) => question.name === name).map(({ served }) => served);
      const addresses = (await way.lookup(name)).filter(isPublic);
      const seen = await Promise.all(addresses.map((address) => judge(name, address, { own, chains, now }, way.dial)));
      // A runner without IPv6 has no way to the second address of most names.
      const reached = seen.some(({ kind }) => kind !== 'unseen');
      return seen.filter(({ kind, text }) => !(reached && kind === 'unseen' && hasNoWay(text)));
    }),
  );
  return found.flat();
}

interface Known {
  readonly own: readonly Chain[];
  readonly chains: readonly Chain[];
  readonly now: number;
}

async function judge(name: string, address: string, known: Known, dial: Dial): Promise<SeenOutside> {
  let chain: Chain = [];
  let silent = 'no certificate came';
  try {
    chain = await askTls(dial, { address, port: 443, name, keys: null, proxyProtocol: false }, PATIENCE);
  } catch (error) {
    silent = error instanceof Error ? error.message : String(error);
  }
  const [leaf] = chain;
  if (leaf === undefined) return { name, kind: 'unseen', text: `${name} at ${address}: ${silent}`, ends: null };
  return { name, ends: leaf.notAfter, ...kindOf(name, address, chain, leaf, known) };
}

function kindOf(
  name: string,
  address: string,
  chain: Chain,
  leaf: Certificate,
  { own, chains, now }: Known,
): Pick<SeenOutside, 'kind' | 'text'> {
  const has = ([one]: Chain): boolean => one?.fingerprint === leaf.fingerprint;
  const same = own.find(has);
  if (same !== undefined && same.length === chain.length) return { kind: 'same', text: '' };
  const who = `${name}: clients from outside, at ${address}, are served`;
  // Some names are asked for though their certificate is for others.
  const owed = own.some(([one]) => one !== undefined && covers(one, name));
  const wrong = judgeCertificate(chain, owed ? name : null, now) ?? (leaf.selfSigned ? 'nobody trusts it' : null);
  if (same !== undefined)
    return wrong === null
      ? { kind: 'same', text: '' }
      : { kind: 'invalid', text: `${who} the certificate of this host with another chain: ${wrong}` };
  const other = `${who} a certificate that is not the one of this host (${nameOf(leaf)})`;
  if (wrong !== null) return { kind: 'invalid', text: `${other}: ${wrong}; ${CAUSE}` };
  const older = own.every(([one]) => one !== undefined && leaf.notAfter < one.notAfter);
  if (older && chains.some(has))
    return { kind: 'former', text: `${who} a former certificate of this host (${nameOf(leaf)}); ${COPY}` };
  return { kind: 'other', text: `${other}; ${CAUSE}` };
}

const CAUSE =
  'a server in front of the host, such as a CDN or a balancer, or another host has its own, which is not renewed here';
const COPY = 'a server in front of the host, or another host, has a copy of it, which no renewal here replaces';

async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
