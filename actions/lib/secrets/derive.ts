/**
 * Values of an env file that contain another value: a URL with a password, a header in base64. They are found by their
 * content, and rewritten. Pure.
 */
import { encodedForms, isTelling, rewriteIn } from './rewrite';
import { rewritePair } from './rewrite-pair';

/** A value that is replaced. */
export interface Rotated {
  readonly name: string;
  readonly old: string;
  readonly fresh: string;
  /** A person or another system made the new value, and the server that checks it knows it already. */
  readonly external?: boolean;
  /** Names whose values contain this one beyond doubt, by the runbook. */
  readonly derived: readonly string[];
  /** Names whose values contain this one only by chance. */
  readonly unrelated: readonly string[];
  /** For a password whose user changes with it: the name that holds the user. */
  readonly role?: { readonly name: string; readonly old: string; readonly fresh: string };
}

interface Derivation {
  /** Name → its new value. */
  readonly values: ReadonlyMap<string, string>;
  /** Name → names whose values it contains. */
  readonly from: ReadonlyMap<string, readonly string[]>;
  /** Cases that only a person can decide: sentences with names, never with values. */
  readonly doubts: readonly string[];
}

/** @param values of the whole file before the change */
export function derive(values: ReadonlyMap<string, string>, rotated: readonly Rotated[]): Derivation {
  const own = new Set(rotated.flatMap(({ name, role }) => [name, ...(role === undefined ? [] : [role.name])]));
  const made = new Map<string, string>();
  const from = new Map<string, string[]>();
  const doubts: string[] = [];
  // The longest value first, so that a shorter one that it contains does not break it.
  const ordered = [...rotated].sort((a, b) => b.old.length - a.old.length);
  for (const [name, value] of values) {
    if (own.has(name) || value === '') continue;
    for (const one of ordered) {
      if (one.unrelated.includes(name)) continue;
      const present = made.get(name) ?? value;
      const doubt = doubtOf(name, value, one) ?? partDoubt(name, present, one);
      if (doubt !== null) doubts.push(doubt);
      else {
        const next = rewritten(name, present, one);
        if (next === null) doubts.push(`${name} holds ${one.name}, but not its user beside it`);
        if (next === present || next === null) continue;
        made.set(name, next);
        from.set(name, [...(from.get(name) ?? []), one.name]);
      }
    }
  }
  return { values: made, from, doubts };
}

/** `null`: the password would change without its user. */
function rewritten(name: string, text: string, { old, fresh, derived, role }: Rotated): string | null {
  const anywhere = isTelling(old) || derived.includes(name);
  if (role === undefined || text === old) return rewriteIn(text, old, fresh, anywhere);
  const made = rewritePair(text, role, { old, fresh });
  return rewriteIn(made, old, `${old}\u0000`, anywhere) === made ? made : null;
}

function doubtOf(name: string, value: string, { name: of, old, derived }: Rotated): string | null {
  if (derived.includes(name)) return null;
  if (value === old) return `${name} has the same value as ${of}`;
  if (isTelling(old)) return null;
  // Where the value's place in a URL shows that it is the password, the same word elsewhere in the URL does not matter.
  if (rewriteIn(value, old, `${old}\u0000`, false) !== value) return null;
  return encodedForms(old).some((form) => standsIn(value, form))
    ? `${name} may hold ${of}, which is short or a word`
    : null;
}

/** A longer word that has the value in it may be another secret, whose server does not get another value. */
function partDoubt(name: string, present: string, { name: of, old, derived }: Rotated): string | null {
  if (derived.includes(name) || !isTelling(old)) return null;
  return encodedForms(old).some((form) => isPart(present, form))
    ? `${name} holds ${of} as a part of a longer word`
    : null;
}

function isPart(text: string, form: string): boolean {
  const literally = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // Not the letters of an encoded sign or an escape: `%3D`, `\n`.
  const before = /^\w/.test(form) ? [`(?<=[\\w-])(?<!%[0-9A-Fa-f]{2})(?<!\\\\[a-z])${literally}`] : [];
  const after = /\w$/.test(form) ? [`${literally}(?=[\\w-])`] : [];
  return [...before, ...after].some((pattern) => new RegExp(pattern).test(text));
}

/** Whether the form stands in the text as a separate word. */
function standsIn(text: string, form: string): boolean {
  const literally = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${literally}(?![A-Za-z0-9])`).test(text);
}
