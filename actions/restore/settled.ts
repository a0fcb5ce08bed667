/** The facts after clearing up everything of an interrupted restore that needs no decision. */

import { serversOf } from '../lib/data/database';
import type { Subjects } from '../lib/data/kind';
import { BESIDE } from '../lib/data/kinds';
import { type Facts, readFacts } from '../lib/postgres/facts';
import { endInterrupted } from '../lib/restore/swap';
import type { Leftovers, Way } from '../lib/restore/swap-script';
import { isUndecided, unsettled } from '../lib/stack/interrupted';
import { checkPauseHooks } from '../lib/stack/plan/checks-hooks';
import { readVolumes, type VolumeFacts } from '../lib/volumes/facts';
import { settleQdrant } from './qdrant-undo';
import type { Scene } from './scene';

export interface Settled {
  readonly facts: Facts;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
}

/**
 * Reads the facts after clearing up what an interrupted restore left. Data that it had exchanged already is not decided here.
 *
 * @throws {UserError} RB-RESTORE-UNSETTLED
 */
export async function settledFacts(scene: Scene, subjects: Subjects): Promise<Settled> {
  const { request, session, recorder, steps, notes } = scene;
  const { stack, restore: settings } = request.runbook;
  const servers = serversOf(subjects.databases);
  const clear = async (id: string, left: Leftovers, way: Way): Promise<void> => {
    for (const line of await endInterrupted(stack, left, steps, id, way)) {
      recorder.info(line);
      notes.push(line);
    }
  };
  const ask = async (): Promise<Settled> => ({
    facts: await readFacts(session.host, { stack, root: session.root, servers, writers: settings.writers }),
    volumes: await readVolumes(session.host, { stack, root: session.root, names: subjects.volumes }),
  });
  const { interrupted } = session.state;
  const data = interrupted === null || (interrupted.running && request.dryRun) ? null : interrupted.data;
  if (data !== null && isUndecided(data)) throw unsettled(data, []);
  if (data !== null && !request.dryRun) await clear('recover', { servers: [], volumes: new Map() }, 'reverse');
  await settleQdrant(scene, null);
  const settled = await ask();
  const own = BESIDE.map((one) => one.left(subjects, settled));
  const left: Leftovers = Object.assign({ servers: [], volumes: new Map() }, ...own);
  if (left.servers.length + left.volumes.size === 0 || request.dryRun) return settled;
  await clear('clean', left, 'leave');
  return await ask();
}

/** Checks before anything is loaded the services that the exchange will stop and start again. @throws {UserError} RB-HOOK-UNSUPPORTED */
export function requireNoHooks({ session }: Scene, { facts }: Settled, volumes: readonly string[]): void {
  checkPauseHooks(session.state, facts.writers, volumes);
}
