/** The drill: a backup restored into a server that is thrown away, and compared with its manifest. */
import { check, compare } from '../lib/backup/check';
import { choose, databasesOf } from '../lib/backup/choose';
import { feedOf } from '../lib/backup/feed';
import { load } from '../lib/backup/load';
import { sizeOf } from '../lib/backup/manifest';
import { bringRoles } from '../lib/backup/roles';
import type { Source } from '../lib/backup/source';
import { readFacts } from '../lib/postgres/facts';
import { besideName } from '../lib/postgres/names';
import { drillProject, removeThrowaways, startThrowaways } from '../lib/postgres/throwaway';
import type { DrillFacts } from '../lib/procedure/report';
import { serversOf } from './items';
import type { Scene } from './scene';

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
  const manifest = choose(await source.list(), { by: 'latest' }, source.name);
  const parts = databasesOf(manifest, null);
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
    servers.map(({ service, user }) => ({ service, user, image: live.servers.get(service)?.imageId ?? '' })),
    steps,
  );
  try {
    const facts = await readFacts(session.host, { stack: project, root: session.root, servers, writers: [] });
    check({
      manifest,
      parts,
      servers: facts.servers,
      volumes: [],
      volumeFacts: new Map(),
      state: session.state,
      roles: true,
      newerServer: false,
      identity: request.identity,
    });
    await bringRoles({ stack: project, source, manifest, identity: request.identity, servers, facts, steps });
    const loaded = await load(
      project,
      parts.map((part) => ({
        service: part.service,
        user: part.user,
        database: part.database,
        incoming: besideName(part.database, 'restore', facts.now),
        format: part.format,
        archive: { on: 'runner', open: () => feedOf(source, manifest, part, request.identity) },
      })),
      {
        host: session.host,
        steps,
        folder: `${session.leaseRoot}/steps/${session.token}-load`,
        progress: recorder,
        apart: false,
      },
    );
    const counts = loaded.map(({ tables }) => tables);
    for (const [index, part] of parts.entries()) compare(part, counts[index] ?? []);
    const seconds = (performance.now() - begun) / 1000;
    const rows = counts.flat().reduce((sum, table) => sum + table.rows, 0);
    recorder.info(`${manifest.id} came back in ${seconds.toFixed(1)} s: ${counts.flat().length} tables, ${rows} rows`);
    return { backup: manifest.id, place: source.name, seconds, tables: counts.flat().length, rows };
  } finally {
    await removeThrowaways(project, steps);
  }
}
