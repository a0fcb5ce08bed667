/** One fault under load, and the runs that put things right after it. */
import { uptime } from 'node:os';
import type { Stage } from '../e2e/stage';
import type { Load } from '../load/load';
import { total } from '../load/report';
import type { ActionResult } from '../run-action';
import { findings } from './check';
import { backOf, goalOf, prepare, type RunOptions, runOf, SLOW } from './goal';
import { inject } from './inject';
import type { Fault, ProcedureName } from './matrix';
import type { Outcome } from './table';

export class Round {
  readonly #stage: Stage;
  readonly #fault: Fault;
  readonly #api: string | undefined;
  readonly #shown: string[] = [];
  #doing = 'prepares';
  #lastLine = '';
  #pid = 0;
  #load: Load | null = null;

  /** @param api address of a GitHub API that knows the runs; without it the next run has no token */
  constructor(stage: Stage, fault: Fault, api?: string) {
    this.#stage = stage;
    this.#fault = fault;
    this.#api = api;
  }

  /** What goes on. */
  get doing(): string {
    return `${this.#doing}, the last line was: ${this.#lastLine}`;
  }

  /** What the runs have shown so far. */
  get shown(): string {
    return this.#shown.join('\n');
  }

  async run(): Promise<Outcome> {
    await prepare(this.#stage, this.#fault.procedure);
    this.#load = await this.#stage.load({ slow: SLOW });
    return this.#underLoad(this.#load).finally(() => this.#load?.stop());
  }

  /** Ends what a hung round has under way here. */
  end(): void {
    void this.#load?.stop().catch(() => {});
    try {
      process.kill(this.#pid, 'SIGKILL');
    } catch {}
  }

  async #underLoad(load: Load): Promise<Outcome> {
    const { procedure, kind } = this.#fault;
    const [release, former] = [await this.#stage.current(), await this.#backends()];
    const harm = await this.#harm(load);
    const isKept = kind !== 'cancel' || release !== (await this.#stage.current());
    const isBack = isKept || former.join() === (await this.#backends()).join();
    let taken: Promise<number> | undefined;
    const [next, found] = await this.#converge(procedure, '2', (line) => {
      if (/^deploy@\S+: /.test(line)) taken ??= leasedSince(this.#stage);
    });
    const converged = next.code === 0;
    if (!isBack) found.push(`the ${procedure} that was cancelled was not turned back`);
    const left = procedure === 'restart' ? (await this.#backends()).filter((id) => former.includes(id)) : [];
    if (left.length > 0) found.push(`the ${procedure} left containers as they were: ${left.join(', ')}`);
    // And in turn the other way.
    if (converged) found.push(...(await this.#converge(backOf(procedure), '3'))[1]);
    this.#doing = 'ends the load';
    const report = await load.stop();
    const phases = Object.keys(report.phases).filter((phase) => phase !== 'outage');
    const { failed } = total(report, phases);
    if (failed > 0) found.push(`${failed} requests failed\n${await this.#stage.failures(report)}`);
    const takeover = kind === 'runner-kill' && harm !== null && taken !== undefined ? (await taken) - harm : null;
    return { happened: harm !== null, failed, converged, takeover, idle: report.idle, findings: found };
  }

  async #backends(): Promise<string[]> {
    return (await this.#stage.running()).filter(({ service }) => service === 'backend').map(({ id }) => id);
  }

  /** Runs the procedure with its fault. Returns the uptime when the harm was done, or null where the run never came there. */
  async #harm(load: Load): Promise<number | null> {
    const { procedure, kind } = this.#fault;
    const outage = kind === 'docker-stop' || kind === 'reboot';
    let harmed = 0;
    const injection = await inject(
      this.#stage,
      this.#fault,
      () => this.#pid,
      () => {
        harmed = Math.floor(uptime());
        if (outage) load.phase('outage');
      },
    );
    await this.#act(procedure, 'with the fault');
    this.#doing = 'does the harm';
    const happened = await injection.done();
    this.#doing = 'mends';
    await injection.mend();
    if (outage && happened) {
      // Each worker of nginx remembers for a while by itself that it reached nobody.
      await this.#stage.serving(20);
      load.phase('after');
    }
    return happened ? harmed : null;
  }

  /** One more run, by another workflow run, and what is wrong after it. */
  async #converge(
    procedure: ProcedureName,
    id: string,
    onLine?: (line: string) => void,
  ): Promise<[ActionResult, string[]]> {
    const api = this.#api;
    const result = await this.#act(procedure, 'afterwards', {
      env: { GITHUB_RUN_ID: id, ...(api === undefined ? {} : { GITHUB_API_URL: api }) },
      inputs: api === undefined ? {} : { 'github-token': 'ghs_tokenOfTheFaults' },
      ...(onLine === undefined ? {} : { onLine }),
    });
    if (result.code !== 0) return [result, [`the ${procedure} afterwards failed\n${lastLinesOf(result)}`]];
    this.#doing = `checks after ${procedure}`;
    return [result, await findings(this.#stage, goalOf(procedure))];
  }

  async #act(procedure: ProcedureName, when: string, options: RunOptions = {}): Promise<ActionResult> {
    this.#doing = `${procedure} ${when}`;
    const result = await runOf(this.#stage, procedure, {
      ...options,
      onStart: (pid) => {
        this.#pid = pid;
      },
      onLine: (line) => {
        this.#lastLine = line;
        options.onLine?.(line);
      },
    });
    this.#shown.push(`--- ${procedure} ${when}: exit ${result.code}\n${result.stdout}${result.stderr}`);
    return result;
  }
}

/** Uptime in whole seconds when the lease was taken last; the host's is that of the machine that it is a container on. */
async function leasedSince({ host }: Stage): Promise<number> {
  return Number(await host.root("sed -n 's/^since=//p' /srv/stack/.runbook/lease"));
}

/** Of what a run said, without the lines that only group others. */
function lastLinesOf({ stdout, stderr }: ActionResult): string {
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && line !== '::endgroup::');
  return lines.slice(-20).join('\n');
}
