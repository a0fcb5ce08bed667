/** What the env file of a release of before a rotation gets of the present secrets. Pure; what is said has names, never values. */
import { namesOf, type SecretPolicy } from '../config/sections/secrets';
import type { Rotated } from './derive';
import { type EnvProblem, readEnv } from './dotenv';
import { madeOf, withValues } from './made';

export interface Kept {
  /** Of the env file. Holds secrets. */
  readonly text: string;
  /** Names that have their present value → names that they are made of; empty for the secrets themselves. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** Names that have the value of then, where the present one is another or there is none. */
  readonly back: readonly string[];
  /** Names that there were none of then. */
  readonly gone: readonly string[];
  /** What may hold a secret and stays as it was then; sentences. */
  readonly doubts: readonly string[];
  /** Of these: what would log in with a former user or its password. */
  readonly locked: readonly string[];
  /** Why none of it is known for sure, as lines of the two files say. */
  readonly unsure: readonly string[];
}

type Policies = Readonly<Record<string, SecretPolicy>>;

/** @param then text of the env file of the release to bring back @param now of the one that runs */
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
      rotated.filter(({ role }) => role !== undefined),
    ).doubts,
    unsure: unsureOf(then, now, policies),
  };
}

/** One of two roles that take turns, or a secret by itself. */
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

/** Lines that the reader refuses and Compose may read in its own way, where a secret of the two differs. */
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
