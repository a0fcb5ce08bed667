/**
 * The runner's side of an apply: listens to what the host script measures, judges, and answers.
 * What it decides must reach the host in time; silence makes the host reverse.
 */
import { type Runbook, type ServiceSettings, settingsOf } from '../config/runbook';
import { UserError } from '../errors';
import type { HealthEvidence } from '../procedure/report';
import type { RunningStep, StepEvent, StepObserver } from '../steps/step';
import { explain, type Failure, isEnding } from './failures';
import { Gate, type Sample } from './gate';
import { parsePorts } from './inventory';
import { type Dial, probe } from './probe';
import type { Operation } from './program';
import { PROBE_TIMEOUT, ProxyProbes } from './proxy-probes';
import { RESCUE } from './redirect/rescue';
import { Watch } from './watch';

export interface ConductorOptions {
  readonly runbook: Runbook;
  readonly operations: readonly Operation[];
  /** New containers that each service must get. */
  readonly expected: Readonly<Record<string, number>>;
  readonly dial: Dial;
  readonly info: (text: string) => void;
  readonly remote: (line: string) => void;
  /** Named moments for the timeline. */
  readonly mark: (text: string) => void;
}

/** Milliseconds between two rounds of probes through the proxy. */
const PROBE_INTERVAL = 250;
/** Seconds between two lines on a drain in which nothing changes. */
const DRAIN_NEWS = 5;

