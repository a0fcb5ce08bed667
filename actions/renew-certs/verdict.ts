/** Whether users meet an invalid certificate, and what this run changed: one or two sentences. Pure. */
import { type Asked, judgeAsked } from '../lib/certificates/ask';
import type { SeenOutside } from '../lib/certificates/outside';
import type { Done } from './renew';

const DAY = 24 * 3600 * 1000;

/**
 * @param asked the present answers @param done lineage → its result @param now milliseconds since the epoch @param touched whether anything was begun on the host, even without effect @param outside what clients from outside get
 */
export function verdictOf(
  asked: readonly Asked[],
  done: ReadonlyMap<string, Pick<Done, 'planned'>>,
  now: number,
  touched: boolean,
  outside: readonly SeenOutside[],
): string {
  const changed = [...done].filter(([, { planned }]) => !planned).map(([lineage]) => lineage);
  const change = changed.length > 0 ? ` New: ${changed.join(', ')}.` : touched ? '' : ' Nothing was changed.';
  return `${servedOf(asked, now, outside)}${change}`;
}

function servedOf(asked: readonly Asked[], now: number, outside: readonly SeenOutside[]): string {
  const wrong = asked.filter((one) => !one.unseen && judgeAsked(one, now) !== null);
  if (wrong.length > 0) return `USERS ARE AFFECTED: the certificate that is served for ${namesOf(wrong)} is not valid.`;
  const rejected = [...new Set(outside.filter(({ kind }) => kind === 'invalid').map(({ name }) => name))];
  if (rejected.length > 0)
    return `USERS ARE AFFECTED: the certificate that clients from outside get for ${rejected.join(', ')} is not valid, though the one of this host is.`;
  const unseen = asked.filter((one) => one.unseen);
  if (unseen.length > 0 || asked.length === 0)
    return `It is not known whether users are affected: ${asked.length === 0 ? 'no name was asked' : `the certificate that is served for ${namesOf(unseen)} could not be read`}.`;
  const ends = asked.flatMap(({ served: [leaf] }) => (leaf === undefined ? [] : [leaf.notAfter]));
  ends.push(...outside.flatMap(({ ends: end }) => end ?? []));
  const days = Math.floor((Math.min(...ends) - now) / DAY);
  return `No user is affected: every name that was asked is served a valid certificate, which lasts for at least ${days} days.`;
}

/** Each once. */
function namesOf(asked: readonly Asked[]): string {
  return [...new Set(asked.map(({ question }) => question.name ?? 'a caller without a name'))].join(', ');
}
