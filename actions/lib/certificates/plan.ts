/** What a lineage needs: nothing, a reload, or an order. What is served decides, not the newest file. */
import type { Asked } from './ask';
import type { Attempt } from './attempts';
import type { Certificate, Chain } from './certificate';
import { type Due, judgeDue, type Window } from './due';
import { linkedTo } from './lineages';
import type { KnownLineage } from './look';
import { judgeSuccessor } from './served';

export interface LineagePlan {
  readonly lineage: KnownLineage;
  /** The generation to which its links must lead first; `null`: they stay. */
  readonly relink: number | null;
  /** The certificate on the disk, or the one that is linked first, is not the one that is served. */
  readonly serve: boolean;
  readonly order: boolean;
  readonly due: Due;
  /** The oldest chain that is served: a new one may not be worse. */
  readonly former: Chain;
  /** The chain on the disk before anything is changed; `null`: the links do not lead to one certificate. */
  readonly file: Chain | null;
  /** The chain on the disk after {@link relink}. */
  readonly next: Chain | null;
  /** Why neither an order nor a reload would help; `null`: nothing stands in the way. */
  readonly obstacle: {
    readonly code: 'RB-CERT-NOT-SERVED' | 'RB-CERT-INVALID' | 'RB-CERT-UNMANAGED';
    readonly what: string;
  } | null;
}

interface PlanFacts {
  /** Answers for names of this lineage that were seen. */
  readonly asked: readonly Asked[];
  /** Milliseconds since the epoch, by the host's clock. */
  readonly now: number;
  /** Milliseconds between two runs. */
  readonly every: number;
  /** What the CA suggests for the certificate that is served. */
  readonly window: Window | null;
  readonly attempts: readonly Attempt[];
}

export function planLineage(lineage: KnownLineage, { asked, now, every, window, attempts }: PlanFacts): LineagePlan {
  const { generations, chains, hashes, renewal } = lineage;
  const served = asked.map((one) => one.served).sort((a, b) => endOf(a) - endOf(b));
  const former = served[0] ?? [];
  const best = served.at(-1) ?? [];
  const linked = linkedTo(generations);
  const file = linked === null ? null : (chains.get(linked) ?? null);
  const rejected = new Set(attempts.flatMap((one) => (one.outcome === 'rejected' ? [one.file] : [])));
  const relink =
    generations.whole.findLast((number) => {
      const chain = chains.get(number);
      if (chain === undefined || number === linked || rejected.has(hashes.get(number))) return false;
      return judgeSuccessor(chain, best, now) === null && (file === null || endOf(chain) > endOf(file));
    }) ?? null;
  const next = relink === null ? file : (chains.get(relink) ?? null);
  const differs = asked.some(({ problem }) => problem !== null) || relink !== null || file === null;
  const unfit = next === null ? 'its links do not lead to a complete generation' : judgeSuccessor(next, best, now);
  const serve = differs && unfit === null;
  const due = judgeDue(leafOf(serve ? next : null) ?? leafOf(former) ?? NOTHING, now, every, serve ? null : window);
  const base = { lineage, relink: serve ? relink : null, serve, due, former, file, next };
  if (due.due && renewal === null)
    return {
      ...base,
      order: false,
      obstacle: { code: 'RB-CERT-UNMANAGED', what: `${due.why}, and the host has no renewal file of certbot for it` },
    };
  if (next === null)
    return {
      ...base,
      order: false,
      obstacle: {
        code: 'RB-CERT-INVALID',
        what: 'the links in live/ do not lead to one generation with all four parts',
      },
    };
  if (differs && !serve && !due.due)
    return {
      ...base,
      order: false,
      obstacle: {
        code: 'RB-CERT-NOT-SERVED',
        what: `the certificate in the file is not served, and must not be: ${unfit}`,
      },
    };
  return { ...base, order: due.due, obstacle: null };
}

const NOTHING: Pick<Certificate, 'notBefore' | 'notAfter' | 'fingerprint'> = {
  notBefore: 0,
  notAfter: 0,
  fingerprint: '',
};

function leafOf(chain: Chain | null): Certificate | undefined {
  return chain?.[0];
}

function endOf(chain: Chain): number {
  return chain[0]?.notAfter ?? 0;
}
