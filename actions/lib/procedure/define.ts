/** What a section of the runbook is made of. `run.ts` does around it what all sections have in common. */
import type { BaseInputs, DriftPolicy } from '../config/inputs';
import type { GetInput } from '../config/reader';
import type { Steps } from '../steps/step';
import type { Line } from './blocks';
import type { PushedTag } from './pushed';
import type { Recorder } from './record';
import type { Recovered, Report } from './report';
import type { OpenFile } from './repository';
import type { LeaseRequest, StackSession } from './stack-session';

export interface Procedure<I extends BaseInputs> {
  /** The name of its action's folder, also used in the journal and the lease. */
  readonly name: string;
  /** A procedure that only copies data has a lease of its own, and may run beside a deploy. */
  readonly lease: 'stack' | 'backup';
  /** An interrupted change of release is recovered first; this returns how changes by hand are treated then. */
  readonly recovers?: (inputs: I) => DriftPolicy | undefined;
  /**
   * It leads to a release whatever runs now: services that an interrupted change took away need not be started first.
   */
  readonly goesForward?: true;
  /** It settles an interrupted restore; until then every other procedure that changes something is refused. */
  readonly settles?: true;
  /** A freeze does not stop it: it brings something back, or it must not wait. */
  readonly passesFreeze?: true;
  /** It streams gigabytes: memory is kept flat. */
  readonly streams?: true;
  /** Reads all its inputs, and reports all their mistakes at once. @throws {UserError} */
  readonly read: (get: GetInput, workspace: string) => I;
  /** The title of the run, for people; also called where the inputs cannot be read. */
  readonly title: (inputs: I) => string;
  /** Refuses what can be refused before the host is reached. @throws {UserError} */
  readonly check?: (inputs: I) => void;
  /**
   * Waits for the conditions of a pushed tag, before the host is reached.
   * @returns sentences for the report
   * @throws {UserError}
   */
  readonly awaited?: (
    inputs: I,
    pushed: PushedTag,
    around: { readonly recorder: Recorder; readonly signal: AbortSignal },
  ) => Promise<readonly string[]>;
  /**
   * Work of the runner before the host is reached, such as decryption; masks its results.
   *
   * @throws {UserError}
   */
  readonly prepare?: (inputs: I, recorder: Recorder) => Promise<I>;
  /** Values of the inputs that must never be shown, besides those of the connection. */
  readonly secrets?: (inputs: I) => readonly string[];
  /** Names that stay readable, though a secret may have the same value. */
  readonly names?: (inputs: I) => readonly string[];
  /** Paths of uploaded files whose content on the host matters. */
  readonly paths?: (inputs: I) => readonly string[];
  /** The list that it shows for `list: true` instead of a run, without a lease. */
  readonly list?: { readonly wanted: (inputs: I) => boolean; readonly show: (run: Run<I>) => Promise<Listing> };
  /** The section itself. @throws {UserError} the run is red then, with its notes */
  readonly run: (run: Run<I>) => Promise<Outcome>;
  /** No deployment announces its begin and end; only a failure is reported. Read from the raw inputs. */
  readonly quiet?: (get: GetInput) => boolean;
  /** Outputs for later steps of the workflow, however the run ended. */
  readonly outputs?: (report: Report) => Readonly<Record<string, string>>;
  /** While scheduled runs fail, an issue with this title is open. Read from the raw inputs. */
  readonly watched?: (get: GetInput) => string;
  /** URL that is requested once all is well; `null`: none. */
  readonly ping?: (inputs: I) => string | null;
}

/** What an action, its post step or a person's terminal does with a procedure. */
export type Act = <I extends BaseInputs>(procedure: Procedure<I>) => Promise<void>;

/** What a section works with: the host reached and observed, the lease held, secrets masked; let go afterwards. */
export interface Run<I extends BaseInputs> {
  readonly inputs: I;
  readonly title: string;
  /** URL of the run with its attempt. */
  readonly run: string;
  /** Who started it. */
  readonly actor: string;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The tag whose push started it; `null`: something else did. */
  readonly pushed: PushedTag | null;
  readonly lease: LeaseRequest;
  readonly session: StackSession;
  readonly recorder: Recorder;
  /** A file of the user's repository, by the API. */
  readonly repository: OpenFile;
  /** Sentences for the report, kept whatever happens. */
  readonly notes: string[];
  /** What this run recovered first; `null`: nothing was interrupted. */
  readonly recovered: Recovered | null;
  /** Steps that lead to this release (`null`: to none). A cancelled run ends them at their next safe point. */
  readonly steps: (release: string | null) => Steps;
  /** Steps that put back what a failed or cancelled run began: they cannot be cancelled. */
  readonly clearing: Steps;
  /** Marks a folder of the host to be removed at the end. */
  readonly discard: (staging: string) => void;
  /** A report of this run, with its notes. */
  readonly report: (status: Report['status'], more?: Partial<Report>) => Report;
}

export interface Outcome {
  readonly report: Report;
  /** Outputs besides those that the report holds; only those that action.yml declares. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What people should be told about a maintenance window, besides the report of the run. */
  readonly announce?: Announcement;
  /** Exit status of the workflow's step if the run fails, instead of 1: from 1 to 255. */
  readonly exitStatus?: number;
}

/** Announces that a site is closed, or was. */
export interface Announcement {
  readonly kind: 'closed' | 'soon' | 'overdue' | 'open';
  /** One or more sentences. */
  readonly text: string;
}

/** A list instead of a run. */
export interface Listing {
  readonly title: string;
  /** The text that is shown instead of an empty table. */
  readonly empty: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Line[])[];
  /** The same for the log. */
  readonly lines: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}
