/** The swap: the data beside the live data become live; Qdrant, which has nothing beside it, changes before that. */

import type { Move, Subjects, Swapped } from '../lib/data/kind';
import { BESIDE } from '../lib/data/kinds';
import { UserError } from '../lib/errors';
import type { Outcome } from '../lib/procedure/define';
import { describe } from '../lib/procedure/report';
import type { Witness } from '../lib/qdrant/note';
import { type SwapEnd, sayUntold, swap, type Untold } from '../lib/restore/swap';
import type { Leftovers } from '../lib/restore/swap-script';
import type { MigrationRecord } from '../lib/stack/migration-record';
import { isUnknownEnd } from '../lib/steps/endings';
import type { QdrantChanges } from './qdrant-change';
import { type Finish, failed, type Scene } from './scene';
import { noteSchema } from './schema';
import type { Settled } from './settled';

const UNKNOWN = 'Which data serves, the former or the restored, was not known when this run ended.';

interface Exchanged {
  readonly subjects: Subjects;
  /** Which data are live afterwards, a sentence without its full stop. */
  readonly live: string;
  readonly qdrant: QdrantChanges;
  /** The line for the record of migrations, if databases change. */
  readonly schema: MigrationRecord | null;
  /** Sentences for the report that hold once it is done. */
  readonly remarks: readonly string[];
}

/** Makes the databases and folders live that were prepared as `kind` with this ID, and changes Qdrant. */
export async function exchange(
  scene: Scene,
  settled: Settled,
  exchanged: Exchanged,
  kind: 'restore' | 'before',
  id: string,
  finish: Finish,
): Promise<Outcome> {
  const { recorder, notes } = scene;
  const { subjects, qdrant } = exchanged;
  const swapped = swappedOf(subjects, settled, kind, id);
  const moves = BESIDE.flatMap((one) => one.moves(swapped, scene.request.runbook.stack, settled));
  const known = notes.length;
  let swapping = false;
  let end: SwapEnd | null = null;
  let still: Still = { untold: null, pause: 'No service was stopped for it' };
  try {
    await qdrant.make();
    if (moves.length === 0) await qdrant.keep();
    else {
      await noteSchema(scene.session, exchanged.schema);
      await qdrant.swapping(witnessOf(swapped));
      swapping = true;
      still = await carryOut(scene, settled, swapped, (reached) => {
        end = reached;
      });
    }
  } catch (error) {
    const left = leftoversOf(kind === 'restore' ? subjects : { ...subjects, volumes: [] }, id);
    const isUnknown = swapping && error instanceof UserError && isUnknownEnd(error);
    // Points that were counted before are no longer there.
    notes.length = known;
    const reached = end as SwapEnd | null;
    const isStuck = reached !== null && reached.data !== 'back';
    let serving = isUnknown || isStuck ? UNKNOWN + qdrant.undecided : await qdrant.back();
    if (reached !== null) {
      notes.push(...reversedNotes(moves, reached));
      if (reached.untold !== null) notes.push(sayUntold(reached.untold));
      if (!isStuck && reached.down.length > 0)
        serving = `The former data is live again, but ${reached.down.join(', ')} do not run or are not healthy.`;
    }
    return await failed(scene, left, error, finish, serving);
  }
  if (swapping) {
    await qdrant.keep().catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      recorder.warning(error.message);
      notes.push('Qdrant has the restored data as well; the next restore finishes the exchange.');
    });
  }
  notes.push(...formerNotes(moves));
  const former = { ...formerOf(moves), ...qdrant.former };
  notes.push(...exchanged.remarks);
  if (kind === 'restore') notes.push('To go back: run this action with undo: true.');
  for (const note of notes.slice(known)) recorder.info(note);
  if (still.untold === 'kind') {
    recorder.warning(sayUntold(still.untold));
    notes.push(sayUntold(still.untold));
  }
  if (still.untold === 'refused') {
    const error = describe(notReloaded(scene.request.runbook.proxy.service));
    return finish('failed', { error, verdict: `${exchanged.live}. Users may not reach it.` }, former);
  }
  const kept = kind === 'restore' ? '; the former data is kept' : '';
  return finish('succeeded', { verdict: `${exchanged.live}. ${still.pause}${kept}.` }, former);
}

