/** A release on the host that this version cannot read. */
export interface Unreadable {
  /** The folder's name. */
  readonly id: string;
  readonly why: string;
  /** Who wrote it, as far as it tells. */
  readonly writer: string;
}
