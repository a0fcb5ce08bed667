/** Computes the next release from what the uploaded files resolved to and what runs now. Pure. */

import { createHash } from 'node:crypto';
import type { Runbook } from '../../config/runbook';
import { VERSION } from '../../version';
import { type Closed, sameClosed } from '../closed';
import { contentOf, sameImage, sameMounts } from '../identity';
import { schemaName } from '../migrations';
import type { Release, ReleaseService, ServiceTraits, State } from '../model';
import type { Origin } from '../origin';
import { readAtStart } from '../proxy-files';
import { pin, sharedFiles } from '../resolve/pin';
import type { Resolved } from '../resolve/types';
import { sharedOf } from '../resources';
import { withAdjustments } from './adjust';
import { nextReleaseId } from './store';

interface NextRequest {
  readonly resolved: Resolved;
  readonly state: State;
  readonly runbook: Runbook;
  readonly version: string;
  readonly schemaCompatible: boolean;
  /** Why the site is closed. Default: as in the current release. */
  readonly closed?: Closed | undefined;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly run: string;
  /** The commit of the version. Default: as the current release's, where it is the same version in the same images. */
  readonly origin?: Origin | undefined;
}

export interface Next {
  readonly release: Release;
  /** Text of the release's `compose.json`. Holds secrets. */
  readonly compose: string;
  /** From {@link sharedFiles}. Holds secrets. */
  readonly sharedFiles: Readonly<Record<string, string>>;
}

/** Returns the current release itself if nothing would differ from it. */
export function nextRelease(request: NextRequest): Next {
  const { state, runbook } = request;
  const { current } = state;
  const resolved = withAdjustments(request.resolved, current?.services ?? {});
  // Where the records of releases are lost, running containers still name them; those that a failed first release left
  // do not run.
  const running = state.folders.length > 0 ? [] : state.containers.filter(({ state }) => state === 'running');
  const made = running.flatMap(({ release }) => release ?? []);
  const id = nextReleaseId([...takenIds(state), ...made], request.version);
  const services: Record<string, ReleaseService> = {};
  for (const [name, service] of Object.entries(resolved.services)) {
    // A digest identifies the image; the ID that the host gives it is known only after the pull.
    const imageId = service.digest === null ? service.imageId : null;
    const made: ReleaseService = { ...service, imageId, since: id, configHash: null };
    const was = current?.services[name];
    // The proxy's containers stay if a reload is enough to read its changed files.
    const same =
      was !== undefined &&
      was.definition === made.definition &&
      sameImage(was, made) &&
      (sameMounts(was, made) ||
        (name === runbook.proxy.service && readAtStart(name, made, was, state, runbook).length === 0));
    services[name] = same ? { ...made, traits: asMade(made, was), since: was.since, configHash: was.configHash } : made;
  }
  const compose = pin(resolved, runbook.stack, services);
  const { service } = runbook.migration;
  const migration = service === null ? undefined : services[service];
  const release: Release = {
    format: 1,
    id,
    stack: runbook.stack,
    version: request.version,
    services,
    files: resolved.files,
    compose: hashText(compose),
    shared: sharedOf({ ...resolved.model, name: runbook.stack }),
    schema: migration === undefined ? null : schemaName(migration),
    schemaCompatible: request.schemaCompatible,
    maintenance: current?.maintenance ?? false,
    ...closedOf(request),
    createdAt: request.createdAt,
    createdBy: request.createdBy,
    run: request.run,
    ...originIn(request, services),
    adopted: false,
    writer: VERSION,
  };
  const files = sharedFiles(resolved.model, runbook.stack);
  const same =
    current !== null && contentOf(current) === contentOf(release) && sameClosed(current.closed, release.closed);
  return { release: same ? current : release, compose, sharedFiles: files };
}

function originIn(
  { origin, version, state, runbook }: NextRequest,
  services: Release['services'],
): Pick<Release, 'origin'> {
  const was = state.current;
  const stays =
    was?.version === version &&
    runbook.versioned.every((name) => {
      const [before, after] = [was.services[name], services[name]];
      return before !== undefined && after !== undefined && sameImage(before, after);
    });
  const found = origin ?? (stays ? was?.origin : undefined);
  return found === undefined ? {} : { origin: found };
}

function closedOf({ closed, state }: NextRequest): Pick<Release, 'closed'> {
  const found = closed ?? state.current?.closed;
  return found === undefined ? {} : { closed: found };
}

/** The new traits, with the places where `.runbook` is covered as the running containers were made with them. */
function asMade({ traits: { runbookAt: _wanted, ...traits } }: ReleaseService, was: ReleaseService): ServiceTraits {
  const { runbookAt } = was.traits;
  return runbookAt === undefined ? traits : { ...traits, runbookAt };
}

/** IDs that the next release must not have: the number of a release is never used again. */
export function takenIds({ folders, history }: Pick<State, 'folders' | 'history'>): string[] {
  return [...folders, ...history.map(({ release }) => release)];
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