function swappedOf(subjects: Subjects, settled: Settled, kind: 'restore' | 'before', id: string): Swapped {
  const own = BESIDE.map((one) => one.swapped(subjects, settled, kind, id));
  return Object.assign({ servers: [], volumes: [] }, ...own);
}

/** Of the first kind that has any. */
function witnessOf(swapped: Swapped): Witness | null {
  return BESIDE.map((one) => one.witness(swapped)).find((witness) => witness !== null) ?? null;
}

/** How long users waited, and whether the proxy knows the present addresses of its services. */
interface Still {
  readonly untold: Untold | null;
  /** Half a sentence. */
  readonly pause: string;
}

/** @throws {UserError} when it did not come to the commit */
async function carryOut(
  { request, recorder, steps, notes }: Scene,
  { facts }: Settled,
  { servers, volumes }: Swapped,
  onEnd: (end: SwapEnd) => void,
): Promise<Still> {
  const { runbook } = request;
  recorder.step('Swap');
  const seconds = new Map<string, number>();
  const { stopped, untold } = await swap(
    {
      stack: runbook.stack,
      writers: servers.length > 0 ? facts.writers : [],
      proxy: runbook.proxy.service,
      healthTimeout: runbook.restore.healthTimeout,
      servers,
      volumes,
    },
    {
      steps,
      onEnd,
      remote: (line) => recorder.remote(line),
      mark: (text) => {
        seconds.set(text, performance.now());
        recorder.mark(text);
        recorder.info(text);
      },
    },
  );
  const still = ((seconds.get('writers started') ?? 0) - (seconds.get('stopping the writers') ?? 0)) / 1000;
  notes.push(`The writers (${stopped.join(', ') || 'none ran'}) stood still for ${still.toFixed(1)} s.`);
  const pause =
    stopped.length === 0
      ? 'No service had to be stopped for it'
      : `${stopped.join(', ')} stood still for ${still.toFixed(1)} s`;
  return { untold, pause };
}

/** The restored data is live, and users may not reach it. */
function notReloaded(proxy: string | null): UserError {
  return new UserError('RB-PROXY-CONFIG', {
    what: `the data is restored and live; ${proxy ?? 'the proxy'} did not reload, and may call services where they were before`,
    why: 'nginx refuses the configuration that it has on the host',
    remedy: `correct the configuration that \`nginx -t\` in ${proxy ?? 'its container'} names, and reload it; do not restore again`,
  });
}

/** Live name → name of the data that was live before. */
function formerOf(moves: readonly Move[]): Readonly<Record<string, string>> {
  return Object.fromEntries(moves.flatMap(({ live, outgoing }) => (outgoing === null ? [] : [[live, outgoing]])));
}

/** How the former data is removed. */
function formerNotes(moves: readonly Move[]): string[] {
  return moves.flatMap(({ was, outgoing, is, removal }) =>
    outgoing === null ? [] : [`What was ${was} is ${is(outgoing)}. ${removal(outgoing)}`],
  );
}

/** Data that was live for a moment stays, as clients may have written to it. */
function reversedNotes(moves: readonly Move[], end: SwapEnd): string[] {
  if (end.data !== 'back' || !end.exchanged) return [];
  const kept = 'and is kept, as it was live for a moment';
  return moves
    .filter(({ incoming, reversed }) => incoming !== reversed)
    .map(
      ({ live, reversed, is, removal }) =>
        `What was restored for ${live} is ${is(reversed)}, ${kept}. ${removal(reversed)}`,
    );
}

/** Removed when a restore fails. */
export function leftoversOf(subjects: Subjects, id: string): Leftovers {
  const own = BESIDE.map((one) => one.filled(subjects, id));
  return Object.assign({ servers: [], volumes: new Map() }, ...own);
}
