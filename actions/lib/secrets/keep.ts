/**
 * Puts the present secrets into the env file of a release from before a rotation. Pure; messages have names, never
 * values.
 */
import { namesOf, type SecretPolicy } from '../config/sections/secrets';
import type { Rotated } from './derive';
import { type EnvProblem, readEnv } from './dotenv';
import { madeOf, withValues } from './made';

export interface Kept {
  /** Text of the env file. Holds secrets. */
  readonly text: string;
  /** Names that keep their present value → names whose values they contain; empty for the secrets themselves. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** Names that get their former value back, where the present value differs or does not exist. */
  readonly back: readonly string[];
  /** Names that did not exist then. */
  readonly gone: readonly string[];
  /** Former values that stay and may contain a secret; sentences. */
  readonly doubts: readonly string[];
  /** The doubts about logins at a database with a former user or its password. */
  readonly locked: readonly string[];
  /** Problems in lines of the two files, because of which none of this is certain. */
  readonly unsure: readonly string[];
}

type Policies = Readonly<Record<string, SecretPolicy>>;

/** @param then text of the env file of the release to bring back @param now text of the present env file */
export function keepRotated(then: string, now: string, policies: Policies): Kept {
  const [was, is] = [then, now].map((text) => valuesOf(text)) as [Map<string, string>, Map<string, string>];
  const rotated = Object.entries(policies).flatMap(([name, policy]) => rotatedOf(name, policy, was, is));
  const made = madeOf(then, was, rotated);
  const text = withValues(then, made.values);
  const values = valuesOf(text);
  const from = (name: string) => made.derived.get(name) ?? [];
  const kept = [...made.values.keys(), ...made.following.keys()].toSorted().map((name) => [name, from(name)] as const);
  const back = [...values.keys()].filter((name) => values.get(name) !== is.get(name) && !from(name).length);
  return {
    text,
    kept: new Map(kept),
    back: back.toSorted(),
    gone: [...is.keys()].filter((name) => !values.has(name)).toSorted(),
    doubts: made.doubts,
    locked: madeOf(
      then,
      was,
      rotated.filter(({ name }) => policies[name]?.postgres !== undefined),
    ).doubts,
    unsure: unsureOf(then, now, policies),
  };
}

/** One of two roles that take turns, or a single secret. */
function rotatedOf(
  name: string,
  { derived, unrelated, postgres }: SecretPolicy,
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): Rotated[] {
  const [old, fresh] = [was.get(name), is.get(name)];
  if (old === undefined || fresh === undefined) return [];
  const user = postgres?.user;
  const [before, after] = [was, is].map((values) => (user === undefined ? undefined : values.get(user)));
  const turned = user !== undefined && before !== undefined && after !== undefined && before !== after;
  if (old === fresh && !turned) return [];
  const role = turned ? { role: { name: user, old: before, fresh: after } } : {};
  return [{ name, old, fresh, derived, unrelated, ...role }];
}

/** Problems in lines that this reader refuses and Compose may accept, if a secret differs between the two files. */
function unsureOf(then: string, now: string, policies: Policies): string[] {
  const problems = [then, now].flatMap((text) => readEnv(text).problems.map(({ said }: EnvProblem) => said));
  if (problems.length === 0) return [];
  const names = Object.entries(policies).flatMap(([name, policy]) => namesOf(name, policy));
  const differs = names.some((name) => linesOf(then, name) !== linesOf(now, name));
  return differs ? problems : [];
}

function linesOf(text: string, name: string): string {
  return [...text.matchAll(new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:].*$`, 'gm'))]
    .map(([line]) => line)
    .join('\n');
}

function valuesOf(text: string): Map<string, string> {
  return new Map(readEnv(text).entries.map(({ name, value }) => [name, value]));
}
