/** Certificates: which one each name is served, which are due, and their renewal, which counts once clients see it. */
import type { Outcome, Procedure, Run } from '../lib/procedure/define';
import { describe, statusOf } from '../lib/procedure/report';
import { type CertificateInputs, readCertificateInputs } from './inputs';
import { issue } from './issue';
import { problemsIn } from './judge';
import { listLineages } from './list';
import { lookOutside, problemsOutside } from './outside';
import { type Renewal, renewAll } from './renew';
import { type Scene, see } from './scene';
import { blocksOf, soonest } from './table';
import { verdictOf } from './verdict';
import { knownWindows } from './windows';

export const renewCerts: Procedure<CertificateInputs> = {
  name: 'renew-certs',
  lease: 'stack',
  passesFreeze: true,
  read: readCertificateInputs,
  title: ({ mode }) => titleOf(mode),
  list: { wanted: ({ mode }) => mode === 'list', show: listLineages },
  watched: (get) => titleOf(get('mode')?.trim() || 'renew'),
  run: carryOut,
};

const TITLES: Readonly<Record<string, string>> & { readonly renew: string } = {
  renew: 'Renew certificates',
  check: 'Check certificates',
  list: 'List certificates',
  issue: 'Order a certificate',
};

function titleOf(mode: string): string {
  return TITLES[mode] ?? TITLES.renew;
}

async function carryOut(run: Run<CertificateInputs>): Promise<Outcome> {
  const scene = await see(run);
  const looksOnly = run.inputs.mode === 'check';
  const renewal = looksOnly
    ? { done: new Map(), problems: [], windows: knownWindows(scene) }
    : await carryOutWish(scene);
  // Certificates of other names do not matter for an order.
  const outside = await lookOutside(scene);
  const abroad = problemsOutside(outside);
  const problems =
    run.inputs.wish === null ? [...renewal.problems, ...problemsIn(scene, renewal), ...abroad] : renewal.problems;
  if (run.inputs.wish !== null) run.notes.push(...abroad.map(({ details }) => `${details.what}.`));
  for (const { message } of problems.slice(1)) run.notes.push(message.split('\n')[0] ?? '');
  const [first] = problems;
  const changed = [...renewal.done.values()].some(({ planned }) => !planned);
  const status =
    first !== undefined
      ? statusOf(first)
      : looksOnly
        ? 'succeeded'
        : changed
          ? 'succeeded'
          : run.inputs.dryRun
            ? 'planned'
            : 'unchanged';
  const blocks = blocksOf(scene, renewal);
  const verdict = verdictOf(scene.asked, renewal.done, scene.now(), run.recorder.changed, outside);
  const report = run.report(status, { blocks, verdict, ...(first === undefined ? {} : { error: describe(first) }) });
  return { report, outputs: outputsOf(scene, renewal) };
}

async function carryOutWish(scene: Scene): Promise<Renewal> {
  const { wish } = scene.run.inputs;
  if (wish === null) return renewAll(scene);
  const done = await issue(scene, wish);
  scene.run.recorder.info(`${wish.lineage}: ${done.text}`);
  return { done: new Map([[wish.lineage, done]]), problems: [], windows: new Map() };
}

function outputsOf(scene: Scene, { done }: Renewal): Outcome['outputs'] {
  const renewed = [...done].filter(([, { ordered, planned }]) => ordered && !planned).map(([name]) => name);
  const days = soonest(scene);
  return { renewed: JSON.stringify(renewed), 'days-left': days === null ? '' : days.toFixed(1) };
}
