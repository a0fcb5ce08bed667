/** Between which commits a plan leads, as far as images and releases say so. Pure. */
import { imageOf, localImage, repositoryOf } from '../stack/identity';
import type { Plan, Release, State } from '../stack/model';
import type { Origin } from '../stack/origin';

/** A service whose two images both say from which commit of one repository they were built. */
export interface BuiltFrom {
  readonly service: string;
  /** The new image, without its tag. */
  readonly image: string;
  readonly repository: string;
  readonly from: string;
  readonly to: string;
}

/** What a release itself says of its version. */
export interface Versioned {
  readonly version: string;
  /** The commit of that version; `null`: the run that made the release did not know it. */
  readonly origin: Origin | null;
  /** URL of that run. */
  readonly run: string;
}

export interface Commits {
  readonly images: readonly BuiltFrom[];
  readonly from: Versioned;
  readonly to: Versioned;
  /** The plan leads to an older release. */
  readonly back: boolean;
}

/**
 * @param pulled reference with digest → what a registry says of an image that the host does not have yet
 * @returns `null` where no release is live
 */
export function commitsOf(
  plan: Plan,
  { current, images, told }: Pick<State, 'current' | 'images' | 'told'>,
  target: Release,
  pulled: Readonly<Record<string, Origin>>,
): Commits | null {
  if (current === null) return null;
  const built = (release: Release, name: string): Origin | null => {
    const service = Object.hasOwn(release.services, name) ? release.services[name] : undefined;
    if (service === undefined) return null;
    return told?.origins[localImage(service, images) ?? ''] ?? pulled[imageOf(service)] ?? null;
  };
  const found = plan.changes.flatMap(({ service, to }): BuiltFrom[] => {
    const [was, now] = [built(current, service), built(target, service)];
    if (to === null || was === null || now === null || was.commit === now.commit) return [];
    if (was.repository.toLowerCase() !== now.repository.toLowerCase()) return [];
    const { repository, commit } = now;
    return [{ service, image: repositoryOf(to.image), repository, from: was.commit, to: commit }];
  });
  return { images: found, from: versioned(current), to: versioned(target), back: ageOf(target) < ageOf(current) };
}

function versioned({ version, origin, run }: Release): Versioned {
  return { version, origin: origin ?? null, run };
}

function ageOf({ id, back }: Release): number {
  return Number.parseInt(back ?? id, 10);
}
