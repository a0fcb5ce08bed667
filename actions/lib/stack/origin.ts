/** From which commit of which repository something was made, as far as it says so. Pure. */

export interface Origin {
  /** Host and path without the scheme, e.g. `github.com/acme/api`. */
  readonly repository: string;
  /** Its hash. */
  readonly commit: string;
}

/** Names of labels and annotations. Source: OCI image specification 1.1, pre-defined annotation keys. */
export const SOURCE = 'org.opencontainers.image.source';
export const REVISION = 'org.opencontainers.image.revision';

/** `https://host/path`, `ssh://git@host/path`, `git@host:path`; each with or without `.git`. */
const URL_FORM = /^(?:https?|ssh|git):\/\/(?:[^@/\s]*@)?([^/\s:]+)(?::\d+)?\/([^\s?#]+)$/;
const SCP_FORM = /^[^@/\s]+@([^/\s:]+):([^\s?#]+)$/;
/** SHA-1 or SHA-256, whole. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** `null` where either is missing or is something else, such as a commit with changes that nobody committed. */
export function originOf(source: string, revision: string): Origin | null {
  const [, host, path] = URL_FORM.exec(source.trim()) ?? SCP_FORM.exec(source.trim()) ?? [];
  const commit = revision.trim().toLowerCase();
  if (host === undefined || path === undefined || !COMMIT.test(commit)) return null;
  const name = path.replace(/\/+$/, '').replace(/\.git$/, '');
  return name === '' ? null : { repository: `${host.toLowerCase()}/${name}`, commit };
}

/** Lines `ID "SOURCE" "REVISION"`, the last two as JSON → by the image's ID. */
export function parseOrigins(lines: readonly string[]): Record<string, Origin> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, id = '', texts = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
      const [source, revision] = textsIn(texts);
      const origin = originOf(source ?? '', revision ?? '');
      return origin === null ? [] : [[id, origin]];
    }),
  );
}

function textsIn(texts: string): readonly (string | undefined)[] {
  try {
    const found: unknown = JSON.parse(texts);
    return Array.isArray(found) ? found.map((one) => (typeof one === 'string' ? one : undefined)) : [];
  } catch {
    return [];
  }
}
