/** The image tags that the repository's own workflows push, read from docker/metadata-action's patterns. Pure. */

interface Publishing {
  /** File name of the workflow. */
  readonly file: string;
  /** The image tag for the Git tag v1.4.0. */
  readonly tag: 'v1.4.0' | '1.4.0' | null;
}

/** @param workflows file name → text */
export function publishingOf(workflows: ReadonlyMap<string, string>): Publishing | null {
  for (const [file, text] of workflows) {
    if (!/docker\/build-push-action|docker(\s+buildx)?\s+(build|push)|docker\/bake-action/.test(text)) continue;
    const bare = /type=semver,pattern=\{\{\s*version\s*\}\}/.test(text);
    const asTagged =
      /type=ref,event=tag|type=semver,pattern=v\{\{\s*version\s*\}\}|\$\{\{\s*github\.ref_name\s*\}\}/.test(text);
    return { file, tag: asTagged ? 'v1.4.0' : bare ? '1.4.0' : null };
  }
  return null;
}
