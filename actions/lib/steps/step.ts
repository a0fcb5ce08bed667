/**
 * The contract of steps that run on the host: detached from the connection, under the lease's lock,
 * with output and exit status kept there. `runner.ts` implements it over a Host.
 */

/** One `#rb NAME key=value …` line of a script. Values are percent-decoded. */
export interface StepEvent {
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface StepSpec {
  /** Kebab-case and unique within the run, e.g. `apply`. Names its folder under `.runbook/steps/`. */
  readonly id: string;
  /** POSIX sh. Runs after the prelude (`step.sh`), which defines `say`, `event`, `await_word`, … */
  readonly script: string;
  /** Secrets or an archive for the script, which reads them from the 0600 file `$RB_INPUT`; removed when it ends. */
  readonly input?: Buffer;
  /** Seconds without a sign of life of the runner after which `runner_lost` becomes true. Default 30. */
  readonly patience?: number;
}

export type StepResult =
  | { readonly outcome: 'exited'; readonly code: number }
  /**
   * The connection did not come back in time, or the run was cancelled and may not wait any longer: the host finishes
   * or reverses the step by itself.
   */
  | { readonly outcome: 'unknown'; readonly reason: string; readonly cancelled?: true };

export interface RunningStep {
  /** Sends a word (one line) to the script: a verdict such as `go gate-backend` or `abort`. */
  send(word: string): void;
  readonly result: Promise<StepResult>;
}

export interface StepObserver {
  onEvent?(event: StepEvent): void;
  /** Called with every line of output that is not an event. */
  onLine?(line: string): void;
}

/** Runs steps on a host on behalf of one run that holds the lease. */
export interface Steps {
  start(spec: StepSpec, observer: StepObserver): Promise<RunningStep>;
}
