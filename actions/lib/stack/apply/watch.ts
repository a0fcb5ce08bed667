/** Judges the new release by real traffic: the proxy's access log, and own probes through the proxy. Pure. */
import type { WatchSettings } from '../../config/runbook';

export interface Answers {
  /** To clients; those to probes of ours are among them where the log does not say whose they are. */
  readonly all: number;
  readonly bad: number;
  /** To probes of ours, which the log names. */
  readonly own: number;
  /** Of the minute before: the fewest in 5 s. Of now: 0 where some clients are answered by another whose log this is not. */
  readonly steady: number;
}

interface ProbeResult {
  readonly path: string;
  /** HTTP status; 0 when none came. */
  readonly status: number;
  /** As good as before. */
  readonly good: boolean;
  readonly milliseconds: number;
}

type WatchVerdict =
  | { readonly verdict: 'wait'; readonly progress: string }
  /** `seen`: something was asked or counted. */
  | { readonly verdict: 'good'; readonly evidence: string; readonly seen: boolean }
  | { readonly verdict: 'bad'; readonly why: string };

/** So many failed probes in a row, of one path, are no accident. */
const FAILED_IN_A_ROW = 3;
/** Seconds in which traffic of the minute before was counted. */
const WINDOW = 5;
/** Answers that must have been expected before none means something. */
const MISSED = 10;

export class Watch {
  readonly #settings: WatchSettings;
  readonly #probing: boolean;
  readonly #begun: number;
  readonly #probes: ProbeResult[] = [];
  readonly #failures = new Map<string, number>();
  #baseline: Answers | null = null;
  #answers: Answers | null = null;

  /** `probing`: whether there are own probes at all. `now`: seconds. */
  constructor(settings: WatchSettings, probing: boolean, now: number) {
    this.#settings = settings;
    this.#probing = probing;
    this.#begun = now;
  }

  baseline(answers: Answers): void {
    this.#baseline = answers;
  }

  answers(answers: Answers): void {
    this.#answers = answers;
  }

  probe(result: ProbeResult): void {
    this.#probes.push(result);
    this.#failures.set(result.path, !result.good ? (this.#failures.get(result.path) ?? 0) + 1 : 0);
  }

  judge(now: number): WatchVerdict {
    const seen = now - this.#begun;
    const bad = this.#worse();
    if (bad !== null) return { verdict: 'bad', why: bad };
    const probed = !this.#probing || this.#probes.length >= FAILED_IN_A_ROW;
    if (seen < this.#settings.duration || !probed || this.#undecided()) {
      return { verdict: 'wait', progress: `${Math.floor(seen)} of ${this.#settings.duration} s; ${this.#evidence()}` };
    }
    const vanished = this.#vanished(seen);
    if (vanished !== null) return { verdict: 'good', evidence: `${vanished}; ${this.#evidence()}`, seen: false };
    return { verdict: 'good', evidence: this.#evidence(), seen: this.#probes.length > 0 || this.#isCounted() };
  }

  /** The last probe of some path failed, but not often enough to say. */
  #undecided(): boolean {
    return [...this.#failures.values()].some((count) => count > 0);
  }

  #worse(): string | null {
    for (const [path, count] of this.#failures) {
      const last = this.#probes.findLast((probe) => probe.path === path);
      if (count >= FAILED_IN_A_ROW)
        return `${path} through the proxy: ${last?.status ? `answered ${last.status}` : 'no answer'}, ${count} times in a row`;
    }
    const { minimumSamples, errorRate, p95 } = this.#settings;
    const { all, bad } = this.#ofClients();
    if (all >= minimumSamples) {
      const before = this.#baseline !== null && this.#baseline.all > 0 ? this.#baseline.bad / this.#baseline.all : 0;
      const now = bad / all;
      if (now > before + errorRate)
        return `${percent(now)} of ${all} answers were 5xx, ${percent(before)} in the minute before`;
    }
    if (this.#probes.length >= minimumSamples) {
      const slow = percentile(this.#probes.map((probe) => probe.milliseconds));
      if (slow > p95)
        return `95th percentile of ${this.#probes.length} probes is ${Math.round(slow)} ms, above ${p95} ms`;
    }
    return null;
  }

  /** Steady traffic of the minute before that does not come any more: requests hang, or clients do not get there. */
  #vanished(seen: number): string | null {
    if (this.#answers === null || this.#answers.steady === 0 || this.#ofClients().all > 0) return null;
    const steady = this.#baseline?.steady ?? 0;
    if (seen < Math.min(WINDOW, this.#settings.duration) || (steady * seen) / WINDOW < MISSED) return null;
    return `no answer to a client in ${Math.floor(seen)} s, and never fewer than ${steady} in ${WINDOW} s in the minute before`;
  }

  /** Answers since the cutover without those to probes of ours. */
  #ofClients(): { readonly all: number; readonly bad: number } {
    if (this.#answers === null) return { all: 0, bad: 0 };
    const { all, bad, own } = this.#answers;
    if (own > 0) return { all, bad };
    const probed = this.#probes.filter(({ status }) => status > 0);
    const failed = probed.filter(({ status }) => status >= 500);
    return { all: Math.max(0, all - probed.length), bad: Math.max(0, bad - failed.length) };
  }

  #isCounted(): boolean {
    return this.#ofClients().all >= this.#settings.minimumSamples;
  }

  #evidence(): string {
    const { all, bad } = this.#ofClients();
    const log = this.#isCounted()
      ? `${bad} of ${all} answers 5xx`
      : `access log inconclusive (${all} ${all === 1 ? 'answer' : 'answers'} to clients)`;
    const probes = this.#probing
      ? `${this.#probes.length} probes through the proxy, p95 ${Math.round(percentile(this.#probes.map((p) => p.milliseconds)))} ms`
      : 'no probes';
    return `${log}; ${probes}`;
  }
}

function percentile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
