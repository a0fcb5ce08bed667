/** Finds out which changed files of the proxy take effect on a reload, and which only when it starts. Pure. */
import { posix } from 'node:path';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { Container, Plan, Release, ReleaseService, ServiceChange, State } from './model';

/** A proxy, recognized by its processes. */
export interface SeenProxy {
  readonly program: 'nginx' | 'haproxy' | 'caddy' | 'traefik' | 'apache';
  /** Whether it can be told to read its files again; if not, they take effect when it starts. */
  readonly reloads: boolean;
}

/**
 * Files that entrypoints of images run or make configurations of, before the program itself starts: scripts, and
 * templates, by their names or by the folder of nginx's image.
 */
const READ_AT_START = /\.(template|tmpl|tpl|j2|sh|envsh)$|^\/etc\/nginx\/templates\/|^\/docker-entrypoint/;

type Stack = Pick<Runbook, 'directory' | 'proxy'>;

/**
 * Files that differ and that the running containers of the proxy read only when they start; none for other services.
 */
export function readAtStart(
  name: string,
  wanted: ReleaseService,
  was: ReleaseService | undefined,
  state: Pick<State, 'containers' | 'physicalDirectory'>,
  { directory, proxy }: Stack,
): string[] {
  if (name !== proxy.service || was === undefined) return [];
  const changed = [...new Set([...Object.keys(wanted.mounts), ...Object.keys(was.mounts)])]
    .filter((path) => wanted.mounts[path] !== was.mounts[path])
    .sort();
  const running = state.containers.filter((one) => one.service === name && one.state === 'running' && !one.oneOff);
  if (running.length === 0) return [];
  if (running.some((container) => container.proxy?.reloads !== true)) return changed;
  const roots = [directory, state.physicalDirectory].filter((root) => root !== '');
  return changed.filter((path) => running.some((container) => targetsOf(container, path, roots).some(isReadAtStart)));
}

function isReadAtStart(target: string): boolean {
  return READ_AT_START.test(target);
}

/** Paths of the file in the container; its path below the stack's directory if they are not known. */
function targetsOf({ mounts }: Container, path: string, roots: readonly string[]): string[] {
  const places = roots.map((root) => posix.join(root, path));
  const found = mounts.flatMap(({ type, source, target }) => {
    const inside = places.find((place) => place === source || place.startsWith(`${source.replace(/\/+$/, '')}/`));
    return type === 'bind' && inside !== undefined ? [posix.join(target, posix.relative(source, inside))] : [];
  });
  return found.length > 0 ? found : [`/${path}`];
}

/**
 * Refuses changes that an HAProxy without a master would not follow: it resolves names when it starts, cannot be told
 * to resolve them again, and would go on calling containers that are gone. It may be the proxy, or stand behind it.
 *
 * @throws {UserError} RB-PROXY-UNTOLD
 */
export function checkTold(
  plan: Pick<Plan, 'changes'>,
  state: Pick<State, 'containers' | 'current'>,
  stack: Stack,
  allowed: boolean,
): void {
  const found = allowed ? null : untold(plan, state, stack);
  if (found !== null) throw found;
}

/** Sentences for a plan that {@link checkTold} will not let pass. */
export function toldNotes(...given: Parameters<typeof untold>): string[] {
  const found = untold(...given);
  if (found === null) return [];
  const { what, why, remedy } = found.details;
  return [
    `Without \`allow-downtime: true\` this plan is refused (RB-PROXY-UNTOLD): ${what}. ${why}. To avoid it: ${remedy}.`,
  ];
}

function untold(
  { changes }: Pick<Plan, 'changes'>,
  { containers, current }: Pick<State, 'containers' | 'current'>,
  { proxy }: Stack,
): UserError | null {
  for (const single of containers) {
    const { service: name, state, proxy: seen, networks } = single;
    if (state !== 'running' || seen?.program !== 'haproxy' || seen.reloads) continue;
    if (changes.some(({ service, start }) => service === name && start > 0)) continue;
    const isCalled = (id: string): boolean => {
      const one = containers.find((container) => container.id === id);
      return one !== undefined && one.listens.length > 0 && Object.keys(one.networks).some((at) => at in networks);
    };
    const moved = changes.filter(
      ({ service, kind, retire }) =>
        service !== name &&
        kind !== 'remove' &&
        // An HAProxy behind the proxy calls what its files name.
        (name === proxy.service || current?.services[service]?.traits.unnamed !== true) &&
        retire.some(isCalled),
    );
    if (moved.length > 0) return refusal(name, moved);
  }
  return null;
}

function refusal(name: string, moved: readonly Pick<ServiceChange, 'service'>[]): UserError {
  return new UserError('RB-PROXY-UNTOLD', {
    what: `${name} would continue to call the present containers of ${moved.map(({ service }) => service).join(', ')} after they are removed`,
    why: 'HAProxy runs without a master process there: it resolves names only when it starts, and cannot be told to resolve them again',
    remedy:
      'start it with `-W`, as its official image does; where its configuration has `resolvers` for these servers, or names none of them, run this with `allow-downtime: true`',
  });
}

/** Notes on a proxy that gets a new container only because of its files. */
export function proxyNotes(
  state: State,
  target: Release,
  changes: readonly Pick<ServiceChange, 'service' | 'start'>[],
  runbook: Stack,
): string[] {
  const name = runbook.proxy.service ?? '';
  const wanted = target.services[name];
  if (wanted === undefined || !changes.some(({ service, start }) => service === name && start > 0)) return [];
  const files = readAtStart(name, wanted, state.current?.services[name], state, runbook).join(', ');
  if (files === '') return [];
  const seen = state.containers.find(({ service, proxy }) => service === name && proxy !== undefined)?.proxy;
  return [`${name} ${whyAtStart(seen)}: for ${files} it gets a new container.`];
}

function whyAtStart(seen: SeenProxy | undefined): string {
  if (seen === undefined) return 'is not an nginx, HAProxy, Caddy or Apache that can be told to read its files again';
  if (seen.reloads || seen.program === 'traefik') return 'reads some files only when it starts';
  return seen.program === 'haproxy'
    ? 'runs without a master process (-W) and reads its files only when it starts'
    : 'has no admin endpoint at port 2019 through which it could be told to read its files again';
}
