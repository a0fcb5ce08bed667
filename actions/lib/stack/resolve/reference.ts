/** Image references, as Docker's grammar has them: `[host[:port]/]path[:tag][@digest]`. */
import { UserError } from '../../errors';
import { repositoryOf } from '../identity';
import type { Digest } from '../model';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REPOSITORY = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*$`);

export interface Reference {
  /** Without tag and digest, as Docker itself shows it: `nginx`, not `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

/** `null` when no image can have this name. */
export function parseReference(image: string): Reference | null {
  const [named = '', digest = null, ...rest] = image.split('@');
  const repository = familiar(repositoryOf(named));
  const tag = named.length > repositoryOf(named).length ? named.slice(repositoryOf(named).length + 1) : null;
  if (rest.length > 0 || !REPOSITORY.test(repository)) return null;
  if ((tag !== null && !TAG.test(tag)) || (digest !== null && !DIGEST.test(digest))) return null;
  return { repository, tag, digest };
}

export function formatReference({ repository, tag, digest }: Reference): string {
  return `${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

/**
 * The image in another version.
 *
 * @param version a tag, `sha256:…`, or `tag@sha256:…`
 * @throws {UserError} RB-VERSION-INVALID
 */
export function withVersion(image: string, version: string): Reference {
  const [first = '', second] = version.split('@', 2);
  const tag = first.startsWith('sha256:') ? null : first;
  const digest = tag === null ? first : (second ?? null);
  const known = parseReference(repositoryOf(image));
  const valid =
    (tag === null || TAG.test(tag)) &&
    (digest === null || DIGEST.test(digest)) &&
    formatVersion(tag, digest) === version;
  if (known === null || !valid) {
    throw new UserError('RB-VERSION-INVALID', {
      what: `${JSON.stringify(version)} is not a version that ${repositoryOf(image)} can have`,
      why: 'a tag has letters, digits, "_", "." and "-", at most 128; a digest is "sha256:" and 64 hexadecimal digits',
      remedy: 'give a tag such as v1.4.0, a digest, or tag@digest',
    });
  }
  return { repository: known.repository, tag, digest };
}

function formatVersion(tag: string | null, digest: string | null): string {
  return [tag, digest].filter((part) => part !== null).join('@');
}

/** The registry that an image comes from; `docker.io` if the repository names none. */
export function registryOf(repository: string): string {
  const first = repository.split('/')[0] ?? '';
  const named = repository.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  return named ? first : 'docker.io';
}

/** Whether the registry is on the host itself: Docker speaks plain HTTP to it. */
export function isLoopback(registry: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(registry);
}

function familiar(repository: string): string {
  return repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]+$)/, '');
}
