/** Decides by the rules of each place which of its backups are removed. */

import { type Clock, isAhead, mayBeLate } from '../lib/backup/clock';
import { sayIncomplete } from '../lib/backup/complete';
import { remove, sweep as sweepHost } from '../lib/backup/host-place';
import { type Asker, madeByCopy, ownerOf, sayTwin, titleOfInstallation } from '../lib/backup/installation';
import { lossesIn } from '../lib/backup/loss';
import { type Manifest, sizeOf } from '../lib/backup/manifest';
import { retain, type Verdict, withinShare } from '../lib/backup/retention';
import { type Source, sayUnreadable } from '../lib/backup/source';
import type { RetentionRules } from '../lib/config/sections/retention';
import { UserError } from '../lib/errors';
import { groupBy } from '../lib/group';
import { type Scene, tell } from './scene';
import type { PlaceFacts } from './summary';

/** A place that keeps more than one run's backup, with its rules. */
interface Keeping {
  readonly place: Source;
  readonly rules: RetentionRules;
}

function keepingPlaces({ request, local, remote }: Scene): readonly Keeping[] {
  const { to, keep } = request.runbook.backup;
  const bucket = remote.filter((_place, index) => to.includes('s3') && index === 0);
  return [
    ...(to.includes('host') ? [{ place: local, rules: keep.host ?? keep }] : []),
    ...bucket.map((place) => ({ place, rules: keep.s3 ?? keep })),
  ];
}

/**
 * Removes backups that no rule keeps, once the new one is in all places.
 *
 * @param made ID of the new one; nothing is removed in a place that does not show it
 * @throws {UserError} RB-STORAGE-FAILED and others
 */
export async function prune(scene: Scene, clock: Clock, asker: Asker, made: string): Promise<PlaceFacts[]> {
  const found: PlaceFacts[] = [];
  for (const { place, rules } of keepingPlaces(scene)) {
    const { manifests, verdicts, others, doubtful } = await judge(scene, { place, rules }, clock, asker);
    if (!manifests.some(({ id }) => id === made)) throw notThere(made, place, doubtful);
    const gone = verdicts.filter(({ keep }) => !keep);
    for (const { id, why } of gone) scene.recorder.info(`${place.name}: ${id} goes: ${why}`);
    const stayed = gone.length > 0 ? await removeFrom(scene, place, gone) : [];
    const settled = verdicts.map((one): Verdict => (stayed.includes(one.id) ? { ...one, keep: true } : one));
    if (clock.doubt === null) await sweep(scene, place, clock.now);
    found.push(factsOf(place, manifests, settled, others, clock));
  }
  if (clock.doubt === null) await sweepLocal(scene);
  return found;
}

/** Also where backups do not go there now: they may have gone there before. */
async function sweepLocal({ local, recorder, steps, notes }: Scene): Promise<void> {
  const gone: string[] = [];
  try {
    await sweepHost(local.name, steps, (name) => gone.push(name));
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'RB-CONNECTION-LOST') throw error;
    recorder.warning(`${local.name}: leftovers of killed runs cannot be removed: ${error.details.what}.`);
  }
  if (gone.length > 0) notes.push(`${local.name}: leftovers of killed runs were removed: ${gone.join(', ')}.`);
}

/** A run that still writes would have written something since. */
const LEFT_FOR = 2 * 24 * 3600 * 1000;

async function sweep(scene: Scene, place: Source, now: number): Promise<void> {
  const destination = scene.remote.find((one) => one === place);
  if (destination === undefined) return;
  const { manifests, unreadable } = await place.survey();
  const known = new Set([...manifests, ...unreadable].map(({ id }) => id));
  const gone = await destination.sweep(known, now - LEFT_FOR);
  if (gone.length > 0) scene.notes.push(`${place.name}: leftovers of killed runs were removed: ${gone.join(', ')}.`);
}

/** Says which backups would be removed. */
export async function planned(scene: Scene, clock: Clock, asker: Asker): Promise<PlaceFacts[]> {
  const places: PlaceFacts[] = [];
  for (const { place, rules } of keepingPlaces(scene)) {
    const { manifests, verdicts, others } = await judge(scene, { place, rules }, clock, asker);
    for (const { id, keep, why } of verdicts)
      scene.recorder.info(`${place.name}: ${id} ${keep ? 'stays' : 'would be removed'}: ${why}`);
    places.push(factsOf(place, manifests, verdicts, others, clock));
  }
  return places;
}

