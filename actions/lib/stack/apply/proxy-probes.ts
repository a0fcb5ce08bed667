/**
 * The action's own requests to the proxy: through the host's ports like every client's, or at a container's address.
 */
import type { Runbook } from '../../config/runbook';
import { type Dial, probe } from '../probe';

/** Milliseconds for one HTTP probe. */
export const PROBE_TIMEOUT = 3000;

export class ProxyProbes {
  readonly #runbook: Runbook;
  readonly #dial: Dial;
  readonly #brokenBefore = new Set<string>();
  /** The status of each path before the cutover. */
  readonly #answered = new Map<string, number>();
  #before: Promise<void> | null = null;

  constructor(runbook: Runbook, dial: Dial) {
    this.#runbook = runbook;
    this.#dial = dial;
  }

  /**
   * Paths that fail before the cutover say nothing about the new release. Probed once; `tell` gets the failing paths.
   */
  before(tell: (paths: readonly string[]) => void): Promise<void> {
    this.#before ??= this.#findBroken().then(() => {
      if (this.#brokenBefore.size > 0) tell([...this.#brokenBefore]);
    });
    return this.#before;
  }

  /** Paths that worked before. */
  get watched(): readonly string[] {
    const { proxy } = this.#runbook;
    return proxy.service === null ? [] : proxy.probes.filter((path) => !this.#brokenBefore.has(path));
  }

  /** Whether an answer is as good as the one before: a path that answered 200 must not be forbidden or gone now. */
  isGood(path: string, status: number): boolean {
    if (status === 0 || status >= 500) return false;
    // A client that asks often may be told to wait.
    return status < 400 || status === 429 || (this.#answered.get(path) ?? 400) >= 400;
  }

  /** Port of the host on which the proxy is asked. */
  get port(): number {
    return this.#place().port;
  }

  /** The status of one GET through the proxy; 0: there was no answer. */
  status(path: string): Promise<number> {
    return probe(this.#dial, { ...this.#place(), path }, PROBE_TIMEOUT).catch(() => 0);
  }

  /**
   * The worst answer of a container of the proxy that clients do not reach yet. Rejects when an answer does not come.
   */
  async worstAt(address: string, port: number): Promise<number> {
    await this.#before;
    let worst = 0;
    for (const path of this.watched)
      worst = Math.max(worst, await probe(this.#dial, { ...this.#place(), address, port, path }, PROBE_TIMEOUT));
    return worst;
  }

  async #findBroken(): Promise<void> {
    for (const path of this.watched) {
      const status = await this.status(path);
      this.#answered.set(path, status);
      if (status === 0 || status >= 500) this.#brokenBefore.add(path);
    }
  }

  /** Address, port and host name of the proxy, as seen from the host. */
  #place() {
    const { proxy } = this.#runbook;
    const url = new URL(proxy.url);
    const tls = url.protocol === 'https:';
    return {
      address: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (tls ? 443 : 80),
      tls,
      hostHeader: proxy.hostHeader ?? url.host,
    };
  }
}
