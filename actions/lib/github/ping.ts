/** A dead man's switch: some other service notices when this was not asked for in time. */
import type { Log } from './log';

/** Milliseconds. */
const PATIENCE = 15_000;

/** A ping that fails does not make the run red; that service will say so. */
export async function ping(url: string, log: Pick<Log, 'secret' | 'warning'>): Promise<void> {
  // Whoever knows the address can ping it.
  log.secret(url);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) log.warning(`ping-url answered ${response.status}`);
  } catch (error) {
    log.warning(`ping-url could not be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
}
