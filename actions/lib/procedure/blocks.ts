/** Parts of a report as data: a procedure says what there is to show, and whoever shows it how it looks. */

/** Text that means only itself, an identifier, or words that matter. */
export type Span = string | { readonly code: string } | { readonly strong: string };

export type Line = Span | readonly Span[];

export type Block =
  | { readonly kind: 'heading'; readonly text: Line }
  | { readonly kind: 'text'; readonly text: Line }
  /** What `lead` says stands before the items. */
  | { readonly kind: 'list'; readonly lead?: Line; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  /** Lines as somebody wrote them. */
  | { readonly kind: 'log'; readonly title: string; readonly lines: readonly string[] }
  /** A bar for each value, in their order. */
  | { readonly kind: 'bars'; readonly title: string; readonly unit: string; readonly values: readonly Bar[] };

interface Bar {
  readonly label: string;
  readonly value: number;
}
