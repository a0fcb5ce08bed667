/**
 * Generates what stands in two places: tables of the actions' READMEs from their action.yml, the
 * page of error codes from their one list, the keys of runbook.yml for editors and people. With --check: says what is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ERROR_CODES } from '../../actions/lib/errors';
import { jsonSchema, reference } from './reference';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

const root = join(import.meta.dirname, '..', '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

for (const action of actions()) {
  const { inputs, outputs } = parse(readFileSync(join(root, 'actions', action, 'action.yml'), 'utf8')) as ActionFile;
  const file = `actions/${action}/README.md`;
  fill(
    file,
    'inputs',
    table(
      ['input', 'meaning', 'default'],
      Object.entries(inputs).map(([name, { description, required, default: value }]) => [
        `\`${name}\``,
        description,
        required ? '**required**' : value === undefined ? '' : `\`${value}\``,
      ]),
    ),
  );
  fill(
    file,
    'outputs',
    table(
      ['output', 'meaning'],
      Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  );
}
write(
  'actions/ERRORS.md',
  [
    '<!-- generated from lib/errors.ts by `npm run docs` -->\n\n# Errors\n',
    'Each message has one of these codes, what happened, its cause where it is known, and what to do. They are stable: a workflow may look for them.\n',
    ...Object.entries(ERROR_CODES).map(([code, meaning]) => `## ${code}\n\n${meaning}\n`),
  ].join('\n'),
);
write('actions/lib/config/runbook.schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`);
write('actions/RUNBOOK.md', reference(table));

if (stale.length > 0) {
  console.error(`stale: ${[...new Set(stale)].join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function fill(file: string, name: string, content: string): void {
  const text = readFileSync(join(root, file), 'utf8');
  const between = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!between.test(text)) throw new Error(`${file} has no place for ${name}`);
  write(
    file,
    text.replace(between, (_all, open: string, close: string) => `${open}${content}\n${close}`),
  );
}

function write(file: string, text: string): void {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  if (check) stale.push(file);
  else writeFileSync(path, text);
}

/** A Markdown table as the formatter leaves it: every column as wide as its widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = '', ...others] = cells.map(line);
  return [first, line(widths.map((width) => '-'.repeat(width))), ...others].join('\n');
}

/** The folders that have a contract. */
function actions(): string[] {
  return readdirSync(join(root, 'actions')).filter((name) => existsSync(join(root, 'actions', name, 'action.yml')));
}
