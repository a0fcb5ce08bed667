/** Whether users meet a certificate that is not valid, and what this run changed: one sentence or two. Pure. */
import { type Asked, judgeAsked } from '../lib/certificates/ask';
import type { Done } from './renew';

const DAY = 24 * 3600 * 1000;

/**
 * @param asked what is served now
 * @param done lineage → what became of it
 * @param now milliseconds since the epoch
 * @param touched whether anything was begun on the host, be it in vain
 */
export function verdictOf(
  asked: readonly Asked[],
  done: ReadonlyMap<string, Pick<Done, 'planned'>>,
  now: number,
  touched: boolean,
): string {
  const changed = [...done].filter(([, { planned }]) => !planned).map(([lineage]) => lineage);
  const change = changed.length > 0 ? ` New: ${changed.join(', ')}.` : touched ? '' : ' Nothing was changed.';
  return `${servedOf(asked, now)}${change}`;
}

function servedOf(asked: readonly Asked[], now: number): string {
  const wrong = asked.filter((one) => !one.unseen && judgeAsked(one, now) !== null);
  if (wrong.length > 0) return `USERS ARE AFFECTED: what ${namesOf(wrong)} is served is not valid.`;
  const unseen = asked.filter((one) => one.unseen);
  if (unseen.length > 0 || asked.length === 0)
    return `It is not known whether users are affected: ${asked.length === 0 ? 'no name was asked' : `nobody saw what ${namesOf(unseen)} is served`}.`;
  const ends = asked.flatMap(({ served: [leaf] }) => (leaf === undefined ? [] : [leaf.notAfter]));
  const days = Math.floor((Math.min(...ends) - now) / DAY);
  return `No user is affected: every name that was asked is served a valid certificate, for ${days} days at least.`;
}

/** Each once. */
function namesOf(asked: readonly Asked[]): string {
  return [...new Set(asked.map(({ question }) => question.name ?? 'a caller without a name'))].join(', ');
}
