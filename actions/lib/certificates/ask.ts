/** Asks every proxy for every name, and compares with its files. */
import type { Runbook } from '../config/runbook';
import type { Dial } from '../stack/probe';
import type { Chain } from './certificate';
import { type Found, type Front, fileKey, lineageOf } from './look';
import { type Question, questionsOf } from './nginx-config';
import { judgeCertificate, judgeServed } from './served';
import { askTls } from './tls';

/** One name at one place. */
export interface Asked {
  readonly question: Question;
  readonly proxy: Front;
  /** Of whom: the container itself, or the host's port. */
  readonly address: string;
  readonly port: number;
  /** Chains of the files; empty where there is no file to compare with. */
  readonly files: readonly Chain[];
  /** Whose files they are; `null`: none of certbot's here. */
  readonly lineage: string | null;
  readonly served: Chain;
  /** Why what is served is not what it should be; `null`: it is. */
  readonly problem: string | null;
  /** The question itself failed: nothing is known. */
  readonly unseen: boolean;
}

/** Milliseconds for one handshake, connection included. */
const PATIENCE = 5000;
const AT_ONCE = 6;

type Place = Pick<Asked, 'question' | 'proxy' | 'address' | 'port'>;

/** Everything that there is to ask. */
export function placesOf(runbook: Runbook, found: Pick<Found, 'proxies'>): Place[] {
  const url = new URL(runbook.proxy.url);
  const front = { address: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || 443 };
  const places = found.proxies.flatMap((proxy): Place[] => {
    const questions = questionsFor(runbook, proxy);
    return questions.flatMap((question): Place[] => {
      // As everybody comes.
      const comes =
        url.protocol === 'https:' && (question.port === 443 || question.inside) && proxy === found.proxies[0];
      const own = { question, proxy, address: addressOf(proxy), port: question.port };
      return [...(question.inside && comes ? [] : [own]), ...(comes ? [{ question, proxy, ...front }] : [])];
    });
  });
  const seen = new Set<string>();
  return places.filter(({ question: { name }, address, port }) => {
    const key = `${name} ${address} ${port}`;
    return !seen.has(key) && seen.add(key);
  });
}

function questionsFor(runbook: Runbook, { nginx }: Front): readonly Question[] {
  const own = nginx === null ? [] : questionsOf(nginx).ask;
  const more = namesOf(runbook, nginx === null).filter(
    (name) => !own.some((question) => question.name === name && question.port === 443),
  );
  return [
    ...own,
    ...more.map((name) => ({
      name,
      port: 443,
      certificates: [],
      ordersItself: true,
      inside: false,
      proxyProtocol: false,
    })),
  ];
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
function addressOf({ container }: Front): string {
  const addresses = Object.values(container.networks).flatMap(({ ip, ip6 }) => [ip, ip6]);
  return addresses.find((address) => address !== '') ?? '127.0.0.1';
}

/** Never rejects: what could not be asked says so. */
export async function askAll(
  dial: Dial,
  places: readonly Place[],
  found: Pick<Found, 'files' | 'state'>,
): Promise<Asked[]> {
  const answers: Asked[] = [];
  for (let index = 0; index < places.length; index += AT_ONCE) {
    const some = places.slice(index, index + AT_ONCE);
    answers.push(...(await Promise.all(some.map((place) => ask(dial, place, found)))));
  }
  return answers;
}

async function ask(dial: Dial, place: Place, found: Pick<Found, 'files' | 'state'>): Promise<Asked> {
  const { question, proxy, address, port } = place;
  const own = question.ordersItself ? [] : question.certificates;
  const chains = own.map((path) => found.files.get(fileKey(proxy.container.id, path)) ?? null);
  const files = chains.filter((chain) => chain !== null);
  const [lineage = null] = own.map((path) => lineageOf(found, proxy.container, path)).filter((name) => name !== null);
  const base = { ...place, files, lineage };
  let served: Chain = [];
  try {
    served = await askTls(dial, { address, port, name: question.name, proxyProtocol: false }, PATIENCE).catch(
      (error) => {
        if (!question.proxyProtocol) throw error;
        return askTls(dial, { address, port, name: question.name, proxyProtocol: true }, PATIENCE);
      },
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...base, served, unseen: true, problem: `${address} port ${port} did not answer: ${why}` };
  }
  if (!question.ordersItself && own.length === 0)
    return { ...base, served, unseen: true, problem: 'its configuration names no file' };
  if (!question.ordersItself && files.length < own.length)
    return { ...base, served, unseen: true, problem: `its file ${own[chains.indexOf(null)]} cannot be read` };
  const problem = question.ordersItself ? null : judgeServed(files, served, null);
  return { ...base, served, unseen: false, problem };
}

/**
 * What is wrong with a certificate itself, as it is served. What a proxy signed itself, for whoever comes without a name,
 * stands for nothing.
 */
export function judgeAsked({ question, served }: Asked, now: number): string | null {
  if (question.name === null && served[0]?.selfSigned === true) return null;
  return judgeCertificate(served, question.name, now);
}
