/** A plan in words, for the log and a dry run. */
import type { Downtime, Plan, ServiceChange } from '../stack/model';

const HOW: Record<ServiceChange['kind'], string> = {
  create: 'is started',
  rolling: 'rolls: new containers beside the old, then the cutover',
  'stand-in': 'is replaced behind a stand-in that serves meanwhile',
  scale: 'changes its number of containers',
  'drain-and-replace': 'is stopped with its own signal and grace period, then replaced',
  recreate: 'is recreated',
  'one-shot': 'runs to its end',
  reload: 'reads its changed files by a reload',
  remove: 'is removed',
};

/** One line for each change, in order; a plan without changes is one line that says so. */
export function renderPlan(plan: Plan): string[] {
  const files = Object.entries(plan.files).map(([path, what]) => `file ${path}: ${what}`);
  const shared = plan.shared.map(({ kind, name }) => `${kind.slice(0, -1)} ${name} is created`);
  const changes = [...shared, ...plan.changes.flatMap(changeLines)];
  const drift = plan.drift.map(
    ({ service, what, undone }) =>
      `${undone ? 'changed by hand, undone by this plan' : 'changed by hand, left alone'}: ${service} ${what}`,
  );
  const head = `release ${plan.from ?? '(none)'} → ${plan.to}`;
  if (files.length === 0 && changes.length === 0)
    return [plan.from === plan.to ? `${head}: nothing to do` : head, ...drift, ...plan.notes];
  const rest = plan.unchanged.length > 0 ? [`unchanged: ${plan.unchanged.join(', ')}`] : [];
  return [head, ...changes, ...files, ...rest, ...drift, ...plan.notes];
}

function changeLines(change: ServiceChange): string[] {
  const { service, kind, reasons, to, start, downtime } = change;
  const count = start > 1 ? ` (${start} containers)` : '';
  const image =
    to === null || kind === 'reload' ? '' : ` [${to.image}${to.digest === null ? '' : ` ${to.digest.slice(7, 19)}`}]`;
  const handed =
    change.unnamed.length > 0 ? [`  the new container takes over the volume at ${change.unnamed.join(', ')}`] : [];
  const how = kind === 'remove' && to !== null ? 'is stopped' : HOW[kind];
  const lines = [`${service} ${how}${count}: ${reasons.join(', ')}${image}`];
  if (downtime !== null) {
    const { seconds, why } = downtime;
    lines.push(`  expected downtime of ${service}: about ${seconds} s, because ${why}${lastTime(downtime)}`);
  }
  return [...lines, ...handed];
}

/** How long the same replacement took last time, by the host's journal; empty where it is not known. */
export function lastTime({ last }: Downtime): string {
  return last === null ? '' : `; last time (${last.at.slice(0, 10)}) it took ${last.seconds} s until it was healthy`;
}
