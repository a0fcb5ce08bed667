/** The image tags that the repository's own workflows push, read from docker/metadata-action's patterns. Pure. */

import { parse } from 'yaml';

interface Publishing {
  /** File name of the workflow. */
  readonly file: string;
  /** The image tag for the Git tag v1.4.0. */
  readonly tag: 'v1.4.0' | '1.4.0' | null;
  /** Whether the push of a tag starts it, as far as its text says. */
  readonly ofTags: boolean;
}

/** @param workflows file name → text */
export function publishingOf(workflows: ReadonlyMap<string, string>): Publishing | null {
  for (const [file, text] of workflows) {
    if (!/docker\/build-push-action|docker(\s+buildx)?\s+(build|push)|docker\/bake-action/.test(text)) continue;
    const bare = /type=semver,pattern=\{\{\s*version\s*\}\}/.test(text);
    const asTagged =
      /type=ref,event=tag|type=semver,pattern=v\{\{\s*version\s*\}\}|\$\{\{\s*github\.ref_name\s*\}\}/.test(text);
    return { file, tag: asTagged ? 'v1.4.0' : bare ? '1.4.0' : null, ofTags: startsByTags(text) };
  }
  return null;
}

/** GitHub starts a workflow for pushes of branches alone where these are named and tags are not. */
function startsByTags(text: string): boolean {
  const events = eventsIn(text);
  if (typeof events !== 'object' || events === null || Array.isArray(events)) return true;
  const { push, ...others } = events as Readonly<Record<string, unknown>>;
  if (['release', 'create', 'workflow_call', 'workflow_run'].some((name) => name in others)) return true;
  if (!('push' in events)) return false;
  const filter = typeof push === 'object' && push !== null ? push : {};
  const hasBranches = 'branches' in filter || 'branches-ignore' in filter;
  return !hasBranches || 'tags' in filter || 'tags-ignore' in filter;
}

function eventsIn(text: string): unknown {
  try {
    return (parse(text) as { readonly on?: unknown } | null)?.on;
  } catch {
    return null;
  }
}
