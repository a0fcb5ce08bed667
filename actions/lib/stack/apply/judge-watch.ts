/** Judges a cutover by real traffic while old connections end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { StepEvent } from '../../steps/step';
import type { Container, Plan, Release } from '../model';
import type { Dial } from '../probe';
import { type Proof, prove } from './proof';
import type { ProxyProbes } from './proxy-probes';
import { now, type Verdicts } from './voice';
import { type Answers, Watch } from './watch';

/** Milliseconds between two rounds of probes through the proxy. */
const PROBE_INTERVAL = 250;
/** Seconds between two lines on a drain in which nothing changes. */
const DRAIN_NEWS = 5;

/** Notes of a plan for stacks where requests will tell little about the new release. */
export function blindNotes(
  changes: Plan['changes'],
  { proxy }: Pick<Runbook, 'proxy'>,
  services: Release['services'],
  containers: readonly Container[] = [],
): string[] {
  if (!changes.some(({ kind }) => kind === 'rolling' || kind === 'stand-in')) return [];
  if (proxy.service !== null && services[proxy.service] === undefined)
    return [
      `The release has no service ${proxy.service}, and proxy.service of the runbook file names no other: there is no access log to judge the new release by, and no proxy is reloaded for it. Name the proxy there; where the stack has none, write null.`,
    ];
  if (proxy.service === null)
    return ['No requests are watched (proxy.service is null): new containers are judged only by their health.'];
  const unprobed =
    proxy.probes.length > 0
      ? []
      : [
          `No path is probed through ${proxy.service} (proxy.probes is empty): the new release is judged only by its access log.`,
        ];
  return [...unprobed, ...otherProxies(proxy.service, containers)];
}

/** Other proxies that clients reach directly: what they answer tells a watch nothing. */
function otherProxies(front: string, containers: readonly Container[]): string[] {
  const doors = containers.filter(
    ({ service, state, proxy, published }) =>
      service !== front && state === 'running' && proxy !== undefined && published.length > 0,
  );
  return [...new Map(doors.map(({ service, proxy }) => [service, proxy?.program]))].map(
    ([name, program]) =>
      // Most Apaches pass nothing on: they serve files, or run PHP.
      `${name} ${program === 'apache' ? 'runs Apache and has' : 'is a proxy with'} a port of the host, too. Requests are watched only at ${front}: a service that is called only through ${name} is judged by its health alone.`,
  );
}

/** The proof that the site is closed or open, which is required before the commit. */
interface Claim {
  readonly proof: Proof;
  readonly dial: Dial;
}

export class WatchJudge {
  readonly #runbook: Runbook;
  readonly #front: string | null;
  readonly #proxy: ProxyProbes;
  readonly #voice: Verdicts;
  readonly #claim: Claim | null;
  #watch: Watch | null = null;
  #baseline: Answers | null = null;
  /** Why the site is not closed, or open, as it should be; `null`: it is; `undefined`: not seen yet. */
  #proven: string | null | undefined;
  #cutAt = 0;

  /** @param front the proxy that the stack has; `null`: none */
  constructor(runbook: Runbook, front: string | null, proxy: ProxyProbes, voice: Verdicts, claim: Claim | null = null) {
    this.#runbook = runbook;
    this.#front = front;
    this.#proxy = proxy;
    this.#voice = voice;
    this.#claim = claim;
  }

  cut(services: string): void {
    this.#cutAt = now();
    this.#voice.mark(`cut over ${services}`);
    this.#voice.say(`cut over: new connections go to the new ${services}`);
  }

  /** Counts of the proxy's access log: of the minute before, or since the cutover. */
  answers(fields: StepEvent['fields']): void {
    const { all, bad, own, steady, outside } = fields;
    const [a, b, o, s, c] = [all, bad, own, steady, outside].map(Number);
    const answers = { all: a!, bad: b!, own: o!, steady: s!, outside: c! };
    if (fields.of === 'baseline') this.#baseline = answers;
    else this.#watch?.answers(answers, now());
  }

