/** Which programs have to read a certificate again: those alone that do not serve it yet. */
import type { Runbook } from '../config/runbook';
import type { Asked } from './ask';
import type { Chain } from './certificate';
import type { Front } from './look';
import { judgeServed, partOf } from './served';

export interface Reread {
  readonly proxy: boolean;
  readonly consumers: Runbook['certificates']['consumers'];
}

interface Wanted {
  readonly lineage: string;
  /** The chain that the files will have; `null`: a new certificate, which nobody can serve yet. */
  readonly next: Chain | null;
  /** What was served before, for this lineage. */
  readonly asked: readonly Asked[];
}

export function rereadOf(
  { lineage, next, asked }: Wanted,
  proxies: readonly Front[],
  consumers: Runbook['certificates']['consumers'],
): Reread {
  const serves = ({ question, served, unseen }: Asked): boolean =>
    next !== null && !unseen && judgeServed([partOf(question.certificates, next)], served, null) === null;
  const ofProxy = asked.filter(({ question }) => question.lineage === undefined);
  const done = (service: string): boolean => {
    const own = asked.filter(
      ({ question, proxy }) => question.lineage === lineage && proxy.container.service === service,
    );
    return own.length > 0 && own.every(serves);
  };
  return {
    proxy: ofProxy.length > 0 ? !ofProxy.every(serves) : proxies.some((proxy) => mayRead(proxy, lineage)),
    consumers: consumers.filter((one) => one.lineage === lineage && !done(one.service)),
  };
}

/**
 * False only where the whole configuration is known, and names files of other lineages alone. A path elsewhere may be a
 * link to the lineage, or a copy of it.
 */
function mayRead({ nginx, broken }: Front, lineage: string): boolean {
  if (nginx === null || broken.length > 0) return true;
  return nginx.files.some((path) => {
    const own = path.includes('$') ? undefined : /\/live\/([^/]+)\//.exec(path)?.[1];
    return own === undefined || own === lineage;
  });
}
