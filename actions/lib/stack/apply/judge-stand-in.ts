/** Judges a stand-in: at its own address before anybody else reaches it, and by the ports of the host once it has them. */
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { StepEvent } from '../../steps/step';
import type { ProxyProbes } from './proxy-probes';
import type { Voice } from './voice';

export class StandInJudge {
  readonly #runbook: Runbook;
  readonly #proxy: ProxyProbes;
  readonly #voice: Voice;
  /** Of services behind a stand-in: port of the host → port of the container. */
  readonly #ports = new Map<string, Map<number, number>>();

  constructor(runbook: Runbook, proxy: ProxyProbes, voice: Voice) {
    this.#runbook = runbook;
    this.#proxy = proxy;
    this.#voice = voice;
  }

  started({ service = '', ports = '' }: StepEvent['fields']): void {
    this.#ports.set(service, parseMapping(ports));
  }

  /** The proxy cannot be asked through its own ports before it has them: it is asked at its address. */
  isProxy(service: string): boolean {
    return service === this.#runbook.proxy.service && (this.#ports.get(service)?.size ?? 0) > 0;
  }

  /** Paths by which such a container is judged; none for all others. */
  pathsAt(service: string): readonly string[] {
    return this.isProxy(service) ? this.#proxy.watched : [];
  }

  /** The worst answer of the proxy's container at this address; `null` where it cannot be asked. */
  async statusAt(service: string, address: string): Promise<number | null> {
    const port = this.#ports.get(service)?.get(this.#proxy.port);
    return port === undefined ? null : this.#proxy.worstAt(address, port);
  }

  /** What was diverted is asked by the way that it takes from now on, before the old container stops. */
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
        what: `the stand-in of ${service} cannot be reached by the ports of the host`,
        why: bad.join('; '),
        remedy: 'traffic was turned back to the old container; read the log below',
      });
      this.#voice.refuse(verdict, [service]);
    }
    this.#voice.send(`${bad.length > 0 ? 'abort' : 'go'} divert-${service}`);
  }

  /** What became of one way to a published port, when the host tried it. */
  way({ service = '', how = '', from = '', address = '', port = '' }: StepEvent['fields']): void {
    const who = from === 'host' ? 'the host' : 'a container of the stack';
    const what =
      how === 'taken' ? 'leads to the stand-in' : how === 'open' ? 'passes the stand-in by' : 'is closed now';
    this.#voice.say(`${service}: the way from ${who} to ${address} port ${port} ${what}`);
  }

  returned(service: string): void {
    this.#voice.mark(`${service} made anew`);
    this.#voice.say(`${service}: the real container gets all new connections`);
  }
}

/** `443:8443,` → 443 → 8443. */
function parseMapping(list: string): Map<number, number> {
  const pairs = list.split(',').filter((pair) => pair !== '');
  return new Map(pairs.map((pair) => pair.split(':').map(Number) as [number, number]));
}
