/**
 * Values of an env file that are made of another one: a URL with the password in it, a header in base64. They are found by
 * what they hold, and written anew. Pure.
 */
import { encodedForms, isTelling, rewriteIn } from './rewrite';
import { rewritePair } from './rewrite-pair';

/** A value that is replaced. */
export interface Rotated {
  readonly name: string;
  readonly old: string;
  readonly fresh: string;
  /** Somebody else made it, and whoever checks it has it already. */
  readonly external?: boolean;
  /** Names that hold it beyond doubt, by what the runbook says. */
  readonly derived: readonly string[];
  /** Names that hold it by chance. */
  readonly unrelated: readonly string[];
  /** Of a password whose user changes with it: the name that holds the user. */
  readonly role?: { readonly name: string; readonly old: string; readonly fresh: string };
}

interface Derivation {
  /** Name → its new value. */
  readonly values: ReadonlyMap<string, string>;
  /** Name → what it is made of. */
  readonly from: ReadonlyMap<string, readonly string[]>;
  /** What nobody can decide but a person: sentences with names, never with values. */
  readonly doubts: readonly string[];
}

/** @param values of the whole file, as they were */
export function derive(values: ReadonlyMap<string, string>, rotated: readonly Rotated[]): Derivation {
  const own = new Set(rotated.flatMap(({ name, role }) => [name, ...(role === undefined ? [] : [role.name])]));
  const made = new Map<string, string>();
  const from = new Map<string, string[]>();
  const doubts: string[] = [];
  // The longest first, so that one which is a part of another does not tear it apart.
  const ordered = [...rotated].sort((a, b) => b.old.length - a.old.length);
  for (const [name, value] of values) {
    if (own.has(name) || value === '') continue;
    for (const one of ordered) {
      if (one.unrelated.includes(name)) continue;
      const present = made.get(name) ?? value;
      const doubt = doubtOf(name, value, one);
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

/** `null`: the user would stay. */
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
  // Where its place says that it is the password, the rest of the URL may have the same word.
  if (rewriteIn(value, old, `${old}\u0000`, false) !== value) return null;
  return encodedForms(old).some((form) => standsIn(value, form))
    ? `${name} may hold ${of}, which is short or a word`
    : null;
}

/** As a word of its own. */
function standsIn(text: string, form: string): boolean {
  const literally = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${literally}(?![A-Za-z0-9])`).test(text);
}
