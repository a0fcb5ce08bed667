/** Asks every proxy for every name, and compares with its files. */
import type { Dial } from '../stack/probe';
import { type Chain, keyKindOf } from './certificate';
import { type Found, fileKey, lineageKey, lineageOf } from './look';
import type { Place } from './places';
import { judgeCertificate, judgeServed } from './served';
import { askTls } from './tls';

/** An answer, or what came in its place. */
export interface Asked extends Place {
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
  const chains =
    question.lineage === undefined
      ? own.map((path) => found.files.get(fileKey(proxy.container.id, path)) ?? null)
      : [found.files.get(lineageKey(question.lineage)) ?? null];
  const files = chains.filter((chain) => chain !== null);
  const [of = null] = own.map((path) => lineageOf(found, proxy.container, path)).filter((name) => name !== null);
  const lineage = question.lineage ?? of;
  const base = { ...place, files, lineage };
  let served: Chain = [];
  try {
    // Where there are several for one name, it is asked as a client that knows these signatures alone.
    const [leaf] = files[0] ?? [];
    const keys = question.several && leaf !== undefined ? keyKindOf(leaf) : null;
    const asked = { address, port, name: question.name, keys };
    served = await askTls(dial, { ...asked, proxyProtocol: false }, PATIENCE).catch((error) => {
      if (!question.proxyProtocol) throw error;
      return askTls(dial, { ...asked, proxyProtocol: true }, PATIENCE);
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...base, served, unseen: true, problem: `${address} port ${port} did not answer: ${why}` };
  }
  if (!question.ordersItself && chains.length === 0)
    return { ...base, served, unseen: true, problem: 'its configuration names no file' };
  if (!question.ordersItself && files.length < chains.length)
    return {
      ...base,
      served,
      unseen: true,
      problem: `its file ${own[chains.indexOf(null)] ?? `in live/${lineage}`} cannot be read`,
    };
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
