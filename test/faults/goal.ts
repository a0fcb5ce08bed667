/** The two releases between which a procedure goes, and the runs that lead there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stage, succeeded } from '../e2e/stage';
import type { ActionResult } from '../run-action';
import type { ProcedureName } from './matrix';

type Inputs = Readonly<Record<string, string>>;

/** What a release is made of, by the images' tags. */
export interface Goal {
  /** Of backend and worker. */
  readonly version: string;
  readonly nginx: string;
}

/** The first release; each round makes it the one before again, so it is kept. */
const FIRST = '1-v1';
const first: Goal = { version: 'v1', nginx: 'v1' };

/** Every deadline that a round would only sit out; the load's slow requests are shorter than the drain. */
const QUICK: Inputs = { 'watch-duration': '1s', 'drain-timeout': '2s' };
export const SLOW = [{ share: 0.02, seconds: 0.5 }];

function isRollback(procedure: ProcedureName): boolean {
  return procedure.endsWith('rollback');
}

/** The procedure that goes the other way. */
export function backOf(procedure: ProcedureName): ProcedureName {
  const ways = [
    ['deploy', 'rollback'],
    ['stand-in', 'stand-in-rollback'],
  ] as const;
  const [there, back] = ways.find((way) => way.some((name) => name === procedure)) ?? ways[0];
  return procedure === there ? back : there;
}

export function goalOf(procedure: ProcedureName): Goal {
  if (isRollback(procedure)) return first;
  return procedure === 'deploy' ? { ...first, version: 'v2' } : { ...first, nginx: 'v2' };
}

export interface RunOptions {
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
  if (isRollback(procedure)) return stage.rollback({ release: FIRST, ...all }, options);
  const goal = goalOf(procedure);
  checkOut(stage, goal);
  return stage.deploy(goal.version, all, options);
}

/** The repository has what a release is made of. */
export function checkOut(stage: Stage, { nginx }: Goal): void {
  const file = join(stage.workspace, 'docker-compose.prod.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/nginx:v\S+/, `nginx:${nginx}`));
}

/** The first release on the host. */
export async function begin(stage: Stage): Promise<Stage> {
  succeeded(await stage.deploy('v1', QUICK));
  return stage;
}

/** The release that a procedure starts from runs. */
export async function prepare(stage: Stage, procedure: ProcedureName): Promise<void> {
  const back = backOf(procedure);
  const isFirst = (await stage.current()) === FIRST;
  if (!isRollback(procedure)) {
    if (!isFirst) succeeded(await runOf(stage, back));
    return;
  }
  if (!isFirst && (await isReached(stage, goalOf(back)))) return;
  if (!isFirst) succeeded(await runOf(stage, procedure));
  succeeded(await runOf(stage, back));
}

async function isReached(stage: Stage, { version, nginx }: Goal): Promise<boolean> {
  return [await stage.images('backend'), await stage.images('nginx')].join() === `${version},${nginx}`;
}
