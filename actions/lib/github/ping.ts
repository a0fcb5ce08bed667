/** A dead man's switch: an outside service that raises an alarm when its URL is not requested in time. */
import type { Log } from './log';

/** Milliseconds. */
const PATIENCE = 15_000;

/** A failed ping does not make the run red; the service itself will report it. */
export async function ping(url: string, log: Pick<Log, 'secret' | 'warning'>): Promise<void> {
  // Everybody who knows the URL can request it.
  log.secret(url);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) log.warning(`ping-url answered ${response.status}`);
  } catch (error) {
    log.warning(`ping-url could not be reached: ${error instanceof Error ? error.message : String(error)}`);
  }
}
