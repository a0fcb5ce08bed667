/** What all parts of a backup work with. */
import type { Destination, Source } from '../lib/backup/source';
import type { DrillMode } from '../lib/config/backup-inputs';
import type { Runbook } from '../lib/config/runbook';
import type { SshTarget } from '../lib/host/connect';
import type { Recorder } from '../lib/procedure/record';
import type { LeaseRequest, StackSession } from '../lib/procedure/stack-session';
import type { Steps } from '../lib/steps/step';

export interface BackupRequest {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  readonly title: string;
  readonly run: string;
  readonly actor: string;
  readonly lease: LeaseRequest;
  readonly dryRun: boolean;
  /** Folder of the runner for the place `file`. */
  readonly folder: string;
  readonly drill: DrillMode;
  /** Lines of an age key file; `null`: none. */
  readonly identity: string | null;
}

/** What a backup works with once the host is reached. */
export interface Scene {
  readonly request: BackupRequest;
  readonly session: StackSession;
  readonly recorder: Recorder;
  readonly steps: Steps;
  /** The directory on the host, whether the backup goes there or not. */
  readonly local: Source;
  /** Off the host. */
  readonly remote: readonly Destination[];
  readonly notes: string[];
}
