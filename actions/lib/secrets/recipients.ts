/** Whether those can read a SOPS file whom `.sops.yaml` names for it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';

interface Rule {
  readonly path_regex?: string;
  readonly age?: string | readonly string[];
  readonly key_groups?: readonly { readonly age?: readonly string[] }[];
}

/**
 * As sops looks for it: the nearest `.sops.yaml` above the file, its first rule that fits the path.
 *
 * @param root folder above which nobody looks
 * @returns sentences; none where they are the same, or nobody names any
 */
export function recipientProblems(file: string, root: string, recipients: readonly string[]): string[] {
  const config = nearest(dirname(file), root);
  if (config === null) return [];
  const path = relative(root, config);
  let rules: readonly Rule[];
  try {
    const found = parse(readFileSync(config, 'utf8')) as { creation_rules?: readonly Rule[] | null } | null;
    rules = found?.creation_rules ?? [];
    const below = relative(dirname(config), file);
    const rule = rules.find(({ path_regex: pattern }) => pattern === undefined || new RegExp(pattern).test(below));
    const wanted = rule === undefined ? [] : agesIn(rule);
    if (wanted.length === 0) return [];
    const [missing, left] = [without(wanted, recipients), without(recipients, wanted)];
    return [
      ...(missing.length > 0 ? [`${missing.join(', ')} of ${path} cannot read it: run sops updatekeys`] : []),
      ...(left.length > 0
        ? [
            `${left.join(', ')} can read it and is not in ${path}: run sops updatekeys, and replace the values, which that key has read`,
          ]
        : []),
    ];
  } catch {
    return [`${path} cannot be read, or has a path_regex that is not one`];
  }
}

function agesIn({ age, key_groups: groups }: Rule): string[] {
  const own = typeof age === 'string' ? age.split(',') : (age ?? []);
  return [...own, ...(groups ?? []).flatMap((group) => group.age ?? [])].map((one) => one.trim()).filter(Boolean);
}

function without(all: readonly string[], others: readonly string[]): string[] {
  return [...new Set(all)].filter((one) => !others.includes(one));
}

function nearest(folder: string, root: string): string | null {
  const file = join(folder, '.sops.yaml');
  if (existsSync(file)) return file;
  return folder === root || folder === dirname(folder) || relative(root, folder).startsWith('..')
    ? null
    : nearest(dirname(folder), root);
}
