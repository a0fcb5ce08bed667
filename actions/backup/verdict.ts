/** The result of a backup in one or two sentences. Pure. */
import type { Manifest } from '../lib/backup/manifest';
import type { BackupFacts } from './summary';

type Facts = Pick<BackupFacts, 'made' | 'drill'>;

/** Of a run in which all went well, a drill if there was one. @param to the kinds of places that a backup goes to */
export function verdictOf({ made, drill }: Facts, to: readonly string[]): string {
  const came = drill === null ? '' : `was restored in a drill in ${drill.seconds.toFixed(1)} s`;
  if (made !== null) {
    const drilled =
      drill === null ? '' : ` ${drill.backup === made.id ? 'It' : `Another one, ${drill.backup},`} ${came}.`;
    return `The backup ${made.id} is complete, and is in ${to.join(', ')}.${drilled} No service was stopped for it.`;
  }
  if (drill === null) return 'No backup was made.';
  return `The backup ${drill.backup} of ${drill.place} ${came}. No service was stopped for it.`;
}

/** Of a run that failed after it began. @param manifest the backup that this run made; `null`: none is whole */
export function verdictOfFailure(
  { made }: Facts,
  manifest: Pick<Manifest, 'id' | 'left'> | null,
  to: readonly string[],
): string {
  if (manifest === null) return 'This run made no backup. No older backup was removed, and no service was stopped.';
  const { id, left } = manifest;
  if (made === null)
    return `The backup ${id} is complete on the host, but in no other place. No older backup was removed.`;
  const what = left.length > 0 ? `lacks ${left.join(', ')}; everything else in it` : 'itself';
  return `The backup ${id} ${what} is complete, and is in ${to.join(', ')}.`;
}
