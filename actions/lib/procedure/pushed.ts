/** A tag that somebody pushed, and what the repository has to say of its commit before any of it goes live. */

export interface CommitWishes {
  readonly token: string;
  /** Patterns of the branches that releases come from; `null`: the repository's default branch. */
  readonly branches: readonly string[] | null;
  /** Names of checks; `null`: those that the branch requires. */
  readonly checks: readonly string[] | null;
  /** Seconds until the checks must have passed. */
  readonly timeout: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface PushedTag {
  readonly tag: string;
  /** Its hash. */
  readonly commit: string;
  /** Host and path, e.g. `github.com/acme/shop`; empty where that is not known. */
  readonly repository: string;
  /**
   * Sees that the commit is on a branch that releases come from, and waits until its checks have passed.
   *
   * @returns sentences for the plan: what could not be found out
   * @throws {UserError} RB-COMMIT-ELSEWHERE, RB-COMMIT-UNCHECKED, RB-COMMIT-UNKNOWN, RB-CANCELLED
   */
  require(wishes: CommitWishes): Promise<readonly string[]>;
}
