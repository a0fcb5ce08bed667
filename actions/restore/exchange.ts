/** The swap: what stands beside the live data becomes live, and Qdrant, which has nothing beside it, changes before that. */

import { UserError } from '../lib/errors';
import { besideName } from '../lib/postgres/names';
import type { Outcome } from '../lib/procedure/define';
import { describe } from '../lib/procedure/report';
import type { Witness } from '../lib/qdrant/note';
import { type SwapEnd, sayUntold, swap, type Untold } from '../lib/restore/swap';
import type { ServerSwap, VolumeSwap } from '../lib/restore/swap-script';
import type { MigrationRecord } from '../lib/stack/migration-record';
import { isUnknownEnd } from '../lib/steps/endings';
import { besideFolder } from '../lib/volumes/names';
import type { QdrantChanges } from './qdrant-change';
import { type Finish, failed, type Named, type Scene, serversOf } from './scene';
import { noteSchema } from './schema';
import type { Settled } from './settled';

const UNKNOWN = 'Which data serves, the former or the restored, was not known when this run ended.';

export interface Exchanged {
  readonly parts: readonly Named[];
  /** Names of volumes and directories. */
  readonly volumes: readonly string[];
  readonly qdrant: QdrantChanges;
  /** What the record of migrations gets, where databases change. */
  readonly schema: MigrationRecord | null;
  /** For the report, sentences that hold once it is done. */
  readonly remarks: readonly string[];
}

/** What changes its name. */
interface Swapped {
  readonly servers: readonly ServerSwap[];
  readonly volumes: readonly VolumeSwap[];
}

/** Makes the databases and folders live that stand beside them as `kind` with this ID, and changes Qdrant. */
export async function exchange(
  scene: Scene,
  settled: Settled,
  exchanged: Exchanged,
  kind: 'restore' | 'before',
  id: string,
  finish: Finish,
): Promise<Outcome> {
  const { recorder, notes } = scene;
  const { parts, volumes: names, qdrant } = exchanged;
  const swapped = swappedOf(settled, exchanged, kind, id);
  const known = notes.length;
  let swapping = false;
  let end: SwapEnd | null = null;
  let untold: Untold | null = null;
  try {
    await qdrant.make();
    if (parts.length + names.length === 0) await qdrant.keep();
    else {
      await noteSchema(scene.session, exchanged.schema);
      await qdrant.swapping(witnessOf(swapped));
      swapping = true;
      untold = await carryOut(scene, settled, swapped, (reached) => {
        end = reached;
      });
    }
  } catch (error) {
    const left = leftoversOf(parts, kind === 'restore' ? names : [], id);
    const isUnknown = swapping && error instanceof UserError && isUnknownEnd(error);
    // Points that were counted are not there any more.
    notes.length = known;
    const reached = end as SwapEnd | null;
    const isStuck = reached !== null && reached.data !== 'back';
    let serving = isUnknown || isStuck ? UNKNOWN + qdrant.undecided : await qdrant.back();
    if (reached !== null) {
      notes.push(...reversedNotes(scene, settled, swapped, reached));
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
      notes.push('Qdrant has the restored data as well; the next restore finishes that.');
    });
  }
  const former = { ...formerOf(scene, settled, swapped), ...qdrant.former };
  notes.push(...exchanged.remarks);
  if (kind === 'restore') notes.push('To go back: run this action with undo: true.');
  for (const note of notes.slice(known)) recorder.info(note);
  if (untold === 'kind') {
    recorder.warning(sayUntold(untold));
    notes.push(sayUntold(untold));
  }
  return untold === 'refused'
    ? finish('failed', { error: describe(notReloaded(scene.request.runbook.proxy.service)) }, former)
    : finish('succeeded', {}, former);
}

function swappedOf({ facts }: Settled, { parts, volumes }: Exchanged, kind: 'restore' | 'before', id: string): Swapped {
  const aside = kind === 'restore' ? 'before' : 'undone';
  return {
    servers: serversOf(parts).map(({ service, user, databases }): ServerSwap => {
      const server = facts.servers.get(service);
      const exchanges = databases.map((live) => {
        const outgoing = server?.databases.has(live) ? besideName(live, aside, facts.now) : null;
        const incoming = besideName(live, kind, id);
        const reversed = kind === 'restore' ? besideName(live, 'undone', id) : incoming;
        const own =
          kind === 'restore' ? parts.find((part) => part.service === service && part.database === live) : null;
        const comment = own?.properties ? { comment: own.properties.comment } : {};
        return { live, incoming, outgoing, reversed, ...comment };
      });
      return { service, user, container: server?.container ?? '', exchanges };
    }),
    volumes: volumes.map((name): VolumeSwap => {
      const incoming = besideFolder(kind, id);
      const reversed = kind === 'restore' ? besideFolder('undone', id) : incoming;
      return { name, incoming, outgoing: besideFolder(aside, facts.now), reversed };
    }),
  };
}