/** Only backups of this installation: those of others may still be needed there. */
async function judge(scene: Scene, { place, rules }: Keeping, clock: Clock, asker: Asker) {
  const { manifests: listed, unreadable } = await place.survey();
  const incomplete = await place.incomplete(listed);
  for (const said of [sayUnreadable(unreadable, place.name), sayIncomplete(incomplete, place.name)])
    if (said !== null) tell(scene, said);
  const doubtful = [...unreadable, ...incomplete];
  const all = listed.filter(({ id }) => !incomplete.some((one) => one.id === id));
  const copied = madeByCopy(all, asker);
  const twin = sayTwin(copied, place.name);
  if (twin !== null) tell(scene, twin);
  const manifests = all.filter((one) => {
    if (copied.includes(one)) return false;
    const owner = ownerOf(one, asker.id, place === scene.local);
    return owner === 'own' || (owner === 'unknown' && scene.request.pruneAll);
  });
  const others = sayOthers(all.filter((one) => !manifests.includes(one) && !copied.includes(one)));
  const why = whyNone(manifests, clock, scene.request.pruneAll);
  if (why !== null)
    return {
      manifests,
      others,
      doubtful,
      verdicts: manifests.map(({ id }): Verdict => ({ id, keep: true, why })).reverse(),
    };
  const judged = retain(manifests, rules, clock.now, clock.single && !scene.request.pruneAll);
  const due = withGood(judged, manifests, clock, scene.request.pruneAll);
  const verdicts = scene.request.pruneAll ? due : withinShare(due);
  const later = due.filter(({ keep }) => !keep).length - verdicts.filter(({ keep }) => !keep).length;
  if (later > 0)
    tell(
      scene,
      `${place.name}: ${later} more would be removed by the rules. One run removes a third at most; the next runs continue. If you want that now, \`prune: all\` removes them at once.`,
    );
  return { manifests, others, doubtful, verdicts };
}

/**
 * Keeps the last backups with data that later ones lack, until a person has seen that.
 *
 * @param own oldest first @param asked a person asks for all removals; a loss of this run is not known to anybody yet
 */
function withGood(verdicts: readonly Verdict[], own: readonly Manifest[], { now }: Clock, asked: boolean): Verdict[] {
  const losses = lossesIn(own.filter(({ id }) => !isAhead(id, now))).filter(({ fresh }) => fresh || !asked);
  const good = new Set(losses.map((loss) => loss.good));
  return verdicts.map((one) =>
    one.keep || !good.has(one.id) ? one : { ...one, keep: true, why: 'later backups lack data that it has' },
  );
}

/** Why the ages of all backups are doubtful; `null`: they are not. A person who asks for all removals has looked. */
function whyNone(own: readonly Manifest[], { now, doubt }: Clock, pruneAll: boolean): string | null {
  if (doubt !== null) return 'the clocks differ, so its age is not known';
  const ahead = own.map(({ id }) => id).filter((id) => isAhead(id, now));
  if (pruneAll || !mayBeLate(ahead, now)) return null;
  return 'other backups are dated in the future, so that the clocks may be late now and its age is not known';
}

function notThere(made: string, { name }: Source, doubtful: readonly { id: string; why: string }[]): UserError {
  return new UserError('RB-STORAGE-FAILED', {
    what: `${name} does not show the backup ${made}, which this run has just published there`,
    why: doubtful.find(({ id }) => id === made)?.why ?? 'its list does not have it',
    remedy:
      'see whether something else removes or changes files there, and run it again; no older backup was removed there',
  });
}

/** A sentence for each installation that has backups in a place. */
function sayOthers(others: readonly Manifest[]): string[] {
  const groups = groupBy(others, ({ installation }) => installation?.uid ?? '');
  return [...groups].map(([id, all]) => {
    const size = `${(all.reduce((sum, one) => sum + sizeOf(one), 0) / 2 ** 20).toFixed(1)} MiB`;
    const held = `${all.length} ${all.length === 1 ? 'backup' : 'backups'} (${size})`;
    return id === ''
      ? `${held} from before backups named their installation: the rules do not remove them. A run with \`prune: all\` counts them as this host's.`
      : `${held} of another installation, ${titleOfInstallation(all[0]?.installation ?? null)}: not touched.`;
  });
}

/** @returns those that the credentials may not remove */
async function removeFrom(scene: Scene, place: Source, gone: readonly Verdict[]): Promise<readonly string[]> {
  const ids = gone.map(({ id }) => id);
  const destination = scene.remote.find((one) => one === place);
  if (destination === undefined) {
    await remove({ directory: place.name }, ids, scene.steps);
    return [];
  }
  const stayed: string[] = [];
  for (const id of ids) if (!(await destination.remove(id))) stayed.push(id);
  if (stayed.length > 0)
    tell(
      scene,
      `${place.name}: ${stayed.length} backups would be removed by the rules, but these credentials may not remove them (s3:DeleteObject, or a lock on the objects). Let a lifecycle rule of the bucket remove them, and give keep.s3 the same number of days, or allow the credentials to.`,
    );
  const said = stayed.length < ids.length ? await destination.afterRemoval() : null;
  if (said !== null) scene.notes.push(said);
  return stayed;
}

function factsOf(
  { name }: Source,
  manifests: readonly Manifest[],
  verdicts: readonly Verdict[],
  others: readonly string[],
  { now }: Clock,
): PlaceFacts {
  const gone = new Set(verdicts.filter(({ keep }) => !keep).map(({ id }) => id));
  return {
    name,
    kept: manifests.filter(({ id }) => !gone.has(id)).map((manifest) => ({ id: manifest.id, bytes: sizeOf(manifest) })),
    removed: verdicts.filter(({ keep }) => !keep).map(({ id, why }) => ({ id, why })),
    others,
    lastVerified: manifests.findLast(({ id, verified }) => verified && !isAhead(id, now))?.id ?? null,
  };
}
