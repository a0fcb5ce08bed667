/** The parts of an apply as a chart shows them: several operations that a person sees as one. Pure. */

interface Part {
  /** Title of an operation, as the journal has it. */
  readonly title: string;
  readonly seconds: number;
}

export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

/** By the first word of the title; what starts or runs a service has the services in its name. */
const NAMES: Readonly<Record<string, string>> = {
  prepare: 'Prepare',
  deliver: 'Pull images',
  fetch: 'Pull images',
  'keep-volumes': 'Networks and volumes',
  'make-shared': 'Networks and volumes',
  place: 'Files',
  'test-proxy': 'Files',
  create: 'Start ',
  'start-beside': 'Start ',
  replace: 'Replace ',
  'start-stand-in': 'Stand-in for ',
  'one-shot': 'Run ',
  'await-migration': 'Run ',
  gate: 'Health gate',
  'turn-aside': 'Cut over',
  cut: 'Cut over',
  divert: 'Cut over',
  'reload-proxy': 'Cut over',
  'tell-proxy': 'Cut over',
  watch: 'Watch traffic',
  drain: 'Drain',
  'replace-behind': 'Replace ',
  return: 'Return',
  commit: 'Commit',
  'end-stand-in': 'Stop the old',
  retire: 'Stop the old',
  'ask-again': 'Stop the old',
  'release-callers': 'Stop the old',
  remove: 'Stop the old',
  sweep: 'Clear up',
  finish: 'Clear up',
  undo: 'Put back',
};

/** Neighbours of one kind are one phase. */
export function phasesOf(parts: readonly Part[]): Phase[] {
  const phases: { kind: string; services: string[]; seconds: number }[] = [];
  for (const { title, seconds } of parts) {
    const [op = '', ...words] = title.split(' ');
    const kind = Object.hasOwn(NAMES, op) ? NAMES[op]! : title;
    const last = phases.at(-1);
    const services = kind.endsWith(' ') ? words : [];
    if (last?.kind !== kind) phases.push({ kind, services, seconds });
    else {
      last.seconds += seconds;
      last.services.push(...services.filter((name) => !last.services.includes(name)));
    }
  }
  return phases.map(({ kind, services, seconds }) => ({ name: `${kind}${services.join(', ')}`, seconds }));
}
