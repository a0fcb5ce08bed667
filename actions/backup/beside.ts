/** Names, before a backup is made, the parts of the stack that it will not contain, and those that it may contain torn. */
import {
  bareDatabases,
  bareMounts,
  measured,
  sayBare,
  sayLive,
  sayNew,
  sayUnused,
  titleOfBare,
  unignored,
} from '../lib/backup/coverage';
import type { Manifest } from '../lib/backup/manifest';
import type { Facts } from '../lib/postgres/facts';
import { lookAtMounts, type VolumeFacts } from '../lib/volumes/facts';
import { type Scene, tell } from './scene';

/** @returns how the manifest names it */
export async function lookBeside(
  scene: Scene,
  facts: Facts,
  volumes: ReadonlyMap<string, VolumeFacts>,
  last: Manifest | undefined,
): Promise<readonly string[]> {
  const { request, session, recorder, notes } = scene;
  const { runbook } = request;
  const { ignore } = runbook.backup;
  for (const text of [...sayLive(volumes, ignore), ...sayUnused(volumes, session.state, ignore)]) tell(scene, text);
  const mounts = unignored(bareMounts(runbook, session.state, volumes), ignore);
  const found = await lookAtMounts(session.host, {
    stack: runbook.stack,
    root: session.leaseRoot,
    mounts: mounts.flatMap(({ mount }) => mount ?? []),
  });
  const bare = [...unignored(bareDatabases(runbook, facts), ignore), ...measured(mounts, found)];
  const said = sayBare(bare);
  if (said !== null) {
    recorder.info(said);
    notes.push(said);
  }
  const fresh = sayNew(bare, last?.bare ?? null);
  if (fresh !== null) tell(scene, fresh);
  return bare.map(titleOfBare);
}
