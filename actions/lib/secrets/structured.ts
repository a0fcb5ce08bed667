/**
 * Values of a SOPS file in YAML or JSON, whose names are those of an env file and whose values may be any text. Pure.
 */
import { UserError } from '../errors';

/**
 * @param json the decrypted tree, as sops prints it
 * @throws {UserError} RB-SOPS-FORMAT, with their names, for values that are not texts that a container can get
 */
export function flatValues(json: string, path: string): ReadonlyMap<string, string> {
  const tree = treeOf(json);
  if (tree === null) throw refused(path, ['it is not a table of names with values']);
  const problems: string[] = [];
  const values = Object.entries(tree).flatMap(([name, value]) => {
    const text = textOf(value);
    if (text === null) problems.push(`${name} is ${describe(value)}`);
    return text === null ? [] : [[name, text] as const];
  });
  if (problems.length > 0) throw refused(path, problems);
  return new Map(values);
}

function treeOf(json: string): Record<string, unknown> | null {
  try {
    const tree: unknown = JSON.parse(json);
    return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? (tree as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return null;
}

function describe(value: unknown): string {
  if (value === null) return 'empty: write "" for an empty text';
  if (typeof value === 'number') return 'a number that YAML does not keep as written: put it in quotes';
  return 'a list or a table: a container gets text only';
}

function refused(path: string, problems: readonly string[]): UserError {
  return new UserError('RB-SOPS-FORMAT', {
    what: `${path}: ${problems.join('; ')}`,
    why: 'the file stands for an env file, whose values are texts',
    remedy: `correct it with \`sops edit ${path}\``,
  });
}