export class Conductor implements StepObserver {
  readonly #options: ConductorOptions;
  #step: RunningStep | null = null;
  #gates = new Map<string, Gate>();
  #gateServices: readonly string[] = [];
  #samples = new Map<string, Sample[]>();
  #probes = new Map<string, Sample['probe']>();
  /** Of services behind a stand-in: port of the host → port of the container. */
  readonly #direct = new Map<string, Map<number, number>>();
  #watch: Watch | null = null;
  readonly #proxy: ProxyProbes;
  #baseline: { all: number; bad: number } | null = null;
  #logs = new Map<string, string[]>();
  #failure: { kind: string; subject: string } | null = null;
  #verdict: UserError | null = null;
  /** Services that the verdict is about; empty when it is about all. */
  #blamed: readonly string[] = [];
  readonly #told = new Map<string, string>();
  #cutAt = 0;
  readonly evidence: HealthEvidence[] = [];
  committed = false;
  migrated = false;

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#proxy = new ProxyProbes(options.runbook, options.dial);
  }

  /** Who was told to end fails in other ways on its way out. */
  #fail(failure: { kind: string; subject: string }): void {
    if (isEnding(failure.kind)) this.#failure = failure;
    else this.#failure ??= failure;
  }

  /** From here on verdicts are sent to this step. */
  attach(step: RunningStep): void {
    this.#step = step;
  }

  /** Why the step failed, as far as was told. */
  error(): UserError {
    const verdict = this.#verdict;
    if (verdict === null || isEnding(this.#failure?.kind ?? '')) return explain(this.#toldFailure());
    const told = [...this.#logs].filter(([name]) => this.#blamed.length === 0 || this.#blamed.includes(name));
    const log = told.flatMap(([name, lines]) => (told.length > 1 ? [`${name}:`, ...lines] : lines));
    const logOf = told.map(([name]) => name).join(', ');
    return new UserError(verdict.code, { ...verdict.details, ...(log.length > 0 ? { log, logOf } : {}) });
  }

  #toldFailure(): Failure {
    const { kind, subject } = this.#failure ?? { kind: '', subject: '' };
    const log = this.#logs.get(subject) ?? [...this.#logs.values()].flat();
    return { kind, subject, log };
  }

  onLine(line: string): void {
    this.#options.remote(line);
  }

  onEvent(event: StepEvent): void {
    const { fields } = event;
    switch (event.name) {
      case 'gate':
        this.#openGate(fields.name ?? '');
        return;
      case 'stand-in':
        this.#direct.set(fields.service ?? '', parseMapping(fields.ports ?? ''));
        return;
      case 'divert':
        void this.#judgeDivert(fields.service ?? '');
        return;
      case 'returned':
        this.#options.mark(`${fields.service ?? ''} made anew`);
        this.#say(`${fields.service ?? ''}: the real container gets all new connections`);
        return;
      case 'sample':
        this.#sample(fields);
        return;
      case 'sampled':
        this.#judgeGate(fields.name ?? '');
        return;
      case 'answers':
        this.#answers(fields);
        return;
      case 'cut':
        this.#cutAt = now();
        this.#options.mark(`cut over ${fields.services ?? ''}`);
        this.#say(`cut over: new connections go to the new ${fields.services ?? ''}`);
        return;
      case 'watch':
        this.#openWatch();
        return;
      case 'draining':
        this.#draining(Number(fields.left));
        return;
      case 'log':
        this.#logOf(fields.of ?? '').push(fields.line ?? '');
        return;
      case 'failed':
        this.#fail({ kind: fields.kind ?? '', subject: fields.service ?? '' });
        return;
      case 'lease-lost':
        this.#fail({ kind: 'lease-lost', subject: '' });
        return;
      case 'migrated':
        this.migrated = true;
        this.#options.mark('migrated');
        return;
      case 'committed':
        this.committed = true;
        this.#options.mark('committed');
        this.#say(`committed: ${fields.release ?? ''} is the current release`);
        return;
      case 'undo-failed':
        this.#say(
          `could not be put back: ${fields.command ?? ''}; the next run recovers, .runbook/${RESCUE} removes rules`,
        );
        return;
      case 'turned-back':
        this.#options.mark('turned back');
        this.#say('turned back: the old containers get all new connections again');
        return;
      case 'freed':
        this.#say(
          `disk: ${Math.round(Number(fields.bytes) / 1048576)} MiB freed by removing images of former releases`,
        );
        return;
    }
  }

  #openGate(name: string): void {
    const gate = this.#options.operations.find((operation) => operation.op === 'gate' && operation.name === name);
    if (gate?.op !== 'gate') return;
    if (this.#options.operations.some(({ op }) => op === 'cut' || op === 'divert')) {
      void this.#proxy.before((broken) =>
        this.#say(`${broken.join(', ')} failed through the proxy before the cutover: not watched`),
      );
    }
    const { expected } = this.#options;
    this.#gateServices = gate.services;
    this.#gates = new Map(
      gate.services.map((service) => [
        service,
        new Gate(
          { service, expected: expected[service] ?? 1, settings: this.#settings(service), stable: gate.stable },
          now(),
        ),
      ]),
    );
  }

  #sample(fields: StepEvent['fields']): void {
    const service = fields.service ?? '';
    const sample: Sample = {
      id: fields.id ?? '',
      state: fields.state ?? '',
      health: (fields.health ?? 'none') as Sample['health'],
      restarts: Number(fields.restarts),
      exitCode: Number(fields.exit),
      addresses: (fields.addresses ?? '').split(',').filter((address) => address !== ''),
      ports: parsePorts(fields.ports ?? ''),
      probe: this.#probes.get(fields.id ?? '') ?? null,
    };
    this.#samples.set(service, [...(this.#samples.get(service) ?? []), sample]);
    this.#ask(service, sample);
  }

  /** Probes a container's health path in the background; the next look sees the answer. */
  #ask(service: string, sample: Sample): void {
    if (this.#isDirect(service)) {
      void this.#askDirect(service, sample);
      return;
    }
    const { healthPath, healthPort } = settingsOf(this.#options.runbook, service);
    const address = sample.addresses[0];
    const port = healthPort ?? sample.ports[0];
    if (healthPath === undefined || address === undefined || port === undefined) return;
    const target = { address, port, path: healthPath, tls: false, hostHeader: service };
    probe(this.#options.dial, target, PROBE_TIMEOUT).then(
      (status) => this.#probes.set(sample.id, { status }),
      (error: unknown) =>
        this.#probes.set(sample.id, { error: error instanceof Error ? error.message : String(error) }),
    );
  }

  /** The proxy cannot be asked through its own ports before it has them: it is asked at its address. */
  #isDirect(service: string): boolean {
    return service === this.#options.runbook.proxy.service && (this.#direct.get(service)?.size ?? 0) > 0;
  }

  #settings(service: string): ServiceSettings {
    const settings = settingsOf(this.#options.runbook, service);
    const paths = this.#isDirect(service) ? this.#proxy.watched : [];
    return paths.length > 0 ? { ...settings, healthPath: paths.join(' and ') } : settings;
  }

  async #askDirect(service: string, sample: Sample): Promise<void> {
    const port = this.#direct.get(service)?.get(this.#proxy.port);
    const [address] = sample.addresses;
    if (address === undefined || port === undefined) return;
    try {
      this.#probes.set(sample.id, { status: await this.#proxy.worstAt(address, port) });
    } catch (error) {
      this.#probes.set(sample.id, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** What was diverted is asked by the way that it takes from now on, before the old container stops. */
  async #judgeDivert(service: string): Promise<void> {
    const bad: string[] = [];
    if (service === this.#options.runbook.proxy.service) {
      for (const path of this.#proxy.watched) {
        const status = await this.#proxy.status(path);
        if (status === 0 || status >= 500)
          bad.push(`${path} ${status === 0 ? 'does not answer' : `answers ${status}`}`);
      }
    }
    if (bad.length > 0) {
      this.#blamed = [service];
      this.#verdict = new UserError('RB-WATCH-WORSE', {
        what: `the stand-in of ${service} cannot be reached by the ports of the host`,
        why: bad.join('; '),
        remedy: 'traffic was turned back to the old container; read the log below',
      });
    }
    this.#step?.send(`${bad.length > 0 ? 'abort' : 'go'} divert-${service}`);
  }

  #judgeGate(name: string): void {
    const samples = this.#samples;
    this.#samples = new Map();
    const verdicts = this.#gateServices.map((service) => ({
      service,
      ...this.#gates.get(service)!.judge(samples.get(service) ?? [], now()),
    }));
    const bad = verdicts.find((verdict) => verdict.verdict === 'abort');
    if (bad?.verdict === 'abort') {
      this.#blamed = [bad.service];
      this.#verdict = new UserError(bad.code, {
        what: bad.what,
        why: bad.why,
        remedy: 'read its log below, correct the image or its settings, and deploy again; the release before serves on',
      });
      this.#step?.send(`abort ${name}`);
      return;
    }
    const waiting = verdicts.flatMap((verdict) => (verdict.verdict === 'wait' ? [verdict.progress] : []));
    if (waiting.length > 0) {
      this.#say(waiting.join('; '));
      return;
    }
    for (const verdict of verdicts) {
      if (verdict.verdict !== 'go') continue;
      this.#say(`${verdict.service}: ${verdict.evidence}`);
      this.evidence.push({ service: verdict.service, text: verdict.evidence, ok: true });
    }
    this.#step?.send(`go ${name}`);
  }

  #answers(fields: StepEvent['fields']): void {
    const answers = { all: Number(fields.all), bad: Number(fields.bad) };
    if (fields.of === 'baseline') this.#baseline = answers;
    else this.#watch?.answers(answers);
  }

  #openWatch(): void {
    const { runbook } = this.#options;
    const paths = this.#proxy.watched;
    const watch = new Watch(runbook.watch, paths.length > 0, now());
    if (this.#baseline !== null) watch.baseline(this.#baseline);
    this.#watch = watch;
    void this.#probeProxy(watch, paths);
  }

  async #probeProxy(watch: Watch, paths: readonly string[]): Promise<void> {
    while (this.#watch === watch) {
      for (const path of paths) {
        const begun = performance.now();
        const status = await this.#proxy.status(path);
        watch.probe({ path, status, milliseconds: performance.now() - begun });
      }
      this.#judgeWatch();
      await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL));
    }
  }

  #draining(left: number): void {
    const waited = Math.floor(now() - this.#cutAt);
    const connections = left === 1 ? '1 connection' : `${left} connections`;
    if (left > 0 || this.#watch === null)
      this.#say(`drain: ${connections} left, ${waited} s`, 'drain', `${left} ${Math.floor(waited / DRAIN_NEWS)}`);
    this.#judgeWatch();
  }

  #judgeWatch(): void {
    const verdict = this.#watch?.judge(now());
    if (verdict === undefined) return;
    if (verdict.verdict === 'wait') {
      this.#say(`watch: ${verdict.progress}`, 'watch', verdict.progress.split(';')[0]);
      return;
    }
    this.#watch = null;
    const ok = verdict.verdict === 'good';
    this.evidence.push({
      service: this.#options.runbook.proxy.service ?? 'traffic',
      text: ok ? verdict.evidence : verdict.why,
      ok,
    });
    this.#options.mark(ok ? 'traffic is good' : 'traffic is worse');
    if (!ok) {
      this.#verdict = new UserError('RB-WATCH-WORSE', {
        what: 'the new release was worse than the old one with real traffic',
        why: verdict.why,
        remedy: 'traffic was turned back to the old release; read the log of the new containers below',
      });
    }
    this.#step?.send(ok ? 'good watch' : 'bad watch');
  }

  #logOf(name: string): string[] {
    const found = this.#logs.get(name) ?? [];
    this.#logs.set(name, found);
    return found;
  }

  /** Tells news: what has another `key` than what was told last on the same topic. */
  #say(text: string, topic = '', key = text): void {
    if (this.#told.get(topic) === key) return;
    this.#told.set(topic, key);
    this.#options.info(text);
  }
}

function now(): number {
  return performance.now() / 1000;
}

/** `443:8443,` → 443 → 8443. */
function parseMapping(list: string): Map<number, number> {
  const pairs = list.split(',').filter((pair) => pair !== '');
  return new Map(pairs.map((pair) => pair.split(':').map(Number) as [number, number]));
}
