/** What a section of the runbook is made of. What every section does alike, `run.ts` does around it. */
import type { BaseInputs, DriftPolicy } from '../config/inputs';
import type { GetInput } from '../config/reader';
import type { Steps } from '../steps/step';
import type { Line } from './blocks';
import type { Recorder } from './record';
import type { Recovered, Report } from './report';
import type { OpenFile } from './repository';
import type { LeaseRequest, StackSession } from './stack-session';

export interface Procedure<I extends BaseInputs> {
  /** The folder of its action, and what the journal and the lease call it. */
  readonly name: string;
  /** What only copies data has a lease of its own, and may run beside a deploy. */
  readonly lease: 'stack' | 'backup';
  /** An interrupted change of release is put right first, as this says of what was changed by hand since. */
  readonly recovers?: (inputs: I) => DriftPolicy | undefined;
  /** It leads to a release from whatever runs: what an interrupted change took away need not come back before that. */
  readonly goesForward?: true;
  /** It settles what an interrupted restore left; any other procedure that changes something is refused then. */
  readonly settles?: true;
  /** A freeze does not hold it up: it brings something back, or keeps something that must not wait. */
  readonly passesFreeze?: true;
  /** It streams gigabytes: memory is kept flat. */
  readonly streams?: true;
  /** All its inputs, and all their mistakes at once. @throws {UserError} */
  readonly read: (get: GetInput, workspace: string) => I;
  /** Of the run, for people; also where the inputs cannot be read. */
  readonly title: (inputs: I) => string;
  /** What can be refused without a look at the host. @throws {UserError} */
  readonly check?: (inputs: I) => void;
  /** What the runner does for them before the host is reached, with the masks for what it gets. @throws {UserError} */
  readonly prepare?: (inputs: I, recorder: Recorder) => Promise<I>;
  /** Values of the inputs that must never be shown, besides those of the connection. */
  readonly secrets?: (inputs: I) => readonly string[];
  /** Names that stay readable, though a secret may have the same value. */
  readonly names?: (inputs: I) => readonly string[];
  /** Paths of uploaded files whose content on the host matters. */
  readonly paths?: (inputs: I) => readonly string[];
  /** What it shows instead for `list: true`, without a lease. */
  readonly list?: { readonly wanted: (inputs: I) => boolean; readonly show: (run: Run<I>) => Promise<Listing> };
  /** The section itself. @throws {UserError} the run is red then, with its notes */
  readonly run: (run: Run<I>) => Promise<Outcome>;
  /** Nobody is told that it begins and ends, only that it failed. From inputs as they come. */
  readonly quiet?: (get: GetInput) => boolean;
  /** For later steps of the workflow, whatever became of the run. */
  readonly outputs?: (report: Report) => Readonly<Record<string, string>>;
  /** While a scheduled run fails, an issue is open under this title. From inputs as they come. */
  readonly watched?: (get: GetInput) => string;
  /** Asked for once all is well; `null`: nothing. */
  readonly ping?: (inputs: I) => string | null;
}

/** What is done with a procedure: by an action, its post step, or a person's terminal. */
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
  readonly lease: LeaseRequest;
  readonly session: StackSession;
  readonly recorder: Recorder;
  /** A file of the user's repository, by the API. */
  readonly repository: OpenFile;
  /** Sentences for the report, kept whatever happens. */
  readonly notes: string[];
  /** What was put right before; `null`: nothing was interrupted. */
  readonly recovered: Recovered | null;
  /** Steps that lead to a release, or to none. A cancelled run ends them at their next safe point. */
  readonly steps: (release: string | null) => Steps;
  /** Steps that put back what a failed or cancelled run began: nobody cancels them. */
  readonly clearing: Steps;
  /** Has this removed from the host at the end. */
  readonly discard: (staging: string) => void;
  /** A report of this run, with its notes. */
  readonly report: (status: Report['status'], more?: Partial<Report>) => Report;
}

export interface Outcome {
  readonly report: Report;
  /** Besides those that the report holds; only what action.yml declares. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What people are to know of a window of maintenance, besides the run. */
  readonly announce?: Announcement;
  /** Of the step where it fails, instead of 1: from 1 to 255. */
  readonly exitStatus?: number;
}

/** Of a site that is closed, or was. */
export interface Announcement {
  readonly kind: 'closed' | 'soon' | 'overdue' | 'open';
  /** Sentences. */
  readonly text: string;
}

/** A list instead of a run. */
export interface Listing {
  readonly title: string;
  /** What stands there instead of an empty table. */
  readonly empty: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Line[])[];
  /** The same for the log. */
  readonly lines: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}
