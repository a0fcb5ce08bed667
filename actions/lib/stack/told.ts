/** What a host tells for people who decide, and no plan is made from. Pure. */
import { type Durations, readDurations } from '../steps/journal';
import { type Origin, parseOrigins } from './origin';
import { parseSeenBackups, type SeenBackups } from './seen-backups';

export interface Told {
  /** How long operations took in the last runs that the journal knows of. */
  readonly durations: Durations;
  /** Local image ID → the commit that it was built from, where its labels say so. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Backups in the host's own folder. */
  readonly backups: SeenBackups;
}

/** @param lines of a section of the observation */
export function parseTold(lines: (section: string) => readonly string[]): Told {
  return {
    durations: readDurations(lines('journal')),
    origins: parseOrigins(lines('origins')),
    backups: parseSeenBackups(lines('backups')),
  };
}
