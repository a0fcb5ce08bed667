/** A file of the user's repository that a run changes there: kept in a branch before anybody uses it, then made the branch's. */

export interface FileRequest {
  readonly token: string;
  /** From the root of the repository. */
  readonly path: string;
  /** As the checkout has it. */
  readonly content: Buffer;
  /** Where it is to be in the end; `null`: the branch of the run. */
  readonly branch: string | null;
  readonly as: 'commit' | 'pull-request';
  /** Tells what is kept for one place from what is kept for another; a part of the branch's name. */
  readonly place: string;
}

/** What it is about, for people. Without any value. */
export interface Words {
  readonly title: string;
  readonly body: string;
}

export interface RepositoryFile {
  /** The branch where it is to be in the end. */
  readonly branch: string;
  /** What an earlier run kept and did not bring to its end, and whether it was made of what the branch has now; `null`: nothing. */
  readonly kept: { readonly content: Buffer; readonly fits: boolean } | null;
  /** Where it is kept, for people. */
  readonly where: string;
  /** Puts it where it is not lost. Nothing uses it yet. @throws {UserError} RB-REPOSITORY-REFUSED */
  keep(content: Buffer, words: Words): Promise<void>;
  /**
   * What is kept is in use: it becomes the branch's, or a pull request says so.
   *
   * @returns where it is now, half a sentence
   * @throws {UserError} RB-REPOSITORY-REFUSED: it stays kept
   */
  finish(words: Words): Promise<string>;
  /** What is kept was never used. @throws {UserError} RB-REPOSITORY-REFUSED */
  forget(): Promise<void>;
}

/**
 * Only looks.
 *
 * @throws {UserError} RB-REPOSITORY-REFUSED: the token may not, or the branch has another file than the checkout
 */
export type OpenFile = (request: FileRequest) => Promise<RepositoryFile>;
