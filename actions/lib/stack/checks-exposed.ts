/** Who of the stack can read `.runbook`, which has the env files and secrets of all kept releases. Pure. */
import { posix } from 'node:path';
import type { Runbook } from '../config/runbook';
import type { State } from './model';
import type { ComposeModel } from './resolve/types';

/** The part of Compose's model that says what of the host a service has. */
interface Volume {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/**
 * Sentences on services that mount the stack's directory, a folder above it or `.runbook` itself. Nothing is mounted over
 * it for that: a container whose mount has no place any more does not start again. Who mounts the whole host means to
 * see it.
 */
export function exposures(
  model: ComposeModel,
  { directory }: Pick<Runbook, 'directory'>,
  { physicalDirectory }: Pick<State, 'physicalDirectory'>,
): string[] {
  const roots = [directory, physicalDirectory].filter((path) => path !== '').map((path) => `${clean(path)}/.runbook`);
  const devices = devicesOf(model);
  return Object.entries(model.services).flatMap(([service, { volumes }]) =>
    ((volumes ?? []) as Volume[]).flatMap(({ type, source = '', target, read_only }) => {
      const path = clean(plain(type === 'bind' ? source : (devices[source] ?? '')));
      if (path === '' || !roots.some((root) => holds(path, root) || holds(root, path))) return [];
      const more = read_only === true ? '' : ', and may change it or take it from the SSH user, which stops every run';
      return [
        `${service} has ${path} of the host at ${plain(target)}: with it, it can read .runbook, where the env files and secrets of all kept releases are${more}; mount the folders below ${directory} that it needs, and not .runbook`,
      ];
    }),
  );
}

/** Volumes that are a folder of the host under a name: key → folder. */
function devicesOf(model: ComposeModel): Record<string, string> {
  const volumes = Object.entries(
    (model.volumes ?? {}) as Record<string, { driver_opts?: Record<string, unknown> } | null>,
  );
  return Object.fromEntries(
    volumes.flatMap(([key, volume]) => {
      const { o = '', device = '' } = volume?.driver_opts ?? {};
      const bound = String(o)
        .split(',')
        .some((option) => option === 'bind' || option === 'rbind');
      return bound ? [[key, String(device)]] : [];
    }),
  );
}

/** Whether `path` is `folder` or lies below it. */
function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The whole host is the empty path. */
function clean(path: string): string {
  return path === '' ? '' : posix.normalize(path).replace(/\/+$/, '');
}

/** A dollar sign stands twice in Compose's model. */
function plain(text: string): string {
  return text.replaceAll('$$', '$');
}
