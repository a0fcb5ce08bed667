/** Compares the recipients of a SOPS file with those that `.sops.yaml` names for it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import type { OtherKey } from './sops-file';

type Keys = string | readonly string[];

interface Group {
  readonly age?: Keys;
  readonly merge?: readonly Group[];
}

interface Rule {
  readonly path_regex?: string;
  readonly age?: Keys;
  readonly key_groups?: readonly Group[];
}

/** The rule of a `.sops.yaml` for a file. */
export interface CreationRule {
  /** Absolute path of the `.sops.yaml`. */
  readonly config: string;
  /** Its path from the root, for messages. */
  readonly path: string;
  /** Path of the file relative to the folder of its `.sops.yaml`. */
  readonly below: string;
  /** Public keys of age that the rule names; none where no rule fits. */
  readonly ages: readonly string[];
  /** Its text without blanks, in capital letters. */
  readonly text: string;
}

/**
 * Finds the rule as sops does: the nearest `.sops.yaml` above the file, and in it the first rule that fits the path.
 *
 * @param root folder above which it does not look
 * @returns `null` where there is no such file; a sentence where it cannot be read
 */
export function ruleFor(file: string, root: string): CreationRule | string | null {
  const config = nearest(dirname(file), root);
  if (config === null) return null;
  const [path, below] = [relative(root, config), relative(dirname(config), file)];
  try {
    const found = parse(readFileSync(config, 'utf8')) as { creation_rules?: readonly Rule[] | null } | null;
    const rules: readonly Rule[] = found?.creation_rules ?? [];
    const rule = rules.find(({ path_regex: pattern }) => {
      if (pattern === undefined) return true;
      return isOnlyInGo(pattern) || regexOf(pattern).test(below);
    });
    if (rule?.path_regex !== undefined && isOnlyInGo(rule.path_regex))
      return `${path} has a path_regex that cannot be followed here, so that its recipients are not compared: ${rule.path_regex}`;
    return { config, path, below, ages: rule === undefined ? [] : agesIn(rule), text: plainly(JSON.stringify(rule)) };
  } catch {
    return `${path} cannot be read, or has an invalid path_regex`;
  }
}

/**
 * @param root folder above which it does not look for a `.sops.yaml` @param others keys of the file that are not age's
 * @returns sentences on differences; none where there are none, or where no rule names recipients
 */
export function recipientProblems(
  file: string,
  root: string,
  recipients: readonly string[],
  others: readonly OtherKey[] = [],
): string[] {
  const rule = ruleFor(file, root);
  if (typeof rule === 'string') return [rule];
  if (rule === null || rule.ages.length === 0) return [];
  const { path, ages, text } = rule;
  const missing = without(ages, recipients);
  const unnamed = others.filter(({ id }) => !text.includes(plainly(id))).map(({ title }) => title);
  const left = [...without(recipients, ages), ...unnamed];
  return [
    ...(missing.length > 0 ? [`${missing.join(', ')} of ${path} cannot read it: run \`mode: rekey\``] : []),
    ...(left.length > 0
      ? [
          `${left.join(', ')} can read it but is not in ${path}: run \`mode: rekey\`, and replace the values, which that key can have read`,
        ]
      : []),
  ];
}

/** Fingerprints are written in groups and in small letters, too. */
function plainly(text = ''): string {
  return text.replace(/\s/g, '').toUpperCase();
}

/** A rule with groups has no other keys for SOPS. Source: config/config.go of SOPS */
function agesIn({ age, key_groups: groups = [] }: Rule): string[] {
  return groups.length > 0 ? groups.flatMap(agesOfGroup) : keysOf(age);
}

function agesOfGroup({ age, merge = [] }: Group): string[] {
  return [...keysOf(age), ...merge.flatMap(agesOfGroup)];
}

function keysOf(keys: Keys = []): string[] {
  return [keys]
    .flat()
    .flatMap((one) => one.split(','))
    .map((one) => one.trim())
    .filter(Boolean);
}

/** Flags, classes and quotes of Go's expressions, which have another meaning here or none. Source: golang.org/pkg/regexp/syntax */
const ONLY_IN_GO = /\(\?[a-zA-Z-]+[:)]|\(\?P<|\[\[:|\\[QECpP]/;

function isOnlyInGo(pattern: string): boolean {
  return ONLY_IN_GO.test(pattern.replace(/^\(\?i\)/, ''));
}

/** The same expression here. Go's `\A` and `\z` are the ends of the text, and `(?i)` at the start makes case equal. */
function regexOf(pattern: string): RegExp {
  const [, flag, rest = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(pattern) ?? [];
  const plain = rest.replace(/\\[\s\S]/g, (sign) => ({ '\\A': '^', '\\z': '$' })[sign] ?? sign);
  return new RegExp(plain, flag === undefined ? '' : 'i');
}

export function without(all: readonly string[], others: readonly string[]): string[] {
  return [...new Set(all)].filter((one) => !others.includes(one));
}

function nearest(folder: string, root: string): string | null {
  const file = join(folder, '.sops.yaml');
  if (existsSync(file)) return file;
  return folder === root || folder === dirname(folder) || relative(root, folder).startsWith('..')
    ? null
    : nearest(dirname(folder), root);
}
