/** A release on the host that this version cannot read. */
export interface Unreadable {
  /** Name of the release's folder. */
  readonly id: string;
  readonly why: string;
  /** The version that wrote it, in words, as far as the record tells. */
  readonly writer: string;
}
