/** Why a service changes, in words. Part of `diff`; pure. */
import { adjustmentReasons, replicasReason } from '../adjusted';
import { sameImage } from '../identity';
import type { Container, ReleaseService } from '../model';
import type { Tie } from './groups';

export function reasons(
  wanted: ReleaseService,
  was: ReleaseService | undefined,
  running: readonly Container[],
  tie: Tie | null,
): string[] {
  if (was === undefined) return ['not yet in a release'];
  const found = tie === null ? [] : [tie.why];
  if (was.image !== wanted.image) found.push(`image ${tagOf(was.image)} → ${tagOf(wanted.image)}`);
  else if (was.digest !== wanted.digest) found.push(`new digest of ${tagOf(wanted.image)}`);
  if (was.definition !== wanted.definition) {
    const adjusted = adjustmentReasons(was.adjusted, wanted.adjusted);
    found.push(...adjusted);
    if (adjusted.length === 0 || byFiles(was) !== byFiles(wanted)) found.push('environment or definition');
  }
  found.push(...changedMounts(wanted, was));
  if (was.replicas !== wanted.replicas) found.push(replicasReason(was, wanted));
  if (found.length === 0 && was.since !== wanted.since && sameImage(was, wanted)) found.push('recreated, as requested');
  if (found.length === 0) found.push(running.length > 0 ? 'an interrupted run left it unfinished' : 'not running');
  return found;
}

export function changedMounts(wanted: ReleaseService, was: ReleaseService): string[] {
  const paths = new Set([...Object.keys(wanted.mounts), ...Object.keys(was.mounts)]);
  return [...paths].filter((path) => wanted.mounts[path] !== was.mounts[path]).sort();
}

function byFiles({ definition, adjusted }: ReleaseService): string {
  return adjusted?.definition ?? definition;
}

function tagOf(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1);
}
