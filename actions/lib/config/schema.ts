/** `runbook.yml` as people write it: all sections. The JSON Schema and the reference of keys are generated from it. */

import { backup } from './sections/backup';
import { certificates } from './sections/certificates';
import { commands, freeCommands } from './sections/commands';
import { keys } from './sections/keys';
import { maintenance } from './sections/maintenance';
import { migration } from './sections/migration';
import { proxy } from './sections/proxy';
import { restore } from './sections/restore';
import { secrets } from './sections/secrets';
import { defaults, services, timed } from './sections/services';
import { ENV_FILE, stack } from './sections/stack';
import { watch } from './sections/watch';

const together = keys({
  ...stack,
  'free-commands': freeCommands,
  services,
  defaults,
  proxy,
  watch,
  migration,
  backup,
  restore,
  certificates,
  maintenance,
  commands,
  secrets,
});

/** Adds to a section what it takes from another section. */
export const runbookSchema = together.transform(({ envFile, ...runbook }) => ({
  ...runbook,
  envFile: envFile === undefined ? ENV_FILE : envFile,
  /** Whether the key `env-file` is set. Without it a `.env` is used if the default's name does not exist. */
  envFileNamed: envFile !== undefined,
  defaults: timed(runbook.defaults),
  services: Object.fromEntries(
    Object.entries(runbook.services).map(([name, own]) => [name, timed({ ...runbook.defaults, ...own })]),
  ),
  restore: { ...runbook.restore, writers: runbook.restore.writers ?? runbook.versioned },
}));
