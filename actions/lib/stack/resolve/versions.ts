/** Finds the variables that stand for the `version` of a service in the Compose files. */
import { parse } from 'yaml';
import { parseReference } from './reference';
import type { ResolveRequest } from './types';

/** A tag that is one variable and nothing else: `image: ghcr.io/acme/api:${TAG:-latest}`. */
const TAG_VARIABLE = /:\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-?+][^{}]*)?\})$/;

/**
 * Variables that stand for the tag of a versioned service's image, with the tag that they get. So a required
 * `${TAG:?}` is satisfied, and `APP_VERSION: ${TAG}` has the right value. A variable that two services with
 * different versions share is left out.
 */
export function tagVariables(
  request: Pick<ResolveRequest, 'runbook' | 'files' | 'versions' | 'imagesOf'>,
): Record<string, string> {
  const { versions, imagesOf } = request;
  const running = Object.entries(imagesOf?.services ?? {}).map(([name, { image }]) => [
    name,
    parseReference(image)?.tag ?? undefined,
  ]);
  const wanted: Readonly<Record<string, string | undefined>> = { ...Object.fromEntries(running), ...versions };
  const tags = new Map<string, Set<string>>();
  for (const [service, image] of imagesIn(request)) {
    const tag = tagIn(wanted[service]);
    const match = TAG_VARIABLE.exec(image);
    const name = match?.[1] ?? match?.[2];
    if (name !== undefined && tag !== null) tags.set(name, (tags.get(name) ?? new Set()).add(tag));
  }
  const single = [...tags].filter(([, values]) => values.size === 1);
  return Object.fromEntries(single.map(([name, values]) => [name, [...values][0] ?? '']));
}

function tagIn(version: string | undefined): string | null {
  const tag = version?.split('@')[0] ?? '';
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(tag) ? tag : null;
}

/** `[service, image]` as written; a file that only Compose can read is left out. */
function imagesIn({ runbook, files }: Pick<ResolveRequest, 'runbook' | 'files'>): [string, string][] {
  return files
    .filter(({ path }) => runbook.compose.includes(path))
    .flatMap(({ content }) => {
      let document: { services?: Record<string, { image?: unknown } | null> } | null;
      try {
        document = parse(content.toString('utf8'), { merge: true, logLevel: 'silent' });
      } catch {
        return [];
      }
      return Object.entries(document?.services ?? {}).flatMap(([service, definition]): [string, string][] =>
        typeof definition?.image === 'string' ? [[service, definition.image]] : [],
      );
    });
}
