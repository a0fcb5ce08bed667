/** What there is to ask, and where. */
import type { Runbook } from '../config/runbook';
import type { Container } from '../stack/model';
import type { Found, Front } from './look';
import { isPattern, type Question, questionsOf } from './nginx-config';

/** One name at one place. */
export interface Place {
  readonly question: Question;
  readonly proxy: Front;
  /** Of whom: the container itself, or the host's port. */
  readonly address: string;
  readonly port: number;
}

/** A port of a program whose configuration is not read: the lineage is what its answer must be of. */
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

/** Everything that there is to ask. */
export function placesOf(runbook: Runbook, found: Pick<Found, 'proxies'>): Place[] {
  const url = new URL(runbook.proxy.url);
  const front = { address: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || 443 };
  const places = found.proxies.flatMap((proxy): Place[] => {
    const questions = questionsFor(runbook, proxy);
    // The only port for TLS is that one, whatever its number in the container.
    const ports = new Set(questions.map(({ port }) => port));
    return questions.flatMap((question): Place[] => {
      // As everybody comes.
      const comes = url.protocol === 'https:' && proxy === found.proxies[0] && (usual(question) || ports.size === 1);
      const own = { question, proxy, address: addressOf(proxy.container), port: question.port };
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
  // Names that are given for a pattern are of the server that has it, where there is but one.
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
  return [...own, ...more.map((name) => ({ name, ...from }))];
}

/** Of a proxy that does not tell. */
function namesOf({ certificates, url, proxy }: Runbook, guess: boolean): string[] {
  const guessed = [
    proxy.hostHeader,
    ...[url, proxy.url].map((one) => (one === undefined ? undefined : new URL(one).hostname)),
  ];
  const usable = guessed.filter((name): name is string => name?.includes('.') === true && !/^[\d.]+$|:/.test(name));
  return [...new Set([...certificates.names, ...(guess ? usable : [])])];
}

/** A container without an address of its own has the host's. */
export function addressOf({ networks }: Pick<Container, 'networks'>): string {
  const addresses = Object.values(networks).flatMap(({ ip, ip6 }) => [ip, ip6]);
  return addresses.find((address) => address !== '') ?? '127.0.0.1';
}
