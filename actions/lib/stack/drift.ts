/** What somebody changed by hand since the current release. */
export interface Drift {
  /** A service, or the path of an uploaded file. */
  readonly service: string;
  /** E.g. "runs 3 containers instead of 2". */
  readonly what: string;
  /** The plan undoes it; left out if the plan leaves it alone. */
  readonly undone?: true;
  /** Compose does not see it: only a container that is made anew equals the release. */
  readonly unseen?: true;
}
