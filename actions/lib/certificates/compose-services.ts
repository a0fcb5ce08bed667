/** The stack's services, as Docker Compose reads its files. */

/** The parts of `docker compose config --format json` that are used here. */
export interface ComposeServices {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image?: string;
        readonly volumes?: readonly { readonly type: string; readonly source?: string; readonly target: string }[];
      }
    >
  >;
  readonly volumes?: Readonly<Record<string, { readonly name?: string } | null>>;
}

/** `null` where Compose could not read them. */
export function composeIn(encoded: string): ComposeServices | null {
  try {
    const model = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as ComposeServices | null;
    return typeof model?.services === 'object' ? model : null;
  } catch {
    return null;
  }
}
