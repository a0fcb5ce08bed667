/** The questions about certificates, and the addresses to which they go. */
import type { Runbook } from '../config/runbook';
import type { Container } from '../stack/model';
import type { Found, Front } from './look';
import { isPattern, type Question, questionsOf } from './questions';

/** One name to ask for at one address. */
export interface Place {
  readonly question: Question;
  readonly proxy: Front;
  /** Address of the container itself, or of the host. */
  readonly address: string;
  readonly port: number;
}

/** The question to a port of a program whose configuration is not read: its answer must belong to the lineage. */
export function plainPlace(
  container: Container,
  address: string,
  { name, port, lineage }: { readonly name: string | null; readonly port: number; readonly lineage: string },
): Place {
  const plain = { certificates: [], several: false, ordersItself: false, inside: false, proxyProtocol: false };
  return {
    question: { name, port, ...plain, lineage },
    proxy: { container, nginx: null, broken: [], certbot: false },
    address,
    port,
  };
}

/** All questions. */
export function placesOf(runbook: Runbook, found: Pick<Found, 'proxies'>): Place[] {
  const url = new URL(runbook.proxy.url);
  const front = { address: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || 443 };
  const places = found.proxies.flatMap((proxy): Place[] => {
    const questions = questionsFor(runbook, proxy);
    // A single port for TLS is the public one, whatever its number in the container.
    const ports = new Set(questions.map(({ port }) => port));
    return questions.flatMap((question): Place[] => {
      // The way that every client comes.
      const comes = url.protocol === 'https:' && proxy === found.proxies[0] && (usual(question) || ports.size === 1);
      const own = { question, proxy, address: question.only ?? addressOf(proxy.container), port: question.port };
      return [...(question.inside && comes ? [] : [own]), ...(comes ? [{ question, proxy, ...front }] : [])];
    });
  });
  const seen = new Set<string>();
  return places.filter(({ question: { name, certificates }, address, port }) => {
    const key = `${name} ${address} ${port} ${certificates.join()}`;
    return !seen.has(key) && seen.add(key);
  });
}

function usual({ port, inside }: Question): boolean {
  return port === 443 || inside;
}

function questionsFor(runbook: Runbook, { nginx }: Front): readonly Question[] {
  const own = nginx === null ? [] : questionsOf(nginx).ask;
  const more = namesOf(runbook, nginx === null).filter((name) => !own.some((question) => question.name === name));
  // Names in runbook.yml are for the server with a pattern as its name, if there is only one such server.
  const patterns = (nginx?.servers ?? []).filter(({ names }) => names.some(isPattern));
  const [pattern] = patterns.length === 1 ? patterns : [];
  const from = {
    port: pattern?.ports[0] ?? 443,
    certificates: pattern?.certificates.slice(0, 1) ?? [],
    several: (pattern?.certificates.length ?? 0) > 1,
    ordersItself: pattern?.ordersItself ?? true,
    inside: false,
    proxyProtocol: pattern?.proxyProtocol ?? false,
  };
  return [...own, ...more.map((name) => ({ name, ...(atSocket(name, nginx) ?? from) }))];
}

/** A server that listens on a socket alone is asked as clients reach it, if its name is in runbook.yml. */
function atSocket(name: string, nginx: Front['nginx']): Omit<Question, 'name'> | null {
  const server = nginx?.servers.find(({ sockets, names }) => sockets.length > 0 && names.includes(name));
  if (server === undefined) return null;
  const { certificates, ordersItself } = server;
  const several = certificates.length > 1;
  return {
    port: 443,
    certificates: certificates.slice(0, 1),
    several,
    ordersItself,
    inside: true,
    proxyProtocol: false,
  };
}

/** Names for a proxy whose configuration does not tell them. */
function namesOf({ certificates, url, proxy }: Runbook, guess: boolean): string[] {
  const guessed = [
    proxy.hostHeader,
    ...[url, proxy.url].map((one) => (one === undefined ? undefined : new URL(one).hostname)),
  ];
  const usable = guessed.filter((name): name is string => name?.includes('.') === true && !/^[\d.]+$|:/.test(name));
  return [...new Set([...certificates.names, ...(guess ? usable : [])])];
}

/** Address of a container; a container without its own uses the host's. */
export function addressOf({ networks }: Pick<Container, 'networks'>): string {
  const addresses = Object.values(networks).flatMap(({ ip, ip6 }) => [ip, ip6]);
  return addresses.find((address) => address !== '') ?? '127.0.0.1';
}
