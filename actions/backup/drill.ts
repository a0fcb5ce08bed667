/** The drill: a backup restored into a server and volumes that are thrown away, and compared with its manifest. */

import { installationOf, readIdentity } from '../lib/backup/installation';
import { sizeOf } from '../lib/backup/manifest';
import type { Source } from '../lib/backup/source';
import { checkRestorable } from '../lib/data/check';
import { serversOf } from '../lib/data/database';
import { eachKind } from '../lib/data/kinds';
import { loadParts } from '../lib/data/load';
import { partsWanted, type WantedParts } from '../lib/data/wanted';
import { readFacts } from '../lib/postgres/facts';
import { drillProject, removeThrowaways, startThrowaways } from '../lib/postgres/throwaway';
import { chooseBackup } from '../lib/restore/choose';
import { feedOf } from '../lib/restore/feed';
import { bringRoles } from '../lib/restore/roles';
import { readVolumes } from '../lib/volumes/facts';
import { pastOf, type Scene } from './scene';
import type { DrillFacts } from './summary';

/**
 * Restores a copy off the host, or the host's own where there is no other.
 *
 * @param made ID of the backup that this run made; `null`: the newest one there is meant. The runner's clock tells which
 * one is the newest, and may be wrong, so that a backup just made has its name asked for.
 * @throws {UserError} for a backup that could not be brought back; the throwaway server is gone in any case
 */
export async function drill(scene: Scene, made: string | null): Promise<DrillFacts> {
  const { request, session, recorder, steps, remote, local } = scene;
  const { runbook } = request;
  recorder.step('Restore drill');
  const source: Source = remote[0] ?? local;
  const now = Date.now();
  const identity = await readIdentity(session.host, session.root);
  const installation = installationOf(identity, await local.list());
  const own = made === null ? await pastOf(scene, source, now, { id: installation, host: identity.host }) : [];
  const wanted = made === null ? ({ by: 'latest' } as const) : ({ by: 'id', id: made } as const);
  const manifest = chooseBackup(own.length > 0 ? own : await source.list(), wanted, source.name, now, {
    installation,
    host: identity.host,
    onHost: source === local,
    fromHost: '',
  });
  const all = eachKind(({ key, targets }) => [key, targets === null ? [] : ['*']] as const);
  const parts = partsWanted(manifest, Object.fromEntries(all) as unknown as WantedParts);
  const volumeNames = new Map(parts.volumes.map(({ name }, index) => [name, `volume-${index}`]));
  const servers = serversOf(parts.databases);
  const live = await readFacts(session.host, {
    stack: runbook.stack,
    root: session.root,
    servers: serversOf(runbook.backup.databases),
    writers: [],
  });
  const project = drillProject(runbook.stack);
  recorder.info(`${manifest.id} from ${source.name}: ${Math.ceil(sizeOf(manifest) / 2 ** 20)} MiB`);
  const begun = performance.now();
  await startThrowaways(
    project,
    servers.map(({ service, user }) => {
      const { imageId = '', container = '' } = live.servers.get(service) ?? {};
      return { service, user, image: imageId, container };
    }),
    [...volumeNames.values()],
    steps,
  );
  try {
    const facts = await readFacts(session.host, { stack: project, root: session.root, servers, writers: [] });
    const room = await readVolumes(session.host, {
      stack: project,
      root: session.leaseRoot,
      names: [...volumeNames.values()],
    });
    checkRestorable(parts, {
      manifest,
      servers: facts.servers,
      volumeFacts: new Map([...volumeNames].map(([name, own]) => [name, room.get(own)!])),
      state: session.state,
      runbook,
      roles: true,
      newerServer: false,
      beside: false,
      locale: 'backup',
      tablespaces: 'default',
      identity: request.identity,
    });
    const { host } = session;
    await bringRoles({ stack: project, host, source, manifest, identity: request.identity, servers, facts, steps });
    const { counts } = await loadParts(
      project,
      parts,
      {
        facts,
        alone: true,
        locale: 'backup',
        tablespaces: 'default',
        volumeFor: (name) => volumeNames.get(name) ?? '',
        archive: (part) => ({ on: 'runner', open: () => feedOf(source, manifest, part, request.identity) }),
      },
      {
        host: session.host,
        steps,
        folder: `${session.leaseRoot}/steps/${session.token}-load`,
        progress: recorder,
        apart: false,
      },
      [],
    );
    const seconds = (performance.now() - begun) / 1000;
    const counted = counts.map(([things, content]) => `${things}, ${content}`).join('; ');
    recorder.info(`${manifest.id} was restored in ${seconds.toFixed(1)} s: ${counted}`);
    return { backup: manifest.id, place: source.name, seconds, counts };
  } finally {
    await removeThrowaways(project, steps);
  }
}
