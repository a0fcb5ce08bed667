/** Judges a gate: reads the samples of every new container, and probes its health path. */
import { type Runbook, type ServiceSettings, settingsOf } from '../../config/runbook';
import { UserError } from '../../errors';
import type { StepEvent } from '../../steps/step';
import { parsePorts } from '../observe/inventory';
import type { Operation } from '../plan/program';
import { type Dial, probe } from '../probe';
import { Gate, type Sample } from './gate';
import type { StandInJudge } from './judge-stand-in';
import { PROBE_TIMEOUT } from './proxy-probes';
import { messageOf, now, type Verdicts } from './voice';

interface GateJudgeOptions {
  readonly runbook: Runbook;
  /** New containers that each service must get. */
  readonly expected: Readonly<Record<string, number>>;
  readonly dial: Dial;
  readonly standIns: StandInJudge;
}

export class GateJudge {
  readonly #options: GateJudgeOptions;
  readonly #voice: Verdicts;
  #gates = new Map<string, Gate>();
  #services: readonly string[] = [];
  #samples = new Map<string, Sample[]>();
  readonly #probes = new Map<string, Sample['probe']>();

  constructor(options: GateJudgeOptions, voice: Verdicts) {
    this.#options = options;
    this.#voice = voice;
  }

  open({ services, stable }: Extract<Operation, { op: 'gate' }>): void {
    const { expected } = this.#options;
    this.#services = services;
    this.#gates = new Map(
      services.map((service) => [
        service,
        new Gate({ service, expected: expected[service] ?? 1, settings: this.#settings(service), stable }, now()),
      ]),
    );
  }

  sample(fields: StepEvent['fields']): void {
    const service = fields.service ?? '';
    const sample: Sample = {
      id: fields.id ?? '',
      state: fields.state ?? '',
      health: (fields.health ?? 'none') as Sample['health'],
      restarts: Number(fields.restarts),
      exitCode: Number(fields.exit),
      lastExit: /^\d+$/.test(fields.last ?? '') ? Number(fields.last) : null,
      outOfMemory: fields.memory === 'true',
      takes: Number(fields.takes ?? 0),
      addresses: (fields.addresses ?? '').split(',').filter((address) => address !== ''),
      ports: parsePorts(fields.ports ?? ''),
      called: (fields.called ?? '').split(',').filter(Boolean).map(Number),
      probe: this.#probes.get(fields.id ?? '') ?? null,
    };
    this.#samples.set(service, [...(this.#samples.get(service) ?? []), sample]);
    void this.#ask(service, sample);
  }

  /** After one sample of all containers: waits, continues or aborts. */
  judge(name: string): void {
    const samples = this.#samples;
    this.#samples = new Map();
    const verdicts = this.#services.map((service) => ({
      service,
      ...this.#gates.get(service)!.judge(samples.get(service) ?? [], now()),
    }));
    const bad = verdicts.find((verdict) => verdict.verdict === 'abort');
    if (bad?.verdict === 'abort') {
      this.#voice.refuse(new UserError(bad.code, { what: bad.what, why: bad.why, remedy: bad.remedy }), [bad.service]);
      this.#voice.send(`abort ${name}`);
      return;
    }
    const waiting = verdicts.flatMap((verdict) => (verdict.verdict === 'wait' ? [verdict.progress] : []));
    if (waiting.length > 0) {
      this.#voice.say(waiting.join('; '));
      return;
    }
    for (const verdict of verdicts) {
      if (verdict.verdict !== 'go') continue;
      this.#voice.say(`${verdict.service}: ${verdict.evidence}`);
      this.#voice.evidence({ service: verdict.service, text: verdict.evidence, ok: true });
    }
    this.#voice.send(`go ${name}`);
  }

  #settings(service: string): ServiceSettings {
    const settings = settingsOf(this.#options.runbook, service);
    const paths = this.#options.standIns.pathsAt(service);
    return paths.length > 0 ? { ...settings, healthPath: paths.join(' and ') } : settings;
  }

  /** Probes a container's health path in the background; the next round sees the answer. */
  async #ask(service: string, sample: Sample): Promise<void> {
    try {
      const status = await this.#status(service, sample);
      if (status !== null) this.#probes.set(sample.id, { status });
    } catch (error) {
      this.#probes.set(sample.id, { error: messageOf(error) });
    }
  }

  async #status(service: string, sample: Sample): Promise<number | null> {
    const { runbook, standIns, dial } = this.#options;
    const [address] = sample.addresses;
    if (address === undefined) return null;
    if (standIns.isProxy(service)) return standIns.statusAt(service, address);
    const { healthPath, healthPort } = settingsOf(runbook, service);
    // In the host's network the container's listening ports are those of the whole host.
    const port = healthPort ?? (address === '127.0.0.1' ? undefined : sample.ports[0]);
    if (healthPath === undefined || port === undefined) return null;
    return probe(dial, { address, port, path: healthPath, tls: false, hostHeader: service }, PROBE_TIMEOUT);
  }
}
