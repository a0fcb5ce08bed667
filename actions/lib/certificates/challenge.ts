/**
 * Tests what a CA will see: a file of this run in the folder for challenges, fetched under every name at every address.
 */
import { lookup } from 'node:dns/promises';
import { isIP, connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { exchange } from '../host/http';
import type { Dial } from '../stack/probe';

export interface Challenge {
  /** Below `/.well-known/acme-challenge/`. */
  readonly file: string;
  readonly content: string;
}

/** Milliseconds for one request. */
const PATIENCE = 5000;
/** The number of redirects that Let's Encrypt follows. */
const REDIRECTS = 10;
const LONGEST = 4096;

interface Reaching {
  /** Opens connections from the host, through SSH. */
  readonly dial: Dial;
  /** Name → addresses to which the host resolves it. */
  readonly leads: ReadonlyMap<string, readonly string[]>;
  /** The address at which the host itself answers on port 80, seen from the host. */
  readonly host: string;
  /** Reports what could not be tested, and therefore does not count as a failure. */
  readonly tell: (text: string) => void;
}

/** @returns what would keep the CA from validating these names, a sentence each */
export async function unreached(names: readonly string[], challenge: Challenge, reaching: Reaching): Promise<string[]> {
  const found = await Promise.all(names.map((name) => unreachedName(name, names, challenge, reaching)));
  return found.flat();
}

async function unreachedName(
  name: string,
  names: readonly string[],
  challenge: Challenge,
  { dial, leads, host, tell }: Reaching,
): Promise<string[]> {
  const wanted = { name, names, challenge };
  const here = await fetchHere(dial, host, wanted);
  if (here !== null) return [`port 80 of the host does not serve the challenge file for ${name}: ${here}`];
  const addresses = isIP(name) ? [name] : seenByCa([...(leads.get(name) ?? []), ...(await addressesOf(name))]);
  if (addresses.length === 0)
    return [`${name} does not resolve: neither the host nor the runner finds an address for it`];
  const wrong = await Promise.all(
    addresses.map(async (address) => {
      const throughHost = await fetchAt(dial, address, wanted);
      if (throughHost === null) return null;
      // A host may not reach itself by a public address that its router translates.
      const outside = isPublic(address) ? await fetchAt(direct, address, wanted) : throughHost;
      if (outside === null) return null;
      if (isPublic(address) && hasNoWay(throughHost) && hasNoWay(outside)) {
        tell(
          `${name} also resolves to ${address}, which neither the host nor the runner can reach: it is not known whether the CA finds its file there`,
        );
        return null;
      }
      return `${name} also resolves to ${address}, which does not serve the challenge file: ${throughHost}`;
    }),
  );
  return wrong.filter((one) => one !== null);
}

/**
 * Each once, without those of the machine itself: a host often has its own name as 127.0.1.1 in /etc/hosts, where no CA
 * looks. If there are no others, these stay.
 */
function seenByCa(addresses: readonly string[]): string[] {
  const all = [...new Set(addresses)];
  const others = all.filter((address) => !/^127\.|^::1$/.test(address));
  return others.length > 0 ? others : all;
}

/**
 * Whether there is no route to an address. A machine without IPv6 cannot reach an IPv6 address, e.g. of a CDN, which
 * says nothing against the address.
 */
export function hasNoWay(why: string): boolean {
  return /network is unreachable|ENETUNREACH|EADDRNOTAVAIL|cannot assign requested address/i.test(why);
}

async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Whether an address is not in a private network, on the machine itself, or reserved for documentation. */
export function isPublic(address: string): boolean {
  return isIP(address) === 6
    ? /^[23]/.test(address)
    : !/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(address);
}

/** Opens connections from the runner itself. */
export const direct: Dial = (host, port) =>
  new Promise<Duplex>((resolve, reject) => {
    const socket = tcpConnect({ host, port, timeout: PATIENCE });
    socket.on('connect', () => resolve(socket));
    socket.on('timeout', () => socket.destroy(new Error('no connection')));
    socket.on('error', reject);
  });

interface Wanted {
  readonly name: string;
  /** All names of the order. */
  readonly names: readonly string[];
  readonly challenge: Challenge;
}

/**
 * At the host itself. A proxy behind a balancer may expect the PROXY protocol on port 80, and closes every connection
 * that begins without it.
 */
async function fetchHere(dial: Dial, host: string, wanted: Wanted): Promise<string | null> {
  const plain = await fetchAt(dial, host, wanted);
  if (plain === null || !/ECONNRESET|socket hang up/i.test(plain)) return plain;
  const balanced: Dial = async (address, port) => {
    const socket = await dial(address, port);
    socket.write('PROXY UNKNOWN\r\n');
    return socket;
  };
  return (await fetchAt(balanced, host, wanted)) === null ? null : plain;
}

/**
 * Fetches the file and follows redirects as a CA does, but at the same address as long as they lead to names of the
 * order: the addresses of each of these are tested. @returns why the file did not come, or `null`
 */
async function fetchAt(
  dial: Dial,
  address: string,
  { name, names, challenge: { file, content } }: Wanted,
): Promise<string | null> {
  let url = new URL(`http://${isIP(name) === 6 ? `[${name}]` : name}/.well-known/acme-challenge/${file}`);
  let at = address;
  let led = '';
  try {
    for (let step = 0; step <= REDIRECTS; step++) {
      const { status, body, location } = await get(dial, at, url);
      if (status >= 300 && status < 400 && location !== null && URL.canParse(location, url.href)) {
        const next = new URL(location, url);
        if (!/^https?:$/.test(next.protocol) || !/^(80|443)?$/.test(next.port))
          return `it redirects to ${next.protocol}//${next.host}, and a CA follows only to the ports 80 and 443`;
        if (next.hostname !== url.hostname) {
          const bare = next.hostname.replace(/^\[|\]$/g, '');
          at = names.includes(bare) ? address : bare;
          led = `it redirects to ${next.host}: `;
        }
        url = next;
        continue;
      }
      if (status !== 200) return `${led}${url.protocol}//${url.host} answers ${status}`;
      return body.trim() === content ? null : `${led}${url.protocol}//${url.host} answers something else`;
    }
    return 'it redirects too often';
  } catch (error) {
    return `${led}${error instanceof Error ? error.message : String(error)}`;
  }
}

async function get(
  dial: Dial,
  address: string,
  url: URL,
): Promise<{ status: number; body: string; location: string | null }> {
  const tls = url.protocol === 'https:';
  const answer = await exchange(await dial(address, Number(url.port) || (tls ? 443 : 80)), {
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': 'runbook-actions' },
    // A CA does not look at the certificate either.
    tls: tls ? { name: url.hostname, verified: false } : undefined,
    timeout: PATIENCE,
  });
  let body = '';
  answer.setEncoding('latin1');
  for await (const chunk of answer as AsyncIterable<string>) body = (body + chunk).slice(0, LONGEST);
  return { status: answer.statusCode ?? 0, body, location: answer.headers.location ?? null };
}
