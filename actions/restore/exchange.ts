/** The swap: what stands beside the live databases becomes live. */
import type { Facts } from '../lib/postgres/facts';
import { besideName } from '../lib/postgres/names';
import { type ServerSwap, swap } from '../lib/postgres/swap';
import { type Finish, failed, type Named, type Restored, type Scene, serversOf } from './scene';

/** Makes the databases live that stand beside them as `kind` with this ID. */
export async function exchange(
  scene: Scene,
  facts: Facts,
  parts: readonly Named[],
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
  const seconds = new Map<string, number>();
  try {
    await swap(
      {
        stack: runbook.stack,
        writers: facts.writers,
        proxy: runbook.proxy.service,
        healthTimeout: runbook.restore.healthTimeout,
        servers,
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
    return await failed(scene, serversOf(parts), error, finish);
  }
  const stopped = ((seconds.get('writers started') ?? 0) - (seconds.get('stopping the writers') ?? 0)) / 1000;
  notes.push(`The writers (${facts.writers.join(', ') || 'none ran'}) stood still for ${stopped.toFixed(1)} s.`);
  for (const { service, user, exchanges } of servers) {
    for (const { live, outgoing } of exchanges) {
      if (outgoing === null) continue;
      notes.push(
        `What was ${live} is ${outgoing} now. To drop it: docker exec $(docker ps -q --filter label=com.docker.compose.project=${runbook.stack} --filter label=com.docker.compose.service=${service}) dropdb -U ${user} '${outgoing}'`,
      );
    }
  }
  if (kind === 'restore') notes.push('To go back: run this action with undo: true.');
  return finish('succeeded', {}, former);
}
