/** Volumes whose content a one-shot makes: if such a volume is gone, the one-shot makes it again. Pure. */
import type { Runbook } from '../../config/runbook';
import type { Release, ReleaseService, State } from '../model';
import { isOneShot } from './strategy';

/** Whether only one-shots write to the volume, the migration left out. @param key name in the Compose files */
export function isFilled(key: string, target: Release, runbook: Runbook): boolean {
  const writers = Object.entries(target.services).filter(([, service]) => writesTo(service, key));
  return (
    writers.length > 0 &&
    writers.every(([name]) => name !== runbook.migration.service && isOneShot(name, target, runbook))
  );
}

/** Docker's names of volumes that the one-shot fills and that the host does not have. */
export function emptied(
  service: ReleaseService,
  { volumes }: State,
  target: Release,
  runbook: Runbook,
): readonly string[] {
  return Object.entries(target.shared?.volumes ?? {})
    .filter(([key, { name, external }]) => !external && volumes[name] === undefined && writesTo(service, key))
    .filter(([key]) => isFilled(key, target, runbook))
    .map(([, { name }]) => name);
}

/** A source may have a folder of the volume behind it. */
function writesTo({ traits }: ReleaseService, key: string): boolean {
  return traits.writableVolumes.some((source) => source === key || source.startsWith(`${key}/`));
}
