/** Merges parts of Compose files as Compose does. Pure. Source: github.com/compose-spec/compose-spec, 13-merge.md */
import { type Document, isNode, visit, YAMLMap } from 'yaml';

export type Model = Readonly<Record<string, unknown>>;

const RESET = '\0reset';
const OVERRIDE = '\0override';

/** Keeps Compose's tags `!reset` and `!override`, of which a plain value knows nothing. */
export function keepTags(document: Document): void {
  visit(document, {
    Pair(_, pair) {
      if (!isNode(pair.value) || (pair.value.tag !== '!reset' && pair.value.tag !== '!override')) return;
      const mark = new YAMLMap();
      mark.set(pair.value.tag === '!reset' ? RESET : OVERRIDE, pair.value);
      pair.value.tag = undefined;
      pair.value = mark;
    },
  });
}

/** @returns mappings merged, lists joined, everything else as the later one has it */
export function merged(earlier: Model, later: Model): Model {
  const all: Record<string, unknown> = { ...earlier };
  for (const [key, value] of Object.entries(later)) {
    const marks = asRecord(value);
    if (RESET in marks) delete all[key];
    else if (OVERRIDE in marks) all[key] = marks[OVERRIDE];
    else all[key] = mergedValue(key, all[key], value);
  }
  return all;
}

/** A command of the later file replaces the earlier one, word for word. */
const WHOLE = /^(command|entrypoint|test)$/;

function mergedValue(key: string, earlier: unknown, later: unknown): unknown {
  if (earlier === undefined || earlier === null || WHOLE.test(key))
    return isRecord(later) ? merged({}, later) : (later ?? earlier);
  if (later === null || later === undefined) return earlier;
  if (key === 'environment' || key === 'labels') return merged(asMapping(earlier, pairs), asMapping(later, pairs));
  if (key === 'depends_on') return merged(asMapping(earlier, dependencies), asMapping(later, dependencies));
  if (key === 'volumes' && Array.isArray(earlier) && Array.isArray(later)) {
    const targets = new Set(later.map(targetOf));
    return [...earlier.filter((mount) => !targets.has(targetOf(mount))), ...later];
  }
  if (isRecord(earlier) && isRecord(later)) return merged(earlier, later);
  if (!Array.isArray(earlier) && !Array.isArray(later)) return later;
  const both = [...list(earlier), ...list(later)];
  const texts = both.map((one) => JSON.stringify(one));
  return both.filter((_, at) => texts.indexOf(texts[at] ?? '') === at);
}

function asMapping(value: unknown, read: (value: unknown) => Map<string, unknown>): Model {
  return isRecord(value) ? value : Object.fromEntries(read(value));
}

/** Where a mount is in the container: Compose replaces an earlier mount at the same place. */
function targetOf(mount: unknown): string {
  if (isRecord(mount)) return String(mount.target);
  const parts = String(mount).match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  return parts[1] ?? parts[0] ?? '';
}

function dependencies(value: unknown): Map<string, unknown> {
  return new Map(list(value).map((one) => [String(one), { condition: 'service_started' }]));
}

/** A mapping of texts, or a list of `NAME=value`. */
export function pairs(value: unknown): Map<string, string> {
  if (!Array.isArray(value))
    return new Map(Object.entries(asRecord(value)).map(([name, text]) => [name, text === null ? '' : String(text)]));
  return new Map(
    value.map((one) => {
      const [, name = '', text = ''] = /^([^=]*)=?([\s\S]*)$/.exec(String(one)) ?? [];
      return [name, text];
    }),
  );
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

export function asRecord(value: unknown): Model {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
