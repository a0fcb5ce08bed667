/** A line of `.runbook/migrations.jsonl`. */

/** One migration that ran to its end: a commit point of its own, never undone. Or a restore, which sets the schema. */
export interface MigrationRecord {
  /** Empty where nobody knows it. */
  readonly schema: string;
  /** The release whose migration led to it. */
  readonly release: string;
  /** Whether the release before can live with this schema. */
  readonly compatible: boolean;
  /** Of a restore: the backup's ID. */
  readonly restored?: string;
  /** False where a restore brought some of the databases alone. */
  readonly whole?: boolean;
  /** Of a restore and of its undo: the host's time, as what it put aside has it in its names. */
  readonly swap?: string;
  /** Of an undo: the `swap` of the restore that it undoes. */
  readonly undoes?: string;
}
