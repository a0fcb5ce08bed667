/** Hooks of services: what Compose would run and this would not is refused before anything changes. Pure. */
import { UserError } from '../errors';
import type { ComposeService } from './resolve/types';

/**
 * Compose itself runs `post_start` wherever it starts a container of ours. It runs `pre_stop` only where it stops one by
 * its own command, and `pre_start` only where none of the service runs.
 */
const NOT_RUN = {
  pre_stop: 'old containers are stopped by Docker, which knows no hooks',
  pre_start: 'Docker Compose runs it only where no container of the service runs',
} as const;

/** @throws {UserError} RB-HOOK-UNSUPPORTED */
export function checkHooks(services: Readonly<Record<string, ComposeService>>): void {
  for (const [service, definition] of Object.entries(services)) {
    for (const [hook, why] of Object.entries(NOT_RUN)) {
      if (((definition[hook] ?? []) as unknown[]).length === 0) continue;
      throw new UserError('RB-HOOK-UNSUPPORTED', {
        what: `${service} has a ${hook} hook, which this would not run`,
        why,
        remedy:
          hook === 'pre_stop'
            ? 'let its program do that on its stop signal (stop_signal, stop_grace_period), and take the hook out of the Compose files; nothing was changed'
            : 'make it a service of its own that others wait for (depends_on with service_completed_successfully), or let its entrypoint do it; nothing was changed',
      });
    }
  }
}
