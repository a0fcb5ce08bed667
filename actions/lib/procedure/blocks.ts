/** Parts of a report as data: a procedure decides what is shown, the renderer decides how it looks. */

/** Plain text, an identifier, or emphasised words. */
export type Span = string | { readonly code: string } | { readonly strong: string };

export type Line = Span | readonly Span[];

export type Block =
  | { readonly kind: 'heading'; readonly text: Line }
  | { readonly kind: 'text'; readonly text: Line }
  /** `lead` is shown before the items. */
  | { readonly kind: 'list'; readonly lead?: Line; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  /** Lines that are shown verbatim. */
  | { readonly kind: 'log'; readonly title: string; readonly lines: readonly string[] }
  /** How long parts are expected to take, one after the other; `lead` is shown before them. */
  | { readonly kind: 'times'; readonly lead: Line; readonly parts: readonly Time[] }
  /** A bar for each value, in their order. */
  | { readonly kind: 'bars'; readonly title: string; readonly unit: string; readonly values: readonly Bar[] };

interface Time {
  readonly name: string;
  readonly seconds: number;
}

interface Bar {
  readonly label: string;
  readonly value: number;
}
