/** A line of `.runbook/migrations.jsonl`. */

/** A migration that succeeded (a commit point of its own, never undone), or a restore, which sets the schema. */
export interface MigrationRecord {
  /** Empty: not known. */
  readonly schema: string;
  /** The release whose migration led to the schema. */
  readonly release: string;
  /** Whether the release before can use this schema. */
  readonly compatible: boolean;
  /** For a restore: ID of the backup. */
  readonly restored?: string;
  /** False if a restore brought back only some of the databases. */
  readonly whole?: boolean;
  /** For a restore and for its undo: the host's time, which is also in the names of the data that it put aside. */
  readonly swap?: string;
  /** For an undo: the `swap` of the restore that it undoes. */
  readonly undoes?: string;
}
