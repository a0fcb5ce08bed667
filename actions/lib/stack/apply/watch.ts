/** Judges the new release by real traffic: the proxy's access log, and own probes through the proxy. Pure. */
import type { WatchSettings } from '../../config/runbook';

export interface Answers {
  /** Answers to clients; those to our own probes are included where the log does not tell them apart. */
  readonly all: number;
  readonly bad: number;
  /** Answers to our own probes, which the log names. */
  readonly own: number;
  /** Of the minute before: the fewest in 5 s. Of now: 0 where another container with another log answers some clients. */
  readonly steady: number;
  /** Answers to clients that are not containers of the stack. */
  readonly outside: number;
}

/** The counts at one moment. */
interface Look {
  /** Seconds. */
  readonly at: number;
  readonly outside: number;
  /** Our own probes: those in the log, and those that were answered. */
  readonly own: number;
  readonly probed: number;
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
  /** `seen`: requests were probed or counted. */
  | { readonly verdict: 'good'; readonly evidence: string; readonly seen: boolean }
  | { readonly verdict: 'bad'; readonly why: string; readonly remedy?: string };

/** So many failed probes of one path in a row are not an accident. */
const FAILED_IN_A_ROW = 3;
/** Seconds in which traffic of the minute before was counted. */
const WINDOW = 5;
/** Number of answers to be expected before their absence means something. */
const MISSED = 10;
/** Number of answers to be expected before their absence fails the new release: a single client that left would not have asked so often. */
const LOST = 20;

export class Watch {
  readonly #settings: WatchSettings;
  readonly #probing: boolean;
  readonly #begun: number;
  readonly #probes: ProbeResult[] = [];
  readonly #failures = new Map<string, number>();
  #baseline: Answers | null = null;
  #answers: Answers | null = null;
  /** The counts when clients were answered last. */
  #served: Look;
  #last: Look;

  /** `probing`: whether there are own probes at all. `now`: seconds. */
  constructor(settings: WatchSettings, probing: boolean, now: number) {
    this.#settings = settings;
    this.#probing = probing;
    this.#begun = now;
    this.#served = { at: now, outside: 0, own: 0, probed: 0 };
    this.#last = this.#served;
  }

  baseline(answers: Answers): void {
    this.#baseline = answers;
  }

  /** `now`: seconds. */
  answers(answers: Answers, now: number): void {
    this.#answers = answers;
    const probed = this.#probes.filter(({ status }) => status > 0).length;
    this.#last = { at: now, outside: answers.outside, own: answers.own, probed };
    // Requests under way at the cutover end after it.
    if (answers.outside > this.#served.outside) this.#served = this.#last;
  }

  probe(result: ProbeResult): void {
    this.#probes.push(result);
    this.#failures.set(result.path, !result.good ? (this.#failures.get(result.path) ?? 0) + 1 : 0);
  }

  judge(now: number): WatchVerdict {
    const seen = now - this.#begun;
    const bad = this.#worse();
    if (bad !== null) return { verdict: 'bad', why: bad };
    const { silent, own, isTold } = this.#silence();
    if (isTold && own >= FAILED_IN_A_ROW && silent >= this.#window)
      return {
        verdict: 'bad',
        why: `clients got no more answers: 0 in ${Math.floor(silent)} s, never fewer than ${this.#steady} in ${WINDOW} s of the minute before; the access log has ${own} probes of ours since`,
        remedy: `see whether requests hang in the new containers, or a firewall rule keeps clients from them; their log is below`,
      };
    const probed = !this.#probing || this.#probes.length >= FAILED_IN_A_ROW;
    // Clients that were there a moment ago may be about to ask again, or be gone.
    const doubtful = isTold && silent >= this.#window / 2 && seen < this.#settings.duration + 2 * WINDOW;
    if (seen < this.#settings.duration || !probed || doubtful || this.#undecided()) {
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

  /** Seconds without an answer to a client that are significant. */
  get #window(): number {
    return Math.min(WINDOW, this.#settings.duration);
  }

  /** The fewest answers in 5 s of the minute before. */
  get #steady(): number {
    return this.#baseline?.steady ?? 0;
  }

  /** How long ago clients were answered last, and whether that is significant. The log must be seen to be written. */
  #silence() {
    const silent = this.#last.at - this.#served.at;
    const own = this.#last.own - this.#served.own;
    const isLogged = own > 0 && own * 2 >= this.#last.probed - this.#served.probed;
    const isMissed = (this.#steady * this.#window) / WINDOW >= LOST;
    return { silent, own, isTold: isLogged && isMissed && this.#answers?.steady !== 0 };
  }

  /** Steady traffic of the minute before that the log no longer shows, for an unknown reason. */
  #vanished(seen: number): string | null {
    if (this.#answers === null || this.#answers.steady === 0 || this.#ofClients().all > 0) return null;
    if (seen < this.#window || (this.#steady * seen) / WINDOW < MISSED) return null;
    const why =
      this.#answers.own > 0
        ? 'too few to say that they cannot'
        : 'the log names no probe of ours either, so that it does not tell whether they can';
    return `no answer to a client in ${Math.floor(seen)} s, and never fewer than ${this.#steady} in ${WINDOW} s in the minute before: ${why}`;
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
