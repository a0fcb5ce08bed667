/** A line that was cut ends with it, so that the beginning of a secret before it is masked. */
export const CUT = '…';

/**
 * Where a procedure shows its progress. The action's log implements it; a procedure never prints.
 * Text may hold anything that a host sent.
 */
export interface Progress {
  /** Opens a titled section (a log group); the one before is closed. */
  step(title: string): void;
  /** One line within the section. */
  info(text: string): void;
  /** One line of remote output, to be shown as such. */
  remote(line: string): void;
  /** Something to look at that is not a failure. */
  warning(text: string): void;
  /** From now on the value never appears in shown text (raw, base64, URL-encoded, trimmed, per line). */
  secret(value: string): void;
  /** The text with all secrets masked, as it may be shown. */
  masked(text: string): string;
  /** Names that stay readable; call this before `secret`, as a secret may equal one of them. */
  keep(names: readonly string[]): void;
}
