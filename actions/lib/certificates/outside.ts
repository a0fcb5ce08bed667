/**
 * What clients from outside are served, who follow the DNS: a CDN or a balancer before the host has its own
 * certificate.
 */
import { lookup } from 'node:dns/promises';
import type { Dial } from '../stack/probe';
import type { Asked } from './ask';
import { nameOf } from './certificate';
import { direct, isPublic } from './challenge';
import { judgeCertificate } from './served';
import { askTls } from './tls';

/** Milliseconds for one handshake, connection included. */
const PATIENCE = 5000;

interface Way {
  /** @returns addresses of a name; never rejects */
  readonly lookup: (name: string) => Promise<readonly string[]>;
  readonly dial: Dial;
}

/**
 * A sentence for each name for which clients get another certificate. A name that this machine cannot reach has none.
 */
export async function seenOutside(
  asked: readonly Asked[],
  now: number,
  way: Way = { lookup: addressesOf, dial: direct },
): Promise<string[]> {
  const here = asked.filter(
    ({ question, port, served }) => question.name !== null && port === 443 && served.length > 0,
  );
  const names = [...new Set(here.flatMap(({ question: { name } }) => name ?? []))];
  const found = await Promise.all(
    names.map(async (name) => {
      const own = here.filter(({ question }) => question.name === name);
      const addresses = (await way.lookup(name)).filter(isPublic);
      return Promise.all(addresses.map((address) => judge(name, address, own, now, way.dial)));
    }),
  );
  return found.flat().filter((one) => one !== null);
}

async function judge(
  name: string,
  address: string,
  own: readonly Asked[],
  now: number,
  dial: Dial,
): Promise<string | null> {
  const chain = await askTls(dial, { address, port: 443, name, keys: null, proxyProtocol: false }, PATIENCE).catch(
    () => [],
  );
  const [leaf] = chain;
  if (leaf === undefined || own.some(({ served }) => served[0]?.fingerprint === leaf.fingerprint)) return null;
  const wrong = judgeCertificate(chain, name, now);
  return `${name}: clients from outside, at ${address}, are served a certificate that is not the one of this host (${nameOf(leaf)})${wrong === null ? '' : `: ${wrong}`}; a server in front of the host has its own, which is not renewed here.`;
}

async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
