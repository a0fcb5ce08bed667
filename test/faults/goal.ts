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
  /** Containers of the backend. */
  readonly backends: number;
}

/** The first release; each round makes it the one before again, so it is kept. */
const FIRST = '1-v1';
const first: Goal = { version: 'v1', nginx: 'v1', backends: 1 };

/** Every deadline that a round would only sit out; the load's slow requests are shorter than the drain. */
const QUICK: Inputs = { 'watch-duration': '1s', 'drain-timeout': '2s' };
export const SLOW = [{ share: 0.02, seconds: 0.5 }];

function isRollback(procedure: ProcedureName): boolean {
  return procedure.endsWith('rollback');
}

/** The procedure that goes the other way, to the release before or to one that is the same. */
const BACK: Readonly<Record<ProcedureName, ProcedureName>> = {
  deploy: 'rollback',
  rollback: 'deploy',
  'stand-in': 'stand-in-rollback',
  'stand-in-rollback': 'stand-in',
  'scale-up': 'rollback',
  'scale-down': 'scale-up',
  restart: 'rollback',
};

const GOALS: Partial<Record<ProcedureName, Goal>> = {
  deploy: { ...first, version: 'v2' },
  'stand-in': { ...first, nginx: 'v2' },
  'scale-up': { ...first, backends: 3 },
};

export function backOf(procedure: ProcedureName): ProcedureName {
  return BACK[procedure];
}

export function goalOf(procedure: ProcedureName): Goal {
  return GOALS[procedure] ?? first;
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
  if (procedure === 'restart') return stage.run('restart', { services: 'backend', ...all }, options);
  if (procedure === 'scale-up' || procedure === 'scale-down')
    return stage.run('scale', { replicas: `backend=${goal.backends}`, ...all }, options);
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
  const isFirst = (await stage.current()) === FIRST;
  const from = STARTS[procedure];
  if (from === undefined) {
    if (!isFirst) succeeded(await runOf(stage, procedure.startsWith('stand-in') ? 'stand-in-rollback' : 'rollback'));
    return;
  }
  if (!isFirst && (await isReached(stage, goalOf(from)))) return;
  if (!isFirst) succeeded(await runOf(stage, isRollback(procedure) ? procedure : 'rollback'));
  succeeded(await runOf(stage, from));
}

/** What leads from the first release to where a procedure starts; of the others the first release is the start. */
const STARTS: Partial<Record<ProcedureName, ProcedureName>> = {
  rollback: 'deploy',
  'stand-in-rollback': 'stand-in',
  'scale-down': 'scale-up',
};

async function isReached(stage: Stage, { version, nginx, backends }: Goal): Promise<boolean> {
  const images = await stage.images('backend');
  return images.length === backends && [images[0], await stage.images('nginx')].join() === `${version},${nginx}`;
}
