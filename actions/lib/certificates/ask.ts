/** Asks every proxy for every name, and compares the answers with the proxy's files. */
import { isIP } from 'node:net';
import type { Dial } from '../stack/probe';
import { type Chain, keyKindOf } from './certificate';
import { type Found, fileKey, lineageKey, lineageOf } from './look';
import type { Place } from './places';
import { judgeCertificate, judgeServed } from './served';
import { askTls } from './tls';

/** The answer to one question, or the reason why there is none. */
export interface Asked extends Place {
  /** Chains of the files, one of which should be served; empty where there is no file to compare with. */
  readonly files: readonly Chain[];
  /** The certbot lineage of the files; `null`: they are not certbot's. */
  readonly lineage: string | null;
  readonly served: Chain;
  /** Why the answer is not the right one; `null`: it is. */
  readonly problem: string | null;
  /** True if there was no answer, or nothing to compare it with: then nothing is known. */
  readonly unseen: boolean;
}

/** Milliseconds for one handshake, connection included. */
const PATIENCE = 5000;
const AT_ONCE = 6;

/** Never rejects: an answer that did not come has its reason in `problem`. */
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
    // Where a name has several files, asks as a client that knows only the signatures of this file's key.
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
  if (!question.ordersItself && files.length < chains.length) {
    const file = own[chains.indexOf(null)] ?? `in live/${lineage}`;
    const problem = file.includes('$')
      ? `its file ${file} has a variable in its path, which only nginx can resolve, so the certificate is not compared with its file: name the path without a variable in nginx's configuration`
      : `its file ${file} cannot be read`;
    return { ...base, served, unseen: true, problem };
  }
  const problem = question.ordersItself ? null : judgeServed(files, served, null);
  return { ...base, served, unseen: false, problem };
}

/**
 * What is wrong with the served certificate itself. A self-signed certificate for clients that send no name is only a
 * placeholder, and counts as right.
 */
export function judgeAsked({ question, served }: Pick<Asked, 'question' | 'served'>, now: number): string | null {
  if (question.name === null && served[0]?.selfSigned === true) return null;
  return judgeCertificate(served, isOwed(question, served[0]?.names ?? []) ? question.name : null, now);
}

/**
 * Whether clients may expect this name in the certificate. Not a name like `localhost`; not an address beside a
 * certificate for names; and of `*.shop.example` not each name, if the certificate has one below it.
 */
function isOwed({ name, madeUp }: Asked['question'], names: readonly string[]): boolean {
  if (name === null) return false;
  if (madeUp) return !names.some((one) => one.endsWith(name.slice(name.indexOf('.'))));
  if (isIP(name) !== 0) return names.some((one) => isIP(one) !== 0);
  return name.includes('.');
}
