/** Judges the new release by real traffic: the proxy's access log, and own probes through the proxy. Pure. */
import type { WatchSettings } from '../config/runbook';

export interface Answers {
  readonly all: number;
  readonly bad: number;
}

export interface ProbeResult {
  readonly path: string;
  /** HTTP status; 0 when none came. */
  readonly status: number;
  readonly milliseconds: number;
}

export type WatchVerdict =
  | { readonly verdict: 'wait'; readonly progress: string }
  | { readonly verdict: 'good'; readonly evidence: string }
  | { readonly verdict: 'bad'; readonly why: string };

/** So many failed probes in a row, of one path, are no accident. */
const FAILED_IN_A_ROW = 3;

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
    const failed = result.status === 0 || result.status >= 500;
    this.#failures.set(result.path, failed ? (this.#failures.get(result.path) ?? 0) + 1 : 0);
  }

  judge(now: number): WatchVerdict {
    const bad = this.#worse();
    if (bad !== null) return { verdict: 'bad', why: bad };
    const seen = now - this.#begun;
    const probed = !this.#probing || this.#probes.length >= FAILED_IN_A_ROW;
    if (seen < this.#settings.duration || !probed || this.#undecided()) {
      return { verdict: 'wait', progress: `${Math.floor(seen)} of ${this.#settings.duration} s; ${this.#evidence()}` };
    }
    return { verdict: 'good', evidence: this.#evidence() };
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
    if (this.#answers !== null && this.#answers.all >= minimumSamples) {
      const before = this.#baseline !== null && this.#baseline.all > 0 ? this.#baseline.bad / this.#baseline.all : 0;
      const now = this.#answers.bad / this.#answers.all;
      if (now > before + errorRate)
        return `${percent(now)} of ${this.#answers.all} answers were 5xx, ${percent(before)} in the minute before`;
    }
    if (this.#probes.length >= minimumSamples) {
      const slow = percentile(this.#probes.map((probe) => probe.milliseconds));
      if (slow > p95)
        return `95th percentile of ${this.#probes.length} probes is ${Math.round(slow)} ms, above ${p95} ms`;
    }
    return null;
  }

  #evidence(): string {
    const log =
      this.#answers === null || this.#answers.all < this.#settings.minimumSamples
        ? `access log inconclusive (${this.#answers?.all ?? 0} answers)`
        : `${this.#answers.bad} of ${this.#answers.all} answers 5xx`;
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
