/** Computes how new values change a whole env file: which other values contain them, and what a person must decide. Pure. */
import { UserError } from '../errors';
import { derive, type Rotated } from './derive';
import { parseEnv, readEnv, writeEntry } from './dotenv';

interface Made {
  /** Values to be written. */
  readonly values: ReadonlyMap<string, string>;
  /** Values that change by themselves, because their texts name others: `URL=…${PASSWORD}…`. */
  readonly following: ReadonlyMap<string, string>;
  /** Name → names whose values it contains. */
  readonly derived: ReadonlyMap<string, readonly string[]>;
  /** Cases that only a person can decide: sentences with names, never with values. */
  readonly doubts: readonly string[];
}

/**
 * @param text of the env file before the change
 * @throws {UserError} RB-SECRET-SHARED
 */
export function made(text: string, before: ReadonlyMap<string, string>, rotated: readonly Rotated[]): Made {
  const found = madeOf(text, before, rotated);
  if (found.doubts.length > 0)
    throw new UserError('RB-SECRET-SHARED', {
      what: found.doubts.join('; '),
      why: 'a copy that keeps the old value stops working, and a value that is equal only by chance must not change',
      remedy:
        'say in the policy of the key which of the two it is: `derived: [NAME]` if NAME holds a copy, `unrelated: [NAME]` if the values are equal only by chance; or give NAME a value of its own first',
    });
  parseEnv(withValues(text, found.values), 'the new values');
  return found;
}

/**
 * The same, but returns its doubts; the values that they concern stay as they are. @throws {UserError} RB-ENV-INVALID
 */
export function madeOf(text: string, before: ReadonlyMap<string, string>, rotated: readonly Rotated[]): Made {
  const own = new Map(
    rotated.flatMap(({ name, fresh, role }) => [
      [name, fresh],
      ...(role === undefined ? [] : [[role.name, role.fresh]]),
    ]) as [string, string][],
  );
  const { entries } = readEnv(text);
  // A value that names another one by `${NAME}` has the new value already.
  const now = new Map(readEnv(withValues(text, own)).entries.map(({ name, value }) => [name, value]));
  const following = new Map([...now].filter(([name, value]) => !own.has(name) && before.get(name) !== value));
  const texts = new Map(entries.map((entry) => [entry.name, entry.text]));
  const namedBy = (name: string): string[] =>
    rotated.flatMap((one) => (texts.get(name)?.includes(`\${${one.name}}`) ? [one.name] : []));
  const broken = [...following.keys()].flatMap((name) => {
    const unsafe = namedBy(name).filter((of) => !/^[\w.~-]*$/.test(own.get(of)!));
    return before.get(name)!.includes('://') && unsafe.length > 0
      ? [
          `${name} has ${unsafe.map((of) => `\${${of}}`).join(', ')} in a URL, where the new value would need percent-encoding`,
        ]
      : [];
  });
  const rest = new Map([...before].filter(([name]) => !following.has(name)));
  const { values, from, doubts } = derive(rest, rotated);
  const derived = new Map([...from, ...[...following.keys()].map((name) => [name, namedBy(name)] as const)]);
  return { values: new Map([...own, ...values]), following, derived, doubts: [...doubts, ...broken] };
}

/**
 * The env file with new values for names that it has; all other lines stay as they are. @throws {UserError}
 * RB-ENV-INVALID
 */
export function withValues(text: string, values: ReadonlyMap<string, string>): string {
  const lines = text.split('\n');
  for (const { name, line } of readEnv(text).entries)
    if (values.has(name)) lines[line - 1] = writeEntry(name, values.get(name)!, 'a new value');
  return lines.join('\n');
}
