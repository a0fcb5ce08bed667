/** By what the judges of one apply tell people and the host what they found. */
import type { UserError } from '../../errors';

export interface HealthEvidence {
  readonly service: string;
  /** E.g. "2 of 2 healthy (healthcheck), stable for 3 s; GET :8080/healthz 200". */
  readonly text: string;
  /** `null`: nobody knows. */
  readonly ok: boolean | null;
}

export interface Voice {
  /** Tells news: what has another `key` than what was told last on the same topic. */
  say(text: string, topic?: string, key?: string): void;
  /** A named moment for the timeline. */
  mark(text: string): void;
  /** A word that the host's script waits for. */
  send(word: string): void;
  evidence(found: HealthEvidence): void;
  /** Why the step must fail; `services`: those that it is about, none for all. */
  refuse(verdict: UserError, services: readonly string[]): void;
}

/** Seconds on a clock that nobody sets. */
export function now(): number {
  return performance.now() / 1000;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
