/**
 * A file of the user's repository that a run changes: the new file is kept in a branch of its own before it is used,
 * then brought into its target branch.
 */

export interface FileRequest {
  readonly token: string;
  /** From the root of the repository. */
  readonly path: string;
  /** As the checkout has it. */
  readonly content: Buffer;
  /** The branch that the file is brought into; `null`: the branch of the run. */
  readonly branch: string | null;
  readonly as: 'commit' | 'pull-request';
  /** Keeps the files of different places apart; a part of the name of the branch of its own. */
  readonly place: string;
}

/** What the change is about, for people. Holds no value. */
export interface Words {
  readonly title: string;
  readonly body: string;
}

export interface RepositoryFile {
  /** The branch that the file is brought into. */
  readonly branch: string;
  /** The file that an earlier run kept and did not finish; `fits`: it was made from the branch's present file. */
  readonly kept: { readonly content: Buffer; readonly fits: boolean } | null;
  /** Where the file is kept, for people. */
  readonly where: string;
  /** Stores the file where it is not lost. Nothing uses it yet. @throws {UserError} RB-REPOSITORY-REFUSED */
  keep(content: Buffer, words: Words): Promise<void>;
  /**
   * The kept file is in use now: commits it to the target branch, or opens a pull request.
   *
   * @returns where it is now, half a sentence
   * @throws {UserError} RB-REPOSITORY-REFUSED: it stays kept
   */
  finish(words: Words): Promise<string>;
  /** Removes the kept file, which was never used. @throws {UserError} RB-REPOSITORY-REFUSED */
  forget(): Promise<void>;
}

/**
 * Changes nothing yet.
 *
 * @throws {UserError} RB-REPOSITORY-REFUSED: the token lacks the right, or the branch's file differs from the
 *   checkout's
 */
export type OpenFile = (request: FileRequest) => Promise<RepositoryFile>;
