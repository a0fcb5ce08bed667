/** Hosts for faults, a GitHub that says every run has ended, and the record of what was tried. */
import { appendFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Stage, succeeded } from '../e2e/stage';
import { journalOf } from './check';
import { type Fault, operationsIn, type ProcedureName, type Timed } from './matrix';
import { prepare, roundOf, runOf } from './round';
import { lineOf, type Row } from './table';

export class FaultLab {
  readonly rows: Row[] = [];
  /** Where rows are written as they come; `null`: nowhere. */
  readonly #report: string | null;
  readonly #github: Server;
  #stage: Stage | null = null;
  #small: Stage | null = null;

  private constructor(github: Server, report: string | null) {
    this.#github = github;
    this.#report = report;
  }

  static async open(report: string | null = null): Promise<FaultLab> {
    const github = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'completed' }));
    });
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
    return new FaultLab(github, report);
  }

  async close(): Promise<void> {
    this.#github.close();
    await this.#stage?.close();
    await this.#small?.close();
  }

  /** Address of an API that answers as GitHub's. */
  get api(): string {
    return `http://127.0.0.1:${(this.#github.address() as AddressInfo).port}`;
  }

  async stage(): Promise<Stage> {
    this.#stage ??= await opened(await Stage.open());
    return this.#stage;
  }

  /** One with disks that can be filled. They do not outlive a reboot. */
  async #smallStage(): Promise<Stage> {
    if (this.#small !== null) return this.#small;
    const stage = await Stage.open({ smallDisk: 800 });
    await stage.host.root('mount -t tmpfs -o size=16m,mode=755 stack /srv/stack; chown deploy: /srv/stack');
    this.#small = await opened(stage);
    return this.#small;
  }

  /** The operations of a run without a fault, by the host's own journal. */
  async reference(procedure: ProcedureName): Promise<Timed[]> {
    const stage = await this.stage();
    await prepare(stage, procedure);
    succeeded(await runOf(stage, procedure));
    return operationsIn(await journalOf(stage));
  }

  /** @param asks whether the next run may ask GitHub for the one that the fault ended */
  async try(fault: Fault, asks: boolean): Promise<Row> {
    const stage = await (fault.kind === 'disk-full' ? this.#smallStage() : this.stage());
    const row = await roundOf(stage, fault, asks ? this.api : undefined);
    this.rows.push(row);
    console.log(`${this.rows.length}: ${lineOf(row)}`);
    if (this.#report !== null) appendFileSync(this.#report, `${JSON.stringify(row)}\n`);
    return row;
  }
}

async function opened(stage: Stage): Promise<Stage> {
  succeeded(await stage.deploy('v1'));
  return stage;
}
