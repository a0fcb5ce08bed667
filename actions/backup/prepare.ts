/** Finds out before a backup is made what it will contain, and what speaks against it. */

import { type Clock, clockOf } from '../lib/backup/clock';
import type { DumpItem } from '../lib/backup/dump-told';
import { examine, type Place, requireRoom } from '../lib/backup/host-place';
import { type Asker, type HostIdentity, installationOf, readIdentity, sayCopy } from '../lib/backup/installation';
import type { Manifest } from '../lib/backup/manifest';
import { encrypterFor } from '../lib/backup/ship';
import { shortMib } from '../lib/bytes';
import { serversOf } from '../lib/data/database';
import { UserError } from '../lib/errors';
import { type Facts, readFacts } from '../lib/postgres/facts';
import type { QdrantServer } from '../lib/qdrant/http';
import { readVolumes, type VolumeFacts } from '../lib/volumes/facts';
import { lookBeside } from './beside';
import { checkContent } from './content';
import { type Former, lookForFormer } from './former';
import { estimate, itemsOf } from './items';
import { tellKept } from './kept';
import { findServers } from './qdrant';
import { pastOf, type Scene, tell } from './scene';

const LEAST_ROOM = 64 * 2 ** 20;

/** A part that the backup lacks, and why. */
export interface Left {
  readonly title: string;
  readonly error: UserError;
}

export interface Prepared {
  readonly place: Place;
  /** What is known of earlier backups in the places that the backup goes to. */
  readonly former: Former;
  readonly facts: Facts;
  readonly clock: Clock;
  /** Of this host; `null`: it has none yet. */
  readonly installation: string | null;
  readonly identity: HostIdentity;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
  readonly qdrant: readonly QdrantServer[];
  /** Parts that cannot be backed up now. */
  readonly down: readonly Left[];
  readonly items: readonly DumpItem[];
  /** Data of the stack that the backup will not contain. */
  readonly bare: readonly string[];
  /** Backups of this host, oldest first, without those dated in the future. */
  readonly earlier: readonly Manifest[];
}

/** Looks at everything that can be known beforehand. Changes nothing. @throws {UserError} */
export async function prepare(scene: Scene): Promise<Prepared> {
  const { request, session, recorder, local } = scene;
  const { stack, backup } = request.runbook;
  checkContent(backup);
  await encrypterFor(backup.recipients);
  const servers = serversOf(backup.databases);
  const asked = Date.now();
  const down: Left[] = [];
  const onDown = (service: string, error: UserError): void => {
    const own = backup.databases.filter((one) => one.service === service);
    down.push(...own.map(({ database }) => ({ title: `${service}/${database}`, error })));
  };
  const facts = await readFacts(session.host, { stack, root: session.root, servers, writers: [], onDown });
  const clock = clockOf(facts.now, asked, await witnessOf(scene, asked));
  if (clock.doubt !== null) tell(scene, clock.doubt);
  for (const { service, database } of backup.databases.filter((one) => facts.servers.has(one.service))) {
    const bytes = facts.servers.get(service)?.databases.get(database);
    if (bytes === undefined) throw unknownDatabase(service, database, facts);
    recorder.info(`${service}/${database}: ${shortMib(bytes)} MiB, PostgreSQL ${facts.servers.get(service)?.major}`);
  }
  const volumes = await readVolumes(session.host, { stack, root: session.leaseRoot, names: backup.volumes });
  for (const [name, { bytes }] of volumes) recorder.info(`${name}: ${shortMib(bytes)} MiB`);
  const qdrant = await findServers(scene, (service, error) => down.push({ title: service, error }));
  // A backup without any data is not made.
  if (down[0] !== undefined && facts.servers.size + volumes.size + qdrant.length === 0) throw down[0].error;
  for (const { title, error } of down) tell(scene, `${title} is left out: ${error.details.what}.`);
  const place = await examine(session.host, backup.directory, stack);
  const identity = await readIdentity(session.host, session.root);
  const installation = installationOf(identity, await local.list());
  const copied = sayCopy(identity, session.root);
  if (copied !== null) tell(scene, copied);
  const former = await lookForFormer(scene, place, { id: installation, host: identity.host });
  const earlier = await historyOf(scene, clock.now, { id: installation, host: identity.host });
  tellKept(scene, { facts, volumes });
  if (backup.to.includes('host')) {
    requireRoom(place, backup.directory, estimate(backup, facts, volumes, earlier.at(-1)) + LEAST_ROOM);
  }
  const bare = await lookBeside(scene, facts, volumes, earlier.at(-1));
  return {
    place,
    former,
    bare,
    facts,
    clock,
    installation,
    identity,
    volumes,
    qdrant,
    down,
    items: itemsOf(
      { servers: servers.filter(({ service }) => facts.servers.has(service)), volumes: backup.volumes },
      backup.format,
      { facts, volumes },
    ),
    earlier,
  };
}

/** The clock of the bucket where backups go to one. @param asked the runner's time of the question */
async function witnessOf({ request, remote }: Scene, asked: number): Promise<{ time: number | null; own: boolean }> {
  const [bucket] = request.runbook.backup.to.includes('s3') ? remote : [];
  const ahead = (await bucket?.ahead()) ?? null;
  // GitHub sets this for every runner. A person's own machine is hardly the host.
  const own = process.env.RUNNER_ENVIRONMENT === 'self-hosted';
  return { time: ahead === null ? null : asked + ahead, own };
}

/** Where the last backups are that this one is compared with: on the host, or in the bucket where they go there alone. */
async function historyOf(scene: Scene, now: number, asker: Asker): Promise<readonly Manifest[]> {
  const { request, local, remote, recorder } = scene;
  const { to } = request.runbook.backup;
  const [bucket] = to.includes('s3') ? remote : [];
  if (to.includes('host') || bucket === undefined) return pastOf(scene, local, now, asker);
  try {
    return await pastOf(scene, bucket, now, asker);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // It can be made all the same; what removes old ones says so, too.
    recorder.warning(`Nothing can be compared with the backups before: ${error.details.what}.`);
    return [];
  }
}

function unknownDatabase(service: string, database: string, { servers }: Facts): UserError {
  const known = [...(servers.get(service)?.databases.keys() ?? [])];
  return new UserError('RB-DATABASE-UNKNOWN', {
    what: `${service} has no database ${JSON.stringify(database)}`,
    why: `it has ${known.join(', ')}`,
    remedy: 'correct backup.databases in the runbook file; nothing was backed up',
  });
}
