/** The swap: what stands beside the live data becomes live. */
import { type ServerSwap, swap, type VolumeSwap } from '../lib/backup/swap';
import { UserError } from '../lib/errors';
import { besideName } from '../lib/postgres/names';
import { besideFolder } from '../lib/volumes/names';
import { type Finish, failed, type Named, type Restored, type Scene, type Settled, serversOf } from './scene';

const UNKNOWN = 'Which data serves, the former or the restored, was not known when this run ended.';

export interface Exchanged {
  readonly parts: readonly Named[];
  /** Names of volumes and directories. */
  readonly volumes: readonly string[];
}

/** Makes the databases and folders live that stand beside them as `kind` with this ID. */
export async function exchange(
  scene: Scene,
  { facts, volumes: volumeFacts }: Settled,
  { parts, volumes: names }: Exchanged,
  kind: 'restore' | 'before',
  id: string,
  finish: Finish,
): Promise<Restored> {
  const { request, recorder, steps, notes } = scene;
  const { runbook } = request;
  recorder.step('Swap');
  const aside = kind === 'restore' ? 'before' : 'undone';
  const former: Record<string, string> = {};
  const servers = serversOf(parts).map(({ service, user, databases }): ServerSwap => {
    const server = facts.servers.get(service);
    const exchanges = databases.map((live) => {
      const outgoing = server?.databases.has(live) ? besideName(live, aside, facts.now) : null;
      if (outgoing !== null) former[live] = outgoing;
      return { live, incoming: besideName(live, kind, id), outgoing };
    });
    return { service, user, container: server?.container ?? '', exchanges };
  });
  const volumes = names.map((name): VolumeSwap => {
    const outgoing = besideFolder(aside, facts.now);
    former[name] = outgoing;
    return { name, incoming: besideFolder(kind, id), outgoing };
  });
  const seconds = new Map<string, number>();
  let stopped: readonly string[];
  try {
    stopped = await swap(
      {
        stack: runbook.stack,
        writers: parts.length > 0 ? facts.writers : [],
        proxy: runbook.proxy.service,
        healthTimeout: runbook.restore.healthTimeout,
        servers,
        volumes,
      },
      {
        steps,
        mark: (text) => {
          seconds.set(text, performance.now());
          recorder.mark(text);
          recorder.info(text);
        },
      },
    );
  } catch (error) {
    const left = leftoversOf(parts, kind === 'restore' ? names : [], id);
    const isUnknown = error instanceof UserError && error.code === 'RB-CONNECTION-LOST';
    return await failed(scene, left, error, finish, isUnknown ? UNKNOWN : undefined);
  }
  const known = notes.length;
  const still = ((seconds.get('writers started') ?? 0) - (seconds.get('stopping the writers') ?? 0)) / 1000;
  notes.push(`The writers (${stopped.join(', ') || 'none ran'}) stood still for ${still.toFixed(1)} s.`);
  for (const { service, user, exchanges } of servers) {
    for (const { live, outgoing } of exchanges) {
      if (outgoing === null) continue;
      notes.push(
        `What was ${live} is ${outgoing} now. To drop it: docker exec $(docker ps -q --filter label=com.docker.compose.project=${runbook.stack} --filter label=com.docker.compose.service=${service}) dropdb -U ${user} '${outgoing}'`,
      );
    }
  }
  for (const { name, outgoing } of volumes) {
    const source = volumeFacts.get(name)?.source ?? name;
    const folder = name.startsWith('/') ? name : `"$(docker volume inspect --format '{{.Mountpoint}}' ${source})"`;
    notes.push(`What was in ${name} is in its folder ${outgoing} now. To remove it: sudo rm -rf ${folder}/${outgoing}`);
  }
  if (kind === 'restore') notes.push('To go back: run this action with undo: true.');
  for (const note of notes.slice(known)) recorder.info(note);
  return finish('succeeded', {}, former);
}

/** What is to go when a restore fails. */
export function leftoversOf(parts: readonly Named[], volumes: readonly string[], id: string) {
  return { servers: serversOf(parts), volumes: new Map(volumes.map((name) => [name, [besideFolder('restore', id)]])) };
}
