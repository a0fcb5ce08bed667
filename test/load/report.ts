/** What goes into the load generator and what comes out. */

export interface LoadOptions {
  readonly address: string;
  readonly port: number;
  /** `Host` header and TLS server name. */
  readonly serverName: string;
  /** Requests per second, half of them POST. */
  readonly rate: number;
  readonly webSockets: number;
  /** Without TLS, and a connection for each request: for services that cut kept ones when they end. Default: false. */
  readonly plain?: boolean;
  /** Requests that take longer: one in so many takes so many seconds. Default: one in 100 three, one in 200 five. */
  readonly slow?: readonly SlowShare[];
}

export interface SlowShare {
  /** Of all requests, 0 to 1. */
  readonly share: number;
  readonly seconds: number;
}

/** Counted under the phase in which a request was sent; a failure under the one in which it showed. */
export interface PhaseCounts {
  requests: number;
  failed: number;
  /** GETs on a reused connection that closed before any byte of the answer; sent once more. */
  staleRetries: number;
  /** The same with POST: not sent again. */
  stalePosts: number;
  /** Answers by `x-version`. */
  versions: Record<string, number>;
}

export interface LoadReport {
  readonly phases: Readonly<Record<string, PhaseCounts>>;
  /** The first failures of each phase, for people. */
  readonly failures: readonly string[];
  /** Seconds that each WebSocket lived. */
  readonly webSockets: readonly number[];
  readonly webSocketsOpen: number;
  readonly seconds: number;
  /** Idle share of the machine's CPUs, 0 to 1. */
  readonly idle: number;
}

/** All phases, or those named, in one. */
export function total(report: LoadReport, names = Object.keys(report.phases)): PhaseCounts {
  const sum: PhaseCounts = { requests: 0, failed: 0, staleRetries: 0, stalePosts: 0, versions: {} };
  for (const name of names) {
    const counts = report.phases[name];
    if (counts === undefined) continue;
    for (const key of ['requests', 'failed', 'staleRetries', 'stalePosts'] as const) sum[key] += counts[key];
    for (const [version, count] of Object.entries(counts.versions))
      sum.versions[version] = (sum.versions[version] ?? 0) + count;
  }
  return sum;
}
