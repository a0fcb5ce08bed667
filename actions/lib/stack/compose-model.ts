/** Compose's model as parsed JSON, in which `$` is still escaped as `$$`. */
export type ComposeModel = { readonly [key: string]: unknown } & {
  readonly services: Readonly<Record<string, ComposeService>>;
};
export type ComposeService = Readonly<Record<string, unknown>>;
