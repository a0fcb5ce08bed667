/** What speaks against a plan, whichever procedure made it, before anything is changed. Pure. */
import type { DriftPolicy } from '../../config/inputs';
import type { Runbook } from '../../config/runbook';
import type { Plan, Release, State } from '../model';
import { checkAssets } from './assets';
import { checkCalled } from './checks-called';
import { checkConnected } from './checks-connected';
import { checkHooks } from './checks-hooks';
import { checkMounts } from './checks-mounts';
import { checkOneShots } from './checks-one-shots';
import { checkPortHandover } from './checks-port-handover';
import { checkEmptied, checkShared } from './checks-shared';
import { checkWriters } from './checks-writers';

/**
 * @param drift what to do with changes by hand that the plan undoes
 * @throws {UserError} the first thing that speaks against it
 */
export function checkPlan(plan: Plan, target: Release, state: State, runbook: Runbook, drift?: DriftPolicy): void {
  checkShared(target, state, runbook);
  checkOneShots(plan, target);
  checkEmptied(plan, target, state, runbook);
  checkMounts(plan, target, state, runbook.directory);
  checkWriters(plan, target, state, runbook);
  checkConnected(plan, target, state, drift);
  checkHooks(plan, target, state.current);
  checkCalled(plan, target, state);
  checkPortHandover(plan, target, state, runbook);
  checkAssets(plan, target, runbook);
}
