/** Compose's model as parsed JSON, `$` still escaped as `$$`. */
export type ComposeModel = { readonly [key: string]: unknown } & {
  readonly services: Readonly<Record<string, ComposeService>>;
};
export type ComposeService = Readonly<Record<string, unknown>>;
