/** What `runbook.yml` says about a stack, after validation and with defaults filled in. Durations are seconds. */

import type { runbookSchema } from './schema';
import type { Read } from './sections/keys';
import type { ServiceSettings } from './sections/services';

export type { BackupPlace, BackupSettings, DumpFormat, QdrantSettings } from './sections/backup';
export type { CommandSettings } from './sections/commands';
export type { MaintenanceSettings } from './sections/maintenance';
export type { ServiceSettings, Strategy } from './sections/services';
export type { WatchSettings } from './sections/watch';

/** Its keys are described in `actions/RUNBOOK.md`. */
export type Runbook = Read<typeof runbookSchema>;

/** The settings that hold for one service. */
export function settingsOf(runbook: Runbook, service: string): ServiceSettings {
  // A service may be called `constructor`.
  return Object.hasOwn(runbook.services, service) ? runbook.services[service]! : runbook.defaults;
}
