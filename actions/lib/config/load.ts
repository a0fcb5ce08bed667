/** Reads `runbook.yml`, and names every mistake with its file, line and the nearest valid key. */
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { UserError } from '../errors';
import type { Runbook } from './runbook';
import { runbookSchema } from './schema';

type Issue = z.core.$ZodIssue;

const MOST = 10;

/** @throws {UserError} RB-CONFIG-INVALID */
export function parseRunbook(text: string, file: string): Runbook {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw invalid(file, [`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message.split('\n')[0]}`]);
  const parsed = runbookSchema.safeParse(plainValue(document, file) ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .flatMap(describe)
    .map(({ path, text: said }) => ({ line: lineOf(document.contents, path, lines), said }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, said }) => `${file}:${line}: ${said}`);
  const more = problems.length > MOST ? [`and ${problems.length - MOST} more`] : [];
  throw invalid(file, [...problems.slice(0, MOST), ...more]);
}

/** YAML aliases are resolved only here: one may be undefined, or expand beyond memory. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid(file, [`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function invalid(file: string, problems: readonly string[]): UserError {
  return new UserError('RB-CONFIG-INVALID', {
    what: problems.join('; '),
    why: `${file} is not a valid runbook`,
    remedy:
      'correct the lines named; actions/RUNBOOK.md lists all keys, and an editor checks them with the JSON Schema in actions/lib/config/runbook.schema.json',
  });
}

function describe(issue: Issue): { path: PropertyKey[]; text: string }[] {
  const where = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const valid = keysAt(issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, valid);
      const hint = near === null ? `valid keys: ${valid.join(', ')}` : `did you mean "${near}"?`;
      return { path: [...issue.path, key], text: `unknown key "${key}"${where ? ` in ${where}` : ''}; ${hint}` };
    });
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: issue.path, text: `${where || 'the file'}: ${message.replace(/^Invalid input: /, '')}` }];
}

/** The keys that the schema knows at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = runbookSchema;
  for (const step of path) schema = child(schema, String(step));
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

function child(schema: unknown, key: string): unknown {
  const inner = unwrap(schema) as
    | { shape?: Record<string, unknown>; valueType?: unknown; element?: unknown }
    | undefined;
  return inner?.shape?.[key] ?? inner?.valueType ?? inner?.element;
}

/** Goes through default, optional and transform to the schema of the text that people write. */
function unwrap(schema: unknown): unknown {
  let inner = schema as { def?: { innerType?: unknown; in?: unknown } };
  for (let next: unknown = inner; next !== undefined; next = inner?.def?.innerType ?? inner?.def?.in)
    inner = next as typeof inner;
  return inner;
}

/** The valid key that needs the fewest edits, if they are few. */
function nearest(key: string, valid: readonly string[]): string | null {
  const ranked = valid
    .map((candidate) => ({ candidate, edits: distance(key.toLowerCase(), candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, key.length / 3) ? best.candidate : null;
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The line of the key to which a path leads, or of the nearest existing key above it. */
function lineOf(contents: Node | null, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      const item = (node as { items?: Node[] } | null)?.items?.[Number(step)];
      if (item === undefined) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return lines.linePos(offset).line;
}
