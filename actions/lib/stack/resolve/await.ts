/** Waits for images: a tag that starts a deploy often starts their build, too, and they are pushed minutes later. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors';
import { requireGoing } from '../../steps/endings';
import type { Resolved, ResolveRequest } from './types';

type Look = (request: ResolveRequest) => Promise<Resolved>;

interface Awaiting {
  /** Milliseconds to wait for images that do not exist yet; 0: do not wait. */
  readonly timeout: number;
  /** Milliseconds from one look to the next. */
  readonly pause: number;
  readonly say: (text: string) => void;
}

/**
 * Looks again and again while images are missing. If they are still missing at the end, looks whether the registry has
 * them under the other spelling of the version, with or without a leading v.
 *
 * @param look `resolve`
 * @throws {UserError} what `look` throws; RB-IMAGE-NOT-FOUND, which names the other spelling if the registry has it
 */
export async function resolveInTime(
  look: Look,
  request: ResolveRequest,
  { timeout, pause, say }: Awaiting,
): Promise<Resolved> {
  const since = performance.now();
  for (let told = false; ; told = true) {
    try {
      return await look(request);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'RB-IMAGE-NOT-FOUND') throw error;
      const left = timeout - (performance.now() - since);
      if (left <= 0) throw await meant(look, request, error);
      if (!told) say(`${error.details.what}; waiting up to ${Math.round(timeout / 1000)} s until it is pushed`);
      await sleep(Math.min(pause, left), undefined, { signal: request.signal }).catch(() => undefined);
      requireGoing(request.signal);
    }
  }
}

async function meant(look: Look, request: ResolveRequest, error: UserError): Promise<UserError> {
  const versions = Object.fromEntries(
    Object.entries(request.versions).map(([service, version]) => [service, otherSpelling(version)]),
  );
  const [spelled] = Object.entries(versions).filter(([service, version]) => version !== request.versions[service]);
  if (spelled === undefined) return error;
  try {
    await look({ ...request, versions, keepStaging: false });
  } catch {
    return error;
  }
  const [, version] = spelled;
  return new UserError(error.code, {
    ...error.details,
    why: `the registry has it as ${version}`,
    remedy: `deploy version ${version}${version.startsWith('v') ? '' : '; or write `tag: "{semver}"` in runbook.yml, which takes the v of a Git tag away'}`,
  });
}

/** `v1.4.0` for `1.4.0`, and the reverse; a digest stays as it is. */
function otherSpelling(version: string): string {
  if (/^v\d/.test(version)) return version.slice(1);
  return /^\d+\.\d/.test(version) ? `v${version}` : version;
}