  open(): void {
    const paths = this.#proxy.watched;
    const watch = new Watch(this.#runbook.watch, paths.length > 0, now());
    if (this.#baseline !== null) watch.baseline(this.#baseline);
    this.#watch = watch;
    void this.#prove(watch);
    void this.#probe(watch, paths);
  }

  async #prove(watch: Watch): Promise<void> {
    this.#proven = this.#claim === null ? null : undefined;
    if (this.#claim === null) return;
    const why = await prove(this.#claim.proof, this.#runbook, this.#claim.dial);
    if (this.#watch === watch) this.#proven = why;
  }

  draining(left: number): void {
    const waited = Math.floor(now() - this.#cutAt);
    const connections = left === 1 ? '1 connection' : `${left} connections`;
    if (left > 0 || this.#watch === null) {
      const news = `${left} ${Math.floor(waited / DRAIN_NEWS)}`;
      this.#voice.say(`drain: ${connections} left, ${waited} s`, 'drain', news);
    }
    this.#judge();
  }

  async #probe(watch: Watch, paths: readonly string[]): Promise<void> {
    while (this.#watch === watch) {
      for (const path of paths) {
        const begun = performance.now();
        const status = await this.#proxy.status(path);
        watch.probe({ path, status, good: this.#proxy.isGood(path, status), milliseconds: performance.now() - begun });
      }
      this.#judge();
      await sleep(PROBE_INTERVAL);
    }
  }

  #judge(): void {
    const verdict = this.#watch?.judge(now());
    if (verdict === undefined) return;
    if (this.#claim !== null && typeof this.#proven === 'string') {
      this.#refuse(this.#claim.proof, this.#proven);
      return;
    }
    if (verdict.verdict === 'good' && this.#proven === undefined) return;
    if (verdict.verdict === 'wait') {
      this.#voice.say(`watch: ${verdict.progress}`, 'watch', verdict.progress.split(';')[0]);
      return;
    }
    this.#watch = null;
    if (this.#claim !== null && verdict.verdict === 'good')
      this.#voice.evidence({
        service: this.#front ?? 'traffic',
        text: this.#claim.proof.closed ? 'answers 503 with the page' : 'answers without the page',
        ok: true,
      });
    const ok = verdict.verdict === 'good';
    const service = this.#front ?? 'traffic';
    const unseen = ok && !verdict.seen;
    this.#voice.evidence({
      service,
      text: `${unseen ? 'nothing could be judged by requests: ' : ''}${ok ? verdict.evidence : verdict.why}`,
      ok: unseen ? null : ok,
    });
    this.#voice.mark(ok ? 'traffic is good' : 'traffic is worse');
    if (!ok) {
      const worse = new UserError('RB-WATCH-WORSE', {
        what: 'the new release was worse than the old one under real traffic',
        why: verdict.why,
        remedy: `traffic was turned back to the old release; ${verdict.remedy ?? 'read the log of the new containers below'}`,
      });
      this.#voice.refuse(worse, []);
    }
    this.#voice.send(ok ? 'good watch' : 'bad watch');
  }

  #refuse({ closed }: Proof, why: string): void {
    this.#watch = null;
    this.#voice.mark('the site does not answer as it should');
    this.#voice.evidence({ service: this.#front ?? 'traffic', text: why, ok: false });
    this.#voice.refuse(unproven(closed, why), []);
    this.#voice.send('bad watch');
  }
}

/** @param closed what was to be proven */
export function unproven(closed: boolean, why: string): UserError {
  return new UserError('RB-MAINTENANCE-UNPROVEN', {
    what: closed ? 'the site should be closed, but is not' : 'the site should be open, but is not',
    why,
    remedy: `see whether \`proxy.url\` and \`proxy.host-header\` of runbook.yml lead to the site the way visitors take${closed ? '' : ', and the logs of the services that it calls'}; then run it again`,
  });
}
