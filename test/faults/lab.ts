/** Hosts for faults, a GitHub that says every run has ended, and the record of what was tried. */
import { appendFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stage, succeeded } from '../e2e/stage';
import { journalOf, traces } from './check';
import { prepare, runOf } from './goal';
import { Hosts } from './hosts';
import { type Fault, operationsIn, type ProcedureName, type Timed } from './matrix';
import { Round } from './round';
import { lineOf, type Outcome, type Row } from './table';

/** Milliseconds after which a round is hung: three runs, and the expiry of a lease. */
const LIMIT = 360_000;

export interface FaultLabOptions {
  /** File to which rows are appended as they come. */
  readonly report?: string | undefined;
  /** Faults that are tried at once, each on a host of its own. Default 1. */
  readonly hosts?: number | undefined;
}

export class FaultLab {
  readonly rows: Row[] = [];
  readonly #report: string | undefined;
  readonly #github: Server;
  readonly #lanes: readonly Hosts[];

  private constructor(github: Server, { report, hosts = 1 }: FaultLabOptions) {
    this.#github = github;
    this.#report = report;
    this.#lanes = Array.from({ length: hosts }, () => new Hosts());
  }

  static async open(options: FaultLabOptions = {}): Promise<FaultLab> {
    const github = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'completed' }));
    });
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
    return new FaultLab(github, options);
  }

  async close(): Promise<void> {
    this.#github.close();
    await Promise.all(this.#lanes.map((hosts) => hosts.close()));
  }

  /** Address of an API that answers as GitHub's. */
  get api(): string {
    return `http://127.0.0.1:${(this.#github.address() as AddressInfo).port}`;
  }

  stage(): Promise<Stage> {
    return this.#first.stage();
  }

  /** The operations of a run without a fault, by the host's own journal. */
  async reference(procedure: ProcedureName): Promise<Timed[]> {
    const stage = await this.stage();
    await prepare(stage, procedure);
    succeeded(await runOf(stage, procedure));
    return operationsIn(await journalOf(stage));
  }

  /** Does it with each item, at once on as many hosts as the lab has. */
  async each<T>(items: readonly T[], work: (item: T, hosts: Hosts) => Promise<void>): Promise<void> {
    const left = [...items];
    await Promise.all(
      this.#lanes.map(async (hosts) => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, hosts);
      }),
    );
  }

  /**
   * A round that throws or hangs is one with a finding; what comes next has a fresh host then.
   *
   * @param asks whether the next run may ask GitHub for the one that the fault ended
   */
  async try(fault: Fault, asks: boolean, hosts: Hosts = this.#first): Promise<Row> {
    const stage = await (fault.kind === 'disk-full' ? hosts.small() : hosts.stage());
    const round = new Round(stage, fault, asks ? this.api : undefined);
    const begun = performance.now();
    const over = new AbortController();
    const outcome = await Promise.race([round.run().catch(thrown), hung(round, over.signal)]);
    over.abort();
    const seconds = (performance.now() - begun) / 1000;
    const { RUNBOOK_FAULTS_COMMIT: commit = '', RUNBOOK_FAULTS_ENGINE: engine = '' } = process.env;
    let row: Row = { fault, token: asks, seconds, commit, engine, ...outcome };
    if (row.findings.length > 0) {
      row = { ...row, traces: `${round.shown}\n${await traces(stage)}` };
      await hosts.drop(stage);
    }
    this.rows.push(row);
    console.log(`${this.rows.length}: ${lineOf(row)}`);
    if (this.#report !== undefined) appendFileSync(this.#report, `${JSON.stringify(row)}\n`);
    return row;
  }

  get #first(): Hosts {
    return this.#lanes[0]!;
  }
}

const nothing: Outcome = { happened: false, failed: 0, converged: false, takeover: null, idle: null, findings: [] };

function thrown(error: unknown): Outcome {
  return { ...nothing, findings: [error instanceof Error ? `${error.message}\n${error.stack}` : String(error)] };
}

/** Stays pending where the round was over before. */
async function hung(round: Round, over: AbortSignal): Promise<Outcome> {
  await sleep(LIMIT, undefined, { signal: over }).catch(() => new Promise<never>(() => {}));
  const { doing } = round;
  round.end();
  return { ...nothing, findings: [`hung for ${LIMIT / 1000} s: ${doing}`] };
}
