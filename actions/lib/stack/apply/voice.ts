/** How the judges of one apply tell people and the host their verdicts. */
import type { UserError } from '../../errors';

export interface HealthEvidence {
  readonly service: string;
  /** E.g. "2 of 2 healthy (healthcheck), stable for 3 s; GET :8080/healthz 200". */
  readonly text: string;
  /** `null`: not known. */
  readonly ok: boolean | null;
}

export interface Verdicts {
  /** Logs the text unless the last text on the same topic had the same `key`. */
  say(text: string, topic?: string, key?: string): void;
  /** A named moment for the timeline. */
  mark(text: string): void;
  /** A word that the host's script waits for. */
  send(word: string): void;
  evidence(found: HealthEvidence): void;
  /** Fails the step with this error; `services`: those that it is about, empty for all. */
  refuse(verdict: UserError, services: readonly string[]): void;
}

/** Seconds of a monotonic clock. */
export function now(): number {
  return performance.now() / 1000;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
