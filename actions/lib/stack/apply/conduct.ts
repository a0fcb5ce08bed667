/**
 * The runner's side of an apply: receives the measurements of the host script, has them judged, and answers. A verdict must reach the host in time; without one the host reverses.
 */
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { Told } from '../../steps/on-host';
import type { RunningStep, StepEvent, StepObserver } from '../../steps/step';
import type { Operation } from '../plan/program';
import type { Dial } from '../probe';
import { RESCUE } from '../redirect/rescue';
import { explain } from './failures';
import { GateJudge } from './judge-gate';
import { StandInJudge } from './judge-stand-in';
import { WatchJudge } from './judge-watch';
import { MigrationTold } from './migration-told';
import type { Proof } from './proof';
import { ProxyProbes } from './proxy-probes';
import type { HealthEvidence, Verdicts } from './voice';

interface ConductorOptions {
  readonly runbook: Runbook;
  /** The release's service in front, its proxy; `null`: none. */
  readonly front: string | null;
  readonly operations: readonly Operation[];
  /** New containers that each service must get. */
  readonly expected: Readonly<Record<string, number>>;
  readonly dial: Dial;
  /** What the site must be seen to answer before the commit; `null`: anything. */
  readonly proof: Proof | null;
  readonly info: (text: string) => void;
  readonly remote: (line: string) => void;
  /** The command with which a person starts a service as it was; `null` where there was none. */
  readonly startAgain: (service: string) => string | null;
  /** Named moments for the timeline. */
  readonly mark: (text: string) => void;
  /** The host comes to another operation. */
  readonly part: (title: string) => void;
}

/** Why a caller may go on calling addresses that are gone, by the word of the host's script. */
const UNTOLD: Readonly<Record<string, string>> & { readonly single: string } = {
  single:
    'runs without a master process (-W) and could not be told the new addresses: restart it if it resolves names only when it starts',
  refused:
    'refused to reload, and may continue to call addresses that are gone: correct its configuration and reload it',
  host: 'refuses rules in its own network namespace: callers there that use the addresses of containers reached new and old containers at once',
  start: 'reads the restored files only when it starts: restart it if it has started since the files were changed',
  late: 'keeps addresses that names resolved to, and still called containers that are gone when `drain-timeout` was over: restart it, or have it resolve names again within that time',
};

export class ApplyObserver implements StepObserver {
  readonly #options: ConductorOptions;
  readonly #proxy: ProxyProbes;
  readonly #gates: GateJudge;
  readonly #standIns: StandInJudge;
  readonly #watch: WatchJudge;
  #step: RunningStep | null = null;
  #verdict: UserError | null = null;
  /** Services that the verdict is about; empty when it is about all. */
  #blamed: readonly string[] = [];
  readonly #told = new Map<string, string>();
  readonly evidence: HealthEvidence[] = [];
  /** Number of containers that ran before and were seen running again at the end of the undo; `null` if that was not checked. */
  back: number | null = null;
  /** Services whose containers the undo could not bring back. */
  readonly notBack: string[] = [];
  committed = false;
  migrated = false;
  readonly migration = new MigrationTold();

  constructor(options: ConductorOptions) {
    this.#options = options;
    const { runbook, front, expected, dial } = options;
    const voice: Verdicts = {
      say: (text, topic, key) => this.#say(text, topic, key),
      mark: (text) => options.mark(text),
      send: (word) => this.#step?.send(word),
      evidence: (found) => this.evidence.push(found),
      refuse: (verdict, services) => {
        this.#verdict = verdict;
        this.#blamed = services;
      },
    };
    this.#proxy = new ProxyProbes(runbook, dial);
    this.#standIns = new StandInJudge(runbook, this.#proxy, voice);
    this.#gates = new GateJudge({ runbook, expected, dial, standIns: this.#standIns }, voice);
    const claim = options.proof === null ? null : { proof: options.proof, dial };
    this.#watch = new WatchJudge(runbook, front, this.#proxy, voice, claim);
  }

