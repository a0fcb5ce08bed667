/** What whoever approves a plan wants to know besides its changes. No part of the plan's hash. Pure. */
import type { Runbook } from '../config/runbook';
import { courseOf } from '../stack/apply/apply';
import type { Plan, Release, State } from '../stack/model';
import { isEmpty } from '../stack/plan/diff';
import { courseBlocks } from './course';
import { wrongBlocks } from './if-wrong';
import type { Report } from './report';

interface ScreenRequest {
  readonly plan: Plan;
  readonly state: State;
  readonly target: Release;
  readonly runbook: Runbook;
  readonly delivery: { readonly pull: readonly string[] } | null;
  readonly lacking: readonly string[];
  /** As the history will name it. */
  readonly procedure: string;
  /** The run makes a backup before anything else, or has been told whether it shall. */
  readonly copiesFirst: boolean;
}

/** Nothing of a plan with nothing to do. */
export function screenOf(request: ScreenRequest): Pick<Report, 'blocks' | 'warnings'> {
  const { plan, state, target, runbook, delivery, lacking } = request;
  if (isEmpty(plan)) return {};
  const course = courseOf({ plan, target, current: state.current, runbook, delivery, lacking });
  const { blocks, warnings } = wrongBlocks({ ...request, operations: course.operations });
  return { blocks: [...courseBlocks(course, state.told?.durations ?? {}, runbook), ...blocks], warnings };
}
