/** The drill: a backup restored into a server and volumes that are thrown away, and compared with its manifest. */

import { installationOf, readIdentity } from '../lib/backup/installation';
import { type Part, sizeOf } from '../lib/backup/manifest';
import type { Source } from '../lib/backup/source';
import { database, serversOf } from '../lib/data/database';
import { volume } from '../lib/data/volume';
import { partsWanted } from '../lib/data/wanted';
import { canSilence, readFacts } from '../lib/postgres/facts';
import { besideName } from '../lib/postgres/names';
import { drillProject, removeThrowaways, startThrowaways } from '../lib/postgres/throwaway';
import { check } from '../lib/restore/check';
import { choose } from '../lib/restore/choose';
import { feedOf } from '../lib/restore/feed';
import { type LoadTarget, load } from '../lib/restore/load';
import { bringRoles } from '../lib/restore/roles';
import { readVolumes } from '../lib/volumes/facts';
import { besideFolder } from '../lib/volumes/names';
import { pastOf, type Scene } from './scene';
import type { DrillFacts } from './summary';

/**
 * The newest copy off the host, or the host's own where there is no other.
 *
 * @throws {UserError} for a backup that could not be brought back; the throwaway server is gone in any case
 */
export async function drill(scene: Scene): Promise<DrillFacts> {
  const { request, session, recorder, steps, remote, local } = scene;
  const { runbook } = request;
  recorder.step('Restore drill');
  const source: Source = remote[0] ?? local;
  const now = Date.now();
  const installation = installationOf(await readIdentity(session.host, session.root), await local.list());
  const own = await pastOf(scene, source, now, installation);
  const manifest = choose(own.length > 0 ? own : await source.list(), { by: 'latest' }, source.name, now, {
    installation,
    onHost: source === local,
    fromHost: '',
  });
  const { databases: parts, volumes } = partsWanted(manifest, { databases: ['*'], volumes: ['*'], qdrant: [] });
  const volumeNames = volumes.map((_part, index) => `volume-${index}`);
  const servers = serversOf(parts);
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
    volumeNames,
    steps,
  );
  try {
    const facts = await readFacts(session.host, { stack: project, root: session.root, servers, writers: [] });
    const room = await readVolumes(session.host, { stack: project, root: session.leaseRoot, names: volumeNames });
    check({
      manifest,
      parts,
      servers: facts.servers,
      volumes,
      qdrant: [],
      volumeFacts: new Map(volumes.map(({ name }, index) => [name, room.get(volumeNames[index] ?? '')!])),
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
    const archive = (part: Part): LoadTarget['archive'] => ({
      on: 'runner',
      open: () => feedOf(source, manifest, part, request.identity),
    });
    const loaded = await load(
      project,
      [
        ...parts.map(
          (part): LoadTarget => ({
            service: part.service,
            user: part.user,
            database: part.database,
            // Nothing else has its name there, and some extensions exist under that one only.
            incoming: facts.servers.get(part.service)?.databases.has(part.database)
              ? besideName(part.database, 'restore', facts.now)
              : part.database,
            format: part.format,
            archive: archive(part),
            making: {
              properties: part.properties,
              beyond: part.beyond,
              silent: canSilence(facts.servers.get(part.service)),
              owner: part.user,
              tablespaces: false,
              major: facts.servers.get(part.service)?.major ?? part.major,
            },
          }),
        ),
        ...volumes.map(
          (part, index): LoadTarget => ({
            volume: volumeNames[index] ?? '',
            incoming: besideFolder('restore', facts.now),
            archive: archive(part),
          }),
        ),
      ],
      {
        host: session.host,
        steps,
        folder: `${session.leaseRoot}/steps/${session.token}-load`,
        progress: recorder,
        apart: false,
      },
    );
    const counts = loaded.map(({ tables }) => tables);
    for (const [index, part] of parts.entries()) database.compare(part, loaded[index], []);
    for (const [index, part] of volumes.entries()) volume.compare(part, loaded[parts.length + index], []);
    const seconds = (performance.now() - begun) / 1000;
    const rows = counts.flat().reduce((sum, table) => sum + (table.rows ?? 0), 0);
    const entries = volumes.reduce((sum, part) => sum + part.entries, 0);
    recorder.info(
      `${manifest.id} came back in ${seconds.toFixed(1)} s: ${counts.flat().length} tables, ${rows} rows${volumes.length > 0 ? `; ${volumes.length} volumes, ${entries} files, folders and links` : ''}`,
    );
    return {
      backup: manifest.id,
      place: source.name,
      seconds,
      tables: counts.flat().length,
      rows,
      volumes: volumes.length,
      entries,
    };
  } finally {
    await removeThrowaways(project, steps);
  }
}
