/** The content of a file at a path in a service's containers, by what the service mounts there. Pure. */
import { posix } from 'node:path';
import type { ComposeModel } from '../compose-model';
import type { Release } from '../model';

/** The SHA-256; `undefined`: no uploaded file is there. */
export type FileAt = (service: string, path: string) => string | undefined;

interface Entry {
  readonly source: string;
  readonly target?: string;
}

/**
 * @param services what of the uploaded files each service mounts
 * @param directory path of the stack's directory
 */
export function fileAt(
  model: ComposeModel,
  services: Readonly<Record<string, Pick<Release['services'][string], 'mounts'>>>,
  directory: string,
): FileAt {
  return (service, path) => {
    const source = sourceOf(model, service, posix.normalize(path));
    return source === null ? undefined : services[service]?.mounts[posix.relative(directory, source)];
  };
}

function sourceOf(model: ComposeModel, service: string, path: string): string | null {
  const definition = model.services[service] ?? {};
  for (const { target, source } of entriesOf(model, service, 'secrets', '/run/secrets'))
    if (target === path) return source;
  for (const { target, source } of entriesOf(model, service, 'configs', '/')) if (target === path) return source;
  for (const { type, source, target = '' } of (definition.volumes ?? []) as (Entry & { readonly type: string })[]) {
    const below = posix.relative(plain(target), path);
    if (type === 'bind' && below !== '..' && !below.startsWith('../')) return posix.join(plain(source), below);
  }
  return null;
}

/** @param folder where a secret or config without a whole path is mounted */
function entriesOf(
  model: ComposeModel,
  service: string,
  kind: 'secrets' | 'configs',
  folder: string,
): Required<Entry>[] {
  const defined = (model[kind] ?? {}) as Record<string, { readonly file?: string }>;
  return ((model.services[service]?.[kind] ?? []) as Entry[]).flatMap(({ source, target }) => {
    const file = defined[source]?.file;
    return file === undefined ? [] : [{ source: plain(file), target: posix.resolve(folder, plain(target ?? source)) }];
  });
}

/** Compose's model writes `$` as `$$`. */
function plain(text: string): string {
  return text.replaceAll('$$', '$');
}
