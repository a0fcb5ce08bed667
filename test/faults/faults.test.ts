/** Faults under load: the harshest once, or, with RUNBOOK_FAULTS=full, all of them at every point. */
import { appendFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from '../e2e/stage';
import { journalOf, overlaps } from './check';
import { type Fault, faultsOf, operationsIn, type ProcedureName, sampleOf, titleOf } from './matrix';
import { prepare, roundOf, runOf } from './round';
import { lineOf, type Row, totalsOf } from './table';

const full = process.env.RUNBOOK_FAULTS === 'full';
const stages: Stage[] = [];
const rows: Row[] = [];
let github: Server;

/** At once, so that a matrix that is ended early has told what it saw. */
function tell(line: string): void {
  if (process.env.RUNBOOK_FAULTS_REPORT !== undefined) appendFileSync(process.env.RUNBOOK_FAULTS_REPORT, `${line}\n`);
}

/** @param small disks that can be filled; they do not outlive a reboot */
async function open(small: boolean): Promise<Stage> {
  const stage = await Stage.open(small ? { smallDisk: 800 } : {});
  stages.push(stage);
  if (small) {
    await stage.host.root('mount -t tmpfs -o size=16m,mode=755 stack /srv/stack; chown deploy: /srv/stack');
  }
  succeeded(await stage.deploy('v1'));
  return stage;
}

beforeAll(async () => {
  github = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'completed' }));
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  github.close();
  for (const stage of stages) await stage.close();
  tell(JSON.stringify(totalsOf(rows)));
});

async function faultsFrom(stage: Stage, procedure: ProcedureName): Promise<Fault[]> {
  await prepare(stage, procedure);
  succeeded(await runOf(stage, procedure));
  const operations = operationsIn(await journalOf(stage));
  expect(operations.map(({ operation }) => operation)).toContain('commit');
  const all = faultsOf(procedure, operations);
  return full ? all : sampleOf(all, operations);
}

it('leaves nothing that one more run does not put right', { timeout: full ? 0 : 600_000 }, async () => {
  const stage = await open(false);
  const small = full ? await open(true) : stage;
  const { port } = github.address() as AddressInfo;
  for (const procedure of full ? (['deploy', 'rollback'] as const) : (['deploy'] as const)) {
    for (const fault of await faultsFrom(stage, procedure)) {
      const where = fault.kind === 'disk-full' ? small : stage;
      // Both ways of taking over, in turn; the short form takes the quick one.
      const asks = !full || rows.filter(({ takeover }) => takeover !== null).length % 2 === 1;
      const row = await roundOf(where, fault, asks ? `http://127.0.0.1:${port}` : undefined);
      rows.push(row);
      tell(lineOf(row));
      console.log(`${rows.length}: ${lineOf(row)}`);
    }
  }
  // In the full form a run may be quicker than the reference was; in the short one every fault must take place.
  const wrong = rows.filter((row) => row.findings.length > 0 || (!full && !row.happened));
  expect(wrong.map((row) => [titleOf(row.fault), ...row.findings])).toEqual([]);
});

it('two runs started at once never change anything at the same time', { timeout: 0 }, async () => {
  const stage = stages[0] ?? (await open(false));
  for (let round = 0; round < (full ? 50 : 1); round++) {
    await prepare(stage, 'deploy');
    const runs = ['11', '12'].map((run) => runOf(stage, 'deploy', { env: { GITHUB_RUN_ID: `${run}${round}` } }));
    for (const result of await Promise.all(runs)) succeeded(result);
    expect(overlaps(await journalOf(stage))).toEqual([]);
  }
});

it.runIf(full)('a paused runner changes nothing after a takeover', { timeout: 0 }, async () => {
  const stage = stages[0] ?? (await open(false));
  await prepare(stage, 'deploy');
  let pid = 0;
  let paused = false;
  const first = runOf(stage, 'deploy', {
    inputs: { 'watch-duration': '60s' },
    onStart: (started) => {
      pid = started;
    },
    onLine: (line) => {
      if (paused || !/^watch: 1 of/.test(line)) return;
      paused = true;
      process.kill(pid, 'SIGSTOP');
    },
  });
  await expect.poll(() => paused, { timeout: 60_000 }).toBe(true);
  succeeded(await runOf(stage, 'deploy', { env: { GITHUB_RUN_ID: '2' } }));
  const before = [await stage.running(), await journalOf(stage)];
  process.kill(pid, 'SIGCONT');
  expect((await first).code).not.toBe(0);
  expect([await stage.running(), await journalOf(stage)]).toEqual(before);
});
