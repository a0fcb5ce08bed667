/** What a plan must pass before anything is changed. Pure; each check throws a UserError. */
import { mib } from '../../bytes';
import { UserError } from '../../errors';
import type { ComposeService } from '../compose-model';
import { hashOf, localImage, repositoryOf } from '../identity';
import type { Downtime, Plan, Release, State } from '../model';
import type { ResolvedImage } from '../resolve/types';

/** Layers are compressed in the registry; on the disk they need about this many times the room. */
const UNPACKED = 3;
/** Bytes that Docker and the stack itself need to go on working. */
const RESERVE = 64 * 2 ** 20;

/** An entry of a service's `ports`, in Compose's long form. */
interface Port {
  readonly published?: string | number;
  readonly protocol?: string;
  readonly host_ip?: string;
}

/**
 * 64 hexadecimal digits that identify a plan, its containers and this machine: the host's name may lead to another
 * machine by the time that a person has approved the plan. Durations of former runs and free memory are not included.
 */
export function planHash(plan: Plan, { machine }: Pick<State, 'machine'>): string {
  const changes = plan.changes.map((change) => ({
    ...change,
    downtime: change.downtime && { ...change.downtime, last: null, why: lasting(change.downtime) },
  }));
  return hashOf({ ...plan, changes, machine });
}

/**
 * The lasting part of a downtime's cause. A cause on the host counts by its code, because its words have changing
 * numbers.
 */
function lasting({ code, why }: Downtime): string {
  return code ?? why;
}

/** A downtime that is caused by the host has to be allowed; one that the service itself needs is only announced. */
export function checkDowntime(plan: Plan, allowed: boolean): void {
  if (allowed) return;
  for (const { service, downtime } of plan.changes) {
    if (downtime === null || downtime.code === null) continue;
    if (downtime.code === 'RB-DOWNTIME-REFUSED') {
      throw new UserError(downtime.code, {
        what: `${service} cannot run old and new at once, as its strategy in runbook.yml wants it`,
        why: downtime.why,
        remedy: `where several containers may write to its volumes, name them in its \`shared-volumes\`; else give it \`strategy: recreate\`, or allow about ${downtime.seconds} s of downtime with \`allow-downtime: true\``,
      });
    }
    throw new UserError(downtime.code, {
      what: `${service} cannot run old and new at once on this host`,
      why: downtime.why,
      remedy: `give the host the resources that it lacks, or allow about ${downtime.seconds} s of downtime with \`allow-downtime: true\``,
    });
  }
}

/** Why a release cannot be started from what the host has and what can be pulled; `null`: it can. */
export function missingImage(release: Release, images: State['images']): UserError | null {
  for (const [name, service] of Object.entries(release.services)) {
    // An image with a digest can be pulled from its registry.
    if (service.digest !== null || localImage(service, images) !== null) continue;
    return new UserError('RB-IMAGE-MISSING', {
      what: `release ${release.id} needs ${service.image}, which is no longer on the host (service ${name})`,
      why: 'the image was removed; it was built or loaded there, so that no registry has it by a digest',
      remedy: `load it again (\`docker load\`), or deploy version ${release.version} again`,
    });
  }
  return null;
}

/**
 * As {@link lackingImages}. What the plan does not start may be missing, such as a one-shot that has run.
 *
 * @throws {UserError} RB-IMAGE-MISSING for an image that cannot be pulled
 */
export function fetchedImages(plan: Pick<Plan, 'changes'>, target: Release, state: Pick<State, 'images'>): string[] {
  const missing = missingImage({ ...target, services: startedBy(plan, target) }, state.images);
  if (missing !== null) throw missing;
  return lackingImages(plan, target, state);
}

/** Images that a plan starts and the host no longer has, by their digests. */
export function lackingImages(
  plan: Pick<Plan, 'changes'>,
  target: Release,
  { images }: Pick<State, 'images'>,
): string[] {
  const lacking = Object.values(startedBy(plan, target)).filter(
    (service) => service.digest !== null && localImage(service, images) === null,
  );
  return [...new Set(lacking.map(({ image, digest }) => `${repositoryOf(image)}@${digest}`))];
}

function startedBy({ changes }: Pick<Plan, 'changes'>, { services }: Release): Release['services'] {
  const names = new Set(changes.filter(({ start }) => start > 0).map(({ service }) => service));
  return Object.fromEntries(Object.entries(services).filter(([name]) => names.has(name)));
}

/** Refuses ports that another program has: otherwise the start would fail only after the old container was stopped. */
export function checkPorts(services: Readonly<Record<string, ComposeService>>, state: State): void {
  const ours = Object.values(state.current?.services ?? {}).flatMap((service) => service.traits.hostPorts);
  for (const [service, { ports }] of Object.entries(services)) {
    for (const { published, protocol, host_ip: address } of (ports ?? []) as Port[]) {
      const port = Number(published || Number.NaN);
      // Only the TCP ports of listeners are known, not their addresses: on another address the port may be free.
      const anywhere = (protocol ?? 'tcp') === 'tcp' && ['', '0.0.0.0', '::'].includes(address ?? '');
      if (!anywhere || ours.includes(port) || !state.ports.includes(port)) continue;
      throw new UserError('RB-PORT-TAKEN', {
        what: `port ${port}, which ${service} publishes, is in use`,
        why: 'another process or container of the host listens on it',
        remedy: `find it with \`ss -ltnp sport = :${port}\` on the host, stop it or publish another port`,
      });
    }
  }
}

/**
 * Checks the room on the disk. Images that only former releases name may be removed; references and sizes are Docker's.
 */
export function checkDisk(images: readonly ResolvedImage[], state: State): void {
  const layers = new Map(
    images
      .filter((image) => !image.local)
      .flatMap((image) => image.layers.map((layer) => [layer.digest, layer.size] as const)),
  );
  const size = [...layers.values()].reduce((sum, bytes) => sum + bytes, 0);
  const need = size * UNPACKED + (size > 0 ? RESERVE : 0);
  if (need <= state.diskFree) return;
  throw new UserError('RB-DISK-FULL', {
    what: 'the images do not fit on the disk of the host',
    why: `about ${mib(need)} MiB are needed below ${state.engine.root}, ${mib(state.diskFree)} MiB are free`,
    remedy: 'free space (`docker system df` shows what takes it), or keep fewer releases (`keep-releases`)',
  });
}
