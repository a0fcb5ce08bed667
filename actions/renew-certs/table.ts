/** What a summary shows of certificates: what is served, when it is renewed next, and what the CA still allows. */
import { judgeAsked } from '../lib/certificates/ask';
import type { Attempt } from '../lib/certificates/attempts';
import { leftOf } from '../lib/certificates/certificate';
import { judgeDue } from '../lib/certificates/due';
import { leftOfLimits } from '../lib/certificates/limits';
import type { Block, Line } from '../lib/procedure/blocks';
import { renewedHere } from './judge';
import type { Renewal } from './renew';
import type { Scene } from './scene';

const DAY = 24 * 3600 * 1000;

export function blocksOf(scene: Scene, renewal: Renewal): readonly Block[] {
  const now = scene.now();
  const rows = scene.asked.map((one): readonly Line[] => {
    const [leaf] = one.served;
    const wrong = one.problem ?? judgeAsked(one, now);
    const own = one.lineage === null ? undefined : renewal.done.get(one.lineage);
    const from = one.lineage ?? (one.question.ordersItself ? '' : one.question.certificates.join(', '));
    return [
      { code: `${one.question.name ?? '(no name)'}:${one.question.port}` },
      from === '' ? '' : { code: from },
      leaf?.issuer ?? '',
      leaf === undefined ? '' : leftOf(leaf, now),
      nextOf(scene, renewal, one),
      `${wrong === null ? '✅' : '❌'} ${wrong ?? own?.text ?? 'served as in its file'}`,
    ];
  });
  const once = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  if (once.length === 0) return [];
  return [
    { kind: 'heading', text: 'Certificates as they are served' },
    { kind: 'table', head: ['name', 'lineage', 'issued by', 'left', 'next renewal', 'state'], rows: once },
    ...limitsOf(scene, renewal),
  ];
}

/** When this action renews what is served; empty for what it does not renew. */
function nextOf(scene: Scene, { done, windows }: Renewal, { served: [leaf], lineage }: Scene['asked'][number]): string {
  if (leaf === undefined || lineage === null || !renewedHere(scene.found, lineage)) return '';
  // What the CA suggested was for the certificate before.
  const window = done.get(lineage)?.planned === false ? null : (windows.get(lineage) ?? null);
  const { due, at } = judgeDue(leaf, scene.now(), scene.every, window);
  return due ? 'due' : `from ${new Date(at).toISOString().slice(0, 16)}Z`;
}

/** Nothing where a CA is asked whose limits are not known. */
function limitsOf(scene: Scene, renewal: Renewal): Block[] {
  const now = scene.now() / 1000;
  const wanted = wantedIn(scene);
  // The record was read before the orders of this run.
  const attempts = [...scene.found.attempts, ...wanted.flatMap((one) => ofThisRun(one, renewal, now))];
  const items = wanted.flatMap(({ lineage, ...one }): Line[] => {
    const left = leftOfLimits(attempts, one, now);
    if (left.length === 0) return [];
    return [[{ code: lineage }, `: ${left.map((limit) => `${limit.left} of ${limit.most} ${limit.of}`).join(', ')}`]];
  });
  if (items.length === 0) return [];
  const lead =
    "What Let's Encrypt still allows, by the record of this host (renewals at the time that it suggests do not count):";
  return [{ kind: 'list', lead, items }];
}

type Wanted = Pick<Attempt, 'lineage' | 'server' | 'names'>;

/** What certbot renews, and what was ordered now. */
function wantedIn({ found, run }: Scene): Wanted[] {
  const { wish } = run.inputs;
  const renewed = found.lineages.flatMap(({ name, renewal, chains }): Wanted[] => {
    const names = [...chains].at(-1)?.[1][0]?.names ?? [];
    return renewal === null || name === wish?.lineage ? [] : [{ lineage: name, server: renewal.server, names }];
  });
  return wish === null ? renewed : [...renewed, { lineage: wish.lineage, server: wish.server, names: wish.names }];
}

function ofThisRun(wanted: Wanted, { done, problems }: Renewal, at: number): Attempt[] {
  const own = done.get(wanted.lineage);
  if (own?.ordered === true && !own.planned) return [{ ...wanted, at, outcome: 'issued' }];
  const refused = problems.some(
    ({ code, details }) => code === 'RB-CERT-REFUSED' && details.what.startsWith(`${wanted.lineage}: `),
  );
  return refused ? [{ ...wanted, at, outcome: 'failed' }] : [];
}

/** Days until the first of what is served expires. */
export function soonest(scene: Scene): number | null {
  const ends = scene.asked.flatMap(({ served: [leaf] }) => (leaf === undefined ? [] : [leaf.notAfter]));
  return ends.length === 0 ? null : (Math.min(...ends) - scene.now()) / DAY;
}