  /** If the site is closed or opened: reads what its paths answer before, which decides what they must answer afterwards. */
  async lookBefore(): Promise<void> {
    if (this.#options.proof !== null) await this.#asked();
  }

  /** From here on verdicts are sent to this step. */
  attach(step: RunningStep): void {
    this.#step = step;
  }

  /** Why the step failed, as far as the host told, and what no longer runs. */
  error(told: Told): UserError {
    const error = this.#cause(told);
    if (this.notBack.length === 0) return error;
    const commands = this.notBack.map((service) => {
      const command = this.#options.startAgain(service);
      return command === null ? service : `${service} (\`${command}\`)`;
    });
    return new UserError(error.code, {
      ...error.details,
      what: `${error.details.what}; ${this.notBack.join(', ')} could not be brought back and does not run as before`,
      remedy: `first start again: ${commands.join(', ')}; then ${error.details.remedy}`,
    });
  }

  #cause(told: Told): UserError {
    const { kind, subject, logs } = told;
    const verdict = this.#verdict;
    if (verdict === null || told.isEnded) return explain({ kind, subject, log: logs.get(subject) ?? told.log });
    const blamed = [...logs].filter(([name]) => this.#blamed.length === 0 || this.#blamed.includes(name));
    const log = blamed.flatMap(([name, lines]) => (blamed.length > 1 ? [`${name}:`, ...lines] : lines));
    const logOf = blamed.map(([name]) => name).join(', ');
    return new UserError(verdict.code, { ...verdict.details, ...(log.length > 0 ? { log, logOf } : {}) });
  }

  onLine(line: string): void {
    this.#options.remote(line);
  }

  onEvent(event: StepEvent): void {
    const { fields } = event;
    const said = this.migration.hear(event);
    if (said !== null) this.#say(said.text, 'migration', said.key);
    switch (event.name) {
      case 'operation':
        this.#options.part(fields.name ?? '');
        return;
      case 'undoing':
        this.#options.part('undo');
        return;
      case 'gate':
        this.#openGate(fields.name ?? '');
        return;
      case 'stand-in':
        this.#standIns.started(fields);
        return;
      case 'divert':
        void this.#standIns.diverted(fields.service ?? '');
        return;
      case 'way':
        this.#standIns.way(fields);
        return;
      case 'returned':
        this.#standIns.returned(fields.service ?? '');
        return;
      case 'sample':
        this.#gates.sample(fields);
        return;
      case 'sampled':
        this.#gates.judge(fields.name ?? '');
        return;
      case 'answers':
        this.#watch.answers(fields);
        return;
      case 'cut':
        this.#watch.cut(fields.services ?? '');
        return;
      case 'watch':
        this.#watch.open();
        return;
      case 'draining':
        this.#watch.draining(Number(fields.left));
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
      case 'back':
        this.back = Number(fields.containers);
        if (this.back > 0)
          this.#say('put back: the containers that ran before run again, connected to their networks as before');
        return;
      case 'not-back':
        this.notBack.push(fields.service ?? '');
        this.#say(`${fields.service ?? ''} does not run as before`);
        return;
      case 'untold':
        this.#untold(fields.service ?? '', fields.why ?? '');
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

  #asked(): Promise<void> {
    return this.#proxy.before((broken) =>
      this.#say(`${broken.join(', ')} failed through the proxy before the cutover: not watched`),
    );
  }

  #untold(service: string, why: string): void {
    const text = UNTOLD[why] ?? UNTOLD.single;
    this.evidence.push({ service, text, ok: false });
    this.#say(`${service} ${text}`);
  }

  #openGate(name: string): void {
    const gate = this.#options.operations.find((operation) => operation.op === 'gate' && operation.name === name);
    if (gate?.op !== 'gate') return;
    if (this.#options.operations.some(({ op }) => op === 'cut' || op === 'divert')) {
      void this.#asked();
    }
    this.#gates.open(gate);
  }

  /** Logs the text unless the last text on the same topic had the same `key`. */
  #say(text: string, topic = '', key = text): void {
    if (this.#told.get(topic) === key) return;
    this.#told.set(topic, key);
    this.#options.info(text);
  }
}
