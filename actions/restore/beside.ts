/** What is loaded beside the live data: new databases and folders, compared with the manifest before anything is exchanged. */

import type { DatabasePart, Manifest, Part } from '../lib/backup/manifest';
import { database } from '../lib/data/database';
import { volume } from '../lib/data/volume';
import type { Parts } from '../lib/data/wanted';
import { canSilence, type Facts } from '../lib/postgres/facts';
import { besideName } from '../lib/postgres/names';
import { feedOf, isEncrypted } from '../lib/restore/feed';
import { type LoadTarget, load } from '../lib/restore/load';
import type { Making } from '../lib/restore/sql';
import { besideFolder } from '../lib/volumes/names';
import type { RestoreInputs } from './inputs';
import type { Scene } from './scene';

/** Those that are filled beside the live ones. */
type LoadedParts = Pick<Parts, 'databases' | 'volumes'>;

/** Fills new databases and folders, and compares them with the manifest. @throws {UserError} */
export async function loadBeside(scene: Scene, manifest: Manifest, parts: LoadedParts, facts: Facts): Promise<void> {
  const { request, session, steps, recorder } = scene;
  const { databases, volumes } = parts;
  recorder.step('Restore beside the live data');
  const loaded = await load(request.runbook.stack, targetsOf(scene, manifest, parts, facts), {
    host: session.host,
    steps,
    folder: `${session.root}/steps/${session.token}-load`,
    progress: recorder,
  });
  for (const [index, part] of databases.entries()) {
    const accepted = database.compare(part, loaded[index], request.acceptDifferences);
    for (const text of accepted) scene.notes.push(`Accepted, as accept-differences has it: ${part.database}, ${text}.`);
  }
  for (const [index, part] of volumes.entries()) volume.compare(part, loaded[databases.length + index], []);
}

/** Databases first. */
function targetsOf({ request, source }: Scene, manifest: Manifest, { databases, volumes }: LoadedParts, facts: Facts) {
  // What is encrypted is decrypted on the runner: the identity never gets to the host.
  const archive = (part: Part, unpacks: boolean): LoadTarget['archive'] => {
    const there = (unpacks || !part.file.endsWith('.zst')) && !isEncrypted(part);
    const path = there ? source.path(manifest, part) : null;
    return path === null
      ? { on: 'runner', open: () => feedOf(source, manifest, part, request.identity) }
      : { on: 'host', path, sha256: part.sha256 };
  };
  return [
    ...databases.map(
      (part): LoadTarget => ({
        service: part.service,
        user: part.user,
        database: part.database,
        incoming: besideName(part.database, 'restore', facts.now),
        format: part.format,
        archive: archive(part, facts.servers.get(part.service)?.unpacks ?? false),
        making: makingOf(part, facts, request),
      }),
    ),
    ...volumes.map(
      (part): LoadTarget => ({
        volume: part.name,
        incoming: besideFolder('restore', facts.now),
        archive: archive(part, facts.unpacks),
      }),
    ),
  ];
}

/** As the backup has it, but for what somebody said; where it says nothing, as the live one. */
function makingOf(part: DatabasePart, { servers }: Facts, { locale, tablespaces }: RestoreInputs): Making {
  const server = servers.get(part.service);
  const live = server?.properties.get(part.database) ?? null;
  const own = part.properties ?? live;
  const properties =
    own !== null && live !== null && locale === 'live'
      ? { ...own, ...pick(live, ['encoding', 'collate', 'ctype', 'provider', 'locale', 'rules']) }
      : own;
  return {
    properties,
    beyond: part.beyond,
    silent: canSilence(server),
    owner: part.user,
    major: server?.major ?? part.major,
    tablespaces: tablespaces === 'keep',
  };
}

function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
