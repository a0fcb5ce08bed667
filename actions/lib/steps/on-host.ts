/** A conversation with a step on the host, from its start to its end: its events, and why it failed if it did. */
import type { UserError } from '../errors';
import { isEnding, unknownEnd } from './endings';
import type { Failure } from './failures';
import type { RunningStep, StepEvent, StepObserver, StepSpec, Steps } from './step';

/** What a step has said so far about its failure. */
export class Told implements Failure {
  kind = '';
  subject = '';
  /** Lines of everything that failed, in their order. */
  log: string[] = [];
  /** The same lines, by the name of what printed them. */
  readonly logs = new Map<string, string[]>();

  /** The first failure is the cause. Only a step that was told to end fails in other ways before it says so. */
  hear({ name, fields }: StepEvent): void {
    if (name === 'log') {
      const { of = '', line = '' } = fields;
      this.log.push(line);
      this.logs.set(of, [...(this.logs.get(of) ?? []), line]);
    } else if (name === 'failed') {
      if (this.kind === '' || isEnding(fields.kind ?? '')) this.#fail(fields.kind ?? '', fields.subject ?? '');
    } else if (name === 'lease-lost' && this.kind === '') this.#fail(name, '');
  }

  /** Whether the step ended because somebody told it to. */
  get isEnded(): boolean {
    return isEnding(this.kind);
  }

  /** Returns the failure and forgets it, because the caller has dealt with it: a later failure has another cause. */
  taken(): Failure {
    const failure = { kind: this.kind, subject: this.subject, log: this.log };
    this.log = [];
    this.logs.clear();
    this.#fail('', '');
    return failure;
  }

  #fail(kind: string, subject: string): void {
    this.kind = kind;
    this.subject = subject;
  }
}

export interface Conversation<E> {
  readonly told?: Told;
  /** Every event, also those that `told` has heard. */
  readonly onEvent?: StepObserver['onEvent'];
  readonly onLine?: StepObserver['onLine'];
  /** Called once words can be sent to the step. */
  readonly onStart?: (step: RunningStep) => void;
  /** Called once the step has ended, before it is judged. */
  readonly onEnd?: () => Promise<void> | void;
  /** What a lost connection means for this step, and what to do then. */
  readonly lost: { readonly what: string; readonly remedy: string };
  /** Makes the error of a step that ended with another status than 0. */
  readonly explain: (told: Told) => E;
}

/**
 * Runs a step to its end.
 *
 * @returns `null` where it ended well
 * @throws {UserError} RB-CANCELLED where the run was cancelled before the step began
 */
export async function onHost<E = UserError>(
  steps: Steps,
  spec: StepSpec,
  { told = new Told(), onEvent, onLine, onStart, onEnd, lost, explain }: Conversation<E>,
): Promise<E | UserError | null> {
  const step = await steps.start(spec, {
    onEvent: (event) => {
      told.hear(event);
      onEvent?.(event);
    },
    onLine,
  });
  onStart?.(step);
  const result = await step.result;
  await onEnd?.();
  if (result.outcome === 'unknown') return told.isEnded ? explain(told) : unknownEnd(result, lost);
  return result.code === 0 ? null : explain(told);
}
