/** One fault under load, and the runs that put things right after it. */
import { type Stage, succeeded } from '../e2e/stage';
import { total } from '../load/report';
import type { ActionResult } from '../run-action';
import { findings } from './check';
import { inject } from './inject';
import type { Fault, ProcedureName } from './matrix';
import type { Row } from './table';

type Inputs = Readonly<Record<string, string>>;

const QUICK: Inputs = { 'watch-duration': '2s', 'drain-timeout': '5s' };
/** The first release; each round makes it the one before again, so it is kept. */
const FIRST = '1-v1';

interface RunOptions {
  readonly onStart?: (pid: number) => void;
  readonly onLine?: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly inputs?: Inputs;
}

export function runOf(
  stage: Stage,
  procedure: ProcedureName,
  { inputs = {}, ...options }: RunOptions = {},
): Promise<ActionResult> {
  const all = { ...QUICK, ...inputs };
  return procedure === 'deploy'
    ? stage.deploy('v2', all, options)
    : stage.rollback({ release: FIRST, ...all }, options);
}

/** The release that a procedure starts from runs. */
export async function prepare(stage: Stage, procedure: ProcedureName): Promise<void> {
  const ready = ((await stage.current()) === FIRST) === (procedure === 'deploy');
  if (!ready) succeeded(await runOf(stage, procedure === 'deploy' ? 'rollback' : 'deploy'));
}

/** @param api address of a GitHub API that knows the runs; without it the next run has no token */
export async function roundOf(stage: Stage, fault: Fault, api?: string): Promise<Row> {
  await prepare(stage, fault.procedure);
  const outage = fault.kind === 'docker-stop' || fault.kind === 'reboot';
  const load = await stage.load();
  let stopped = false;
  try {
    let pid = 0;
    let harmed = 0;
    const injection = await inject(
      stage,
      fault,
      () => pid,
      () => {
        harmed = performance.now();
        if (outage) load.phase('outage');
      },
    );
    await runOf(stage, fault.procedure, {
      onStart: (started) => {
        pid = started;
      },
    });
    const happened = await injection.done();
    await injection.mend();
    if (outage && happened) {
      await stage.serving();
      load.phase('after');
    }
    let taken = 0;
    const next = await runOf(stage, 'deploy', {
      env: { GITHUB_RUN_ID: '2', ...(api === undefined ? {} : { GITHUB_API_URL: api }) },
      inputs: api === undefined ? {} : { 'github-token': 'ghs_tokenOfTheFaults' },
      onLine: (line) => {
        if (taken === 0 && /Docker \d/.test(line)) taken = performance.now();
      },
    });
    const found = next.code === 0 ? await findings(stage, 'v2') : [`the next deploy failed\n${next.shown}`];
    if (next.code === 0) found.push(...(await backAgain(stage)));
    stopped = true;
    const report = await load.stop();
    const phases = Object.keys(report.phases).filter((phase) => phase !== 'outage');
    const { failed } = total(report, phases);
    if (failed > 0) found.push(`${failed} requests failed\n${await stage.failures(report)}`);
    const takeover = fault.kind === 'runner-kill' && happened ? (taken - harmed) / 1000 : null;
    return { fault, happened, failed, converged: next.code === 0, takeover, token: api !== undefined, findings: found };
  } finally {
    if (!stopped) await load.stop();
  }
}

/** In turn a rollback. */
async function backAgain(stage: Stage): Promise<string[]> {
  const back = await runOf(stage, 'rollback', { env: { GITHUB_RUN_ID: '3' } });
  return back.code === 0 ? findings(stage, 'v1') : [`the rollback failed\n${back.shown}`];
}
