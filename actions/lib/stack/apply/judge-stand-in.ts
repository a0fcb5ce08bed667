/** Judges a stand-in: at its own address before clients reach it, and through the ports of the host once it has them. */
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { StepEvent } from '../../steps/step';
import type { ProxyProbes } from './proxy-probes';
import type { Verdicts } from './voice';

export class StandInJudge {
  readonly #runbook: Runbook;
  readonly #proxy: ProxyProbes;
  readonly #voice: Verdicts;
  /** For services behind a stand-in: port of the host → port of the container. */
  readonly #ports = new Map<string, Map<number, number>>();

  constructor(runbook: Runbook, proxy: ProxyProbes, voice: Verdicts) {
    this.#runbook = runbook;
    this.#proxy = proxy;
    this.#voice = voice;
  }

  started({ service = '', ports = '' }: StepEvent['fields']): void {
    this.#ports.set(service, parseMapping(ports));
  }

  /** The proxy cannot be probed through its ports before it has them: it is probed at its address. */
  isProxy(service: string): boolean {
    return service === this.#runbook.proxy.service && (this.#ports.get(service)?.size ?? 0) > 0;
  }

  /** Paths that such a container is probed with; none for all others. */
  pathsAt(service: string): readonly string[] {
    return this.isProxy(service) ? this.#proxy.watched : [];
  }

  /** The worst answer of the proxy's container at this address; `null` where it cannot be probed. */
  async statusAt(service: string, address: string): Promise<number | null> {
    const port = this.#ports.get(service)?.get(this.#proxy.port);
    return port === undefined ? null : this.#proxy.worstAt(address, port);
  }

  /** Probes the diverted service the way that clients now take, before the old container stops. */
  async diverted(service: string): Promise<void> {
    const bad: string[] = [];
    if (service === this.#runbook.proxy.service) {
      for (const path of this.#proxy.watched) {
        const status = await this.#proxy.status(path);
        if (status === 0 || status >= 500)
          bad.push(`${path} ${status === 0 ? 'does not answer' : `answers ${status}`}`);
      }
    }
    if (bad.length > 0) {
      const verdict = new UserError('RB-WATCH-WORSE', {
        what: `the stand-in of ${service} cannot be reached through the ports of the host`,
        why: bad.join('; '),
        remedy: 'traffic was turned back to the old container; read the log below',
      });
      this.#voice.refuse(verdict, [service]);
    }
    this.#voice.send(`${bad.length > 0 ? 'abort' : 'go'} divert-${service}`);
  }

  /** Where one way to a published port leads, as the host has tried it. */
  way({ service = '', how = '', from = '', address = '', port = '' }: StepEvent['fields']): void {
    const who = from === 'host' ? 'the host' : 'a container of the stack';
    const what =
      how === 'taken' ? 'leads to the stand-in' : how === 'open' ? 'does not lead to the stand-in' : 'is closed now';
    this.#voice.say(`${service}: the way from ${who} to ${address} port ${port} ${what}`);
  }

  returned(service: string): void {
    this.#voice.mark(`${service} recreated`);
    this.#voice.say(`${service}: the real container gets all new connections`);
  }
}

/** `443:8443,` → 443 → 8443. */
function parseMapping(list: string): Map<number, number> {
  const pairs = list.split(',').filter((pair) => pair !== '');
  return new Map(pairs.map((pair) => pair.split(':').map(Number) as [number, number]));
}
