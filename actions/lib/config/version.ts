/** The `version` input: a tag for the versioned services, or one version for each service named. */
import { UserError } from '../errors';

/** Source: OCI distribution specification 1.1, tags; image specification 1.1, digests. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const VERSION = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:@sha256:[0-9a-f]{64})?|sha256:[0-9a-f]{64})$/;
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * @param tag how a version becomes an image tag, see `tag` in RUNBOOK.md
 * @returns service → tag, `sha256:…` or `tag@sha256:…`; empty for an empty text: the Compose file decides
 * @throws {UserError} RB-VERSION-INVALID
 */
export function parseVersions(
  text: string,
  versioned: readonly string[],
  tag: '{version}' | '{semver}' = '{version}',
): Record<string, string> {
  const spelled = (version: string): string => (tag === '{semver}' ? version.replace(/^v(?=\d)/, '') : version);
  const parts = text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return {};
  const [only = ''] = parts;
  if (parts.length === 1 && !only.includes('=')) {
    if (!TAG.test(only)) throw refused(only, 'is not a tag of an image');
    return Object.fromEntries(versioned.map((service) => [service, spelled(only)]));
  }
  const versions: Record<string, string> = {};
  for (const part of parts) {
    const equals = part.indexOf('=');
    const service = part.slice(0, equals);
    const version = part.slice(equals + 1);
    if (equals < 1 || !SERVICE.test(service)) throw refused(part, 'does not begin with SERVICE=');
    if (!VERSION.test(version)) throw refused(part, 'names no tag or digest');
    if (Object.hasOwn(versions, service)) throw refused(part, 'gives a service its second version');
    versions[service] = spelled(version);
  }
  return versions;
}

/** May have words in front, as in `backend-v1.4.0`; also `1.4`, `v2`, `2026-11-30`. */
const NUMBERED = /^(?:[A-Za-z][A-Za-z0-9]*[._-])*[vV]?\d[A-Za-z0-9._-]*$/;
/** Source: semver.org 2.0.0; without `+`, which an image tag cannot contain. */
const SEMVER = /^v?\d+\.\d+\.\d+(?:-[A-Za-z0-9.-]+)?$/;

/**
 * Checks a Git tag whose push starts a deploy: `vendor` begins with a v, but is not a version.
 *
 * @param tag how a version becomes an image tag, see `tag` in RUNBOOK.md
 * @throws {UserError} RB-VERSION-INVALID
 */
export function requireVersion(text: string, tag: '{version}' | '{semver}'): void {
  if ((tag === '{semver}' ? SEMVER : NUMBERED).test(text)) return;
  throw new UserError('RB-VERSION-INVALID', {
    what: `the tag ${JSON.stringify(text)} that was pushed is not a version`,
    why:
      tag === '{semver}'
        ? 'runbook.yml says `tag: "{semver}"`, and it is not three numbers such as v1.4.0'
        : 'it has no number where a version has one',
    remedy:
      'push a tag such as v1.4.0; let the workflow start with tags of versions alone (`tags: ["v[0-9]*"]`); or start it by hand with the version',
  });
}

/** Whether a text has the form of a version, as {@link requireVersion} wants it of a tag. */
export function isVersion(text: string): boolean {
  return NUMBERED.test(text);
}

function refused(part: string, why: string): UserError {
  return new UserError('RB-VERSION-INVALID', {
    what: `version ${JSON.stringify(part)} ${why}`,
    remedy: 'pass a tag (`v1.4.0`), or lines such as `backend=v1.4.0` or `backend=sha256:…` with 64 hexadecimal digits',
  });
}
