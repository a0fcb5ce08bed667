/** Finds services that run by a profile which the run does not know, before a stack gets its first release. Pure. */
import type { UploadedFile } from '../../config/files';
import { UserError } from '../../errors';
import type { State } from '../model';
import { runningOf } from '../observe/inventory';
import { hasKey } from '../resolve/checks-names';

/**
 * Refuses to remove services that people started with a profile which the run does not know: the Compose files still have
 * them, so nobody meant to remove them.
 *
 * @param profiles of the services that ran before there was a release
 * @param services services that Compose lists
 * @throws {UserError} RB-PROFILE-INACTIVE
 */
export function checkProfiles(
  profiles: Readonly<Record<string, readonly string[]>>,
  services: readonly string[],
  state: Pick<State, 'containers'>,
  files: readonly UploadedFile[],
): void {
  const texts = files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ content }) => content.toString('utf8'));
  for (const [name, of] of Object.entries(profiles)) {
    if (of.length === 0 || services.includes(name) || !texts.some((text) => hasKey(text, name))) continue;
    const [running] = runningOf(state, name);
    if (running === undefined) continue;
    throw new UserError('RB-PROFILE-INACTIVE', {
      what: `${name} runs here, and would be removed: none of its profiles (${of.join(', ')}) is active in this run`,
      why: 'it was started with `--profile`, or with COMPOSE_PROFILES of the login; a release has the profiles of runbook.yml and of the env file',
      remedy: `write "profiles: [${of[0]}]" in runbook.yml; if the stack does not need ${name}, remove its container first (docker rm -f ${running.name}). Nothing was changed`,
    });
  }
}
