/** Takes secrets out of data before it is rendered. */

/** Fields with words of a fixed list: the renderer decides by them, and they cannot hold a secret. */
const VOCABULARY: ReadonlySet<string> = new Set(['kind', 'status']);

/**
 * A copy of a report in which every text has been masked. This comes before rendering: Markdown escapes signs such as
 * `_`, `*` and `#`, and a secret with escaped signs is no longer found, but a browser shows it whole.
 *
 * @param hide removes secrets from a text
 */
export function masked<T>(value: T, hide: (text: string) => string): T {
  if (typeof value === 'string') return hide(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, hide)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const copy = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    VOCABULARY.has(key) ? item : masked(item, hide),
  ]);
  return Object.fromEntries(copy) as T;
}
