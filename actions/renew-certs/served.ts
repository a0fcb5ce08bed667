/** Checks that clients see the right certificate: the new one, or the former one again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, askAll } from '../lib/certificates/ask';
import type { Chain } from '../lib/certificates/certificate';
import { fileKey, lineageKey } from '../lib/certificates/look';
import { judgeServed, partOf } from '../lib/certificates/served';
import { UserError } from '../lib/errors';
import type { Scene } from './scene';

/** Milliseconds until every name must be served the new certificate. */
const SERVED_WITHIN = 10_000;
/** The same if other programs than the proxy were told, which may have to start again; the step waits for a minute. */
const STARTED_WITHIN = 30_000;
/** Number of right answers in a row: the first answer after a reload may come from an old worker or a new one. */
const IN_A_ROW = 3;

/**
 * @param moved container → address, of programs other than the proxy that were told
 * @returns `null` once every place serves it, several times in a row
 */
export async function untilServed(
  scene: Scene,
  before: readonly Asked[],
  next: Chain,
  moved: ReadonlyMap<string, string>,
): Promise<string | null> {
  const places = before.map((one) => movedTo(one, moved));
  scene.asked = scene.asked.map((one) => movedTo(one, moved));
  let why: string | null = null;
  let good = 0;
  for (const end = Date.now() + (moved.size > 0 ? STARTED_WITHIN : SERVED_WITHIN); Date.now() < end; ) {
    const answers = await askAll(scene.dial, places, scene.found);
    why = firstOf(
      answers.map((one) => {
        const wrong =
          one.unseen && one.served.length === 0
            ? one.problem
            : judgeServed([partOf(one.question.certificates, next)], one.served, null);
        const { lineage, port } = one.question;
        return wrong === null || lineage === undefined
          ? wrong
          : `${one.proxy.container.service} on port ${port}: ${wrong}`;
      }),
    );
    good = why === null ? good + 1 : 0;
    if (good === IN_A_ROW) return null;
    await sleep(why === null ? 50 : 300);
  }
  return why ?? 'it was not served often enough in a row';
}

function firstOf(reasons: readonly (string | null)[]): string | null {
  return reasons.find((reason) => reason !== null) ?? null;
}

function movedTo(one: Asked, moved: ReadonlyMap<string, string>): Asked {
  const address = one.question.lineage === undefined ? undefined : moved.get(one.proxy.container.id);
  return address === undefined ? one : { ...one, address };
}

/** The files and answers as they are from now on. */
export async function settle(scene: Scene, lineage: string, next: Chain): Promise<void> {
  const files = scene.found.files as Map<string, Chain | null>;
  const own = scene.asked.filter((one) => one.lineage === lineage);
  files.set(lineageKey(lineage), next);
  for (const { proxy, question } of own)
    for (const path of question.certificates) files.set(fileKey(proxy.container.id, path), partOf([path], next));
  const again = await askAll(scene.dial, own, scene.found);
  scene.asked = scene.asked.map((one) => again[own.indexOf(one)] ?? one);
}

/** The error with the certificates that are served after it. Programs that had to start again get some time. */
export async function asBefore(scene: Scene, before: readonly Asked[], error: UserError): Promise<UserError> {
  const places = scene.asked.filter((one) => before.some((former) => isSame(one, former)));
  const others = places.some(({ question }) => question.lineage !== undefined);
  let after: readonly Asked[] = [];
  let changed: readonly Asked[] = [];
  for (const end = Date.now() + (others ? STARTED_WITHIN : 0); ; await sleep(300)) {
    after = await askAll(scene.dial, places, scene.found);
    changed = after.filter((one) => {
      const former = before.find((known) => isSame(one, known));
      return one.served[0]?.fingerprint !== former?.served[0]?.fingerprint;
    });
    if (changed.length === 0 || Date.now() >= end) break;
  }
  scene.asked = scene.asked.map((one) => after[places.indexOf(one)] ?? one);
  const { remedy, ...details } = error.details;
  const now =
    changed.length === 0
      ? 'the former certificate is served'
      : `THE FORMER CERTIFICATE IS NOT SERVED: ${changed.map(({ question, problem }) => `${question.name ?? 'without a name'}${problem === null ? '' : ` (${problem})`}`).join(', ')}`;
  return new UserError(error.code, { ...details, remedy: `${remedy}; ${now}` });
}

/** A program may have moved in between. */
function isSame(one: Asked, other: Asked): boolean {
  return (
    one.question === other.question &&
    one.port === other.port &&
    (one.address === other.address || one.question.lineage !== undefined)
  );
}