/** What is there after the commit, and neither before it nor after a reversal. */
function witnessOf({ servers, volumes }: Swapped): Witness | null {
  const [server] = servers;
  const [exchange] = server?.exchanges ?? [];
  if (server !== undefined && exchange !== undefined) {
    const { live, outgoing } = exchange;
    return { service: server.service, user: server.user, live, database: outgoing ?? live };
  }
  const [volume] = volumes;
  return volume === undefined ? null : { volume: volume.name, folder: volume.outgoing };
}

/** @throws {UserError} when it did not come to the commit */
async function carryOut(
  { request, recorder, steps, notes }: Scene,
  { facts }: Settled,
  { servers, volumes }: Swapped,
  onEnd: (end: SwapEnd) => void,
): Promise<Untold | null> {
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
  return untold;
}

/** The restored data is live, and users may not get there. */
function notReloaded(proxy: string | null): UserError {
  return new UserError('RB-PROXY-CONFIG', {
    what: `the data is restored and live; ${proxy ?? 'the proxy'} did not reload, and may call services where they were before`,
    why: 'nginx refuses the configuration that it has on the host',
    remedy: `correct the configuration that \`nginx -t\` in ${proxy ?? 'its container'} names, and reload it; do not restore again`,
  });
}

/** Live name → what has what was live before. Says how each is removed. */
function formerOf(
  { request, notes }: Scene,
  { volumes: volumeFacts }: Settled,
  { servers, volumes }: Swapped,
): Readonly<Record<string, string>> {
  const { stack } = request.runbook;
  const former: Record<string, string> = {};
  for (const server of servers) {
    for (const { live, outgoing } of server.exchanges) {
      if (outgoing === null) continue;
      former[live] = outgoing;
      notes.push(`What was ${live} is ${outgoing} now. To drop it: ${dropCommand(stack, server, outgoing)}`);
    }
  }
  for (const { name, outgoing } of volumes) {
    former[name] = outgoing;
    const command = removeCommand(volumeFacts, name, outgoing);
    notes.push(`What was in ${name} is in its folder ${outgoing} now. To remove it: ${command}`);
  }
  return former;
}

/** What was live for a moment stays, as somebody may have written to it. */
function reversedNotes(
  { request }: Scene,
  { volumes: volumeFacts }: Settled,
  { servers, volumes }: Swapped,
  end: SwapEnd,
): string[] {
  if (end.data !== 'back' || !end.exchanged) return [];
  const { stack } = request.runbook;
  const kept = 'and is kept, as it was live for a moment';
  return [
    ...servers.flatMap((server) =>
      server.exchanges
        .filter(({ incoming, reversed }) => incoming !== reversed)
        .map(
          ({ live, reversed }) =>
            `What was restored for ${live} is ${reversed} now, ${kept}. To drop it: ${dropCommand(stack, server, reversed)}`,
        ),
    ),
    ...volumes
      .filter(({ incoming, reversed }) => incoming !== reversed)
      .map(
        ({ name, reversed }) =>
          `What was restored for ${name} is in its folder ${reversed} now, ${kept}. To remove it: ${removeCommand(volumeFacts, name, reversed)}`,
      ),
  ];
}

function dropCommand(stack: string, { service, user }: ServerSwap, database: string): string {
  return `docker exec $(docker ps -q --filter label=com.docker.compose.project=${stack} --filter label=com.docker.compose.service=${service}) dropdb -U ${user} '${database}'`;
}

function removeCommand(facts: Settled['volumes'], name: string, below: string): string {
  const source = facts.get(name)?.source ?? name;
  const folder = name.startsWith('/') ? name : `"$(docker volume inspect --format '{{.Mountpoint}}' ${source})"`;
  return `sudo rm -rf ${folder}/${below}`;
}

/** What is to go when a restore fails. */
export function leftoversOf(parts: readonly Named[], volumes: readonly string[], id: string) {
  return { servers: serversOf(parts), volumes: new Map(volumes.map((name) => [name, [besideFolder('restore', id)]])) };
}
