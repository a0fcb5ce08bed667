/**
 * Generates what stands in two places: inputs that several actions have in each action.yml, tables of READMEs from it, the
 * page of error codes from their one list, the keys of runbook.yml for editors and people. With --check: says what is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ERROR_CODES } from '../../actions/lib/errors';
import type { Step } from '../../actions/lib/init/access-steps';
import { accessByHand } from './access-page';
import { initialised, recipesIn } from './recipes';
import { jsonSchema, reference } from './reference';

type Inputs = Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;

interface ActionFile {
  readonly inputs: Inputs;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

const root = join(import.meta.dirname, '..', '..');

/** The groups of `actions/inputs.yml`. */
const GROUPS: Readonly<Record<string, { title: string; link: string }>> = {
  common: { title: 'Every action', link: 'those of every action' },
  release: { title: 'Actions that lead to another release', link: 'those that lead to another release' },
};

const check = process.argv.includes('--check');
const stale: string[] = [];

const shared = parse(read('actions/inputs.yml')) as Readonly<Record<string, Inputs>>;
for (const action of actions()) {
  const contract = `actions/${action}/action.yml`;
  const groups = Object.keys(shared).filter((group) => group === 'common' || read(contract).includes(`  # ${group}\n`));
  for (const group of groups) fill(contract, group, sharedText(group), ['  # ', '']);
  const { inputs, outputs } = parse(read(contract)) as ActionFile;
  const elsewhere = new Set(groups.flatMap((group) => Object.keys(shared[group] ?? {})));
  const own = Object.entries(inputs).filter(([name]) => !elsewhere.has(name));
  const file = `actions/${action}/README.md`;
  const links = groups.map((group) => `[${GROUPS[group]?.link}](../INPUTS.md#${anchor(GROUPS[group]?.title ?? '')})`);
  fill(file, 'inputs', `Besides ${links.join(' and ')}:\n\n${inputTable(Object.fromEntries(own))}`);
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
  'actions/INPUTS.md',
  [
    '<!-- generated from inputs.yml by `npm run docs` -->\n\n# Inputs that several actions have\n',
    'The inputs of one action alone stand in its own README. A duration is a number of seconds, or a text as `30s`, `5m`, `1h`.\n',
    ...Object.entries(shared).map(([group, inputs]) => `## ${GROUPS[group]?.title}\n\n${inputTable(inputs)}\n`),
  ].join('\n'),
);
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

for (const [mark, steps] of Object.entries(accessByHand())) fill('actions/ACCESS.md', mark, `\n${fenced(steps)}\n`);

for (const recipe of recipesIn(read('actions/RECIPES.md'))) {
  const { runbook, look } = await initialised(recipe);
  const said = look.length === 0 ? '' : `\n\n\`init\` says:\n\n${look.map((line) => `- ${line}`).join('\n')}`;
  // As the formatter leaves it: a comment one space after what it is about.
  const text = runbook.replace(/^(\s*[^#\s].*?) {2,}# /gm, '$1 # ');
  fill('actions/RECIPES.md', recipe.name, `\n\`\`\`yaml\n# runbook.yml\n${text}\`\`\`${said}\n`);
}

if (stale.length > 0) {
  console.error(`stale: ${[...new Set(stale)].join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}

function fenced(steps: readonly Step[]): string {
  return ['```sh', ...steps.map(({ what, command }) => `# ${what}\n${command}`), '```'].join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`, or between other marks. */
function fill(file: string, name: string, content: string, [open, close] = ['<!-- ', ' -->']): void {
  const [first, last] = [`${open}${name}${close}\n`, `${open}/${name}${close}`];
  const text = read(file);
  const [from, to] = [text.indexOf(first) + first.length, text.indexOf(last)];
  if (!text.includes(first) || to < from)
    throw new Error(`${file} needs the lines "${first.trim()}" and "${last.trim()}"`);
  write(file, `${text.slice(0, from)}${content}\n${text.slice(to)}`);
}

/** A group of `actions/inputs.yml` as it stands there. */
function sharedText(group: string): string {
  const [, found] = new RegExp(`^${group}:\\n((?:  .*\\n)+)`, 'm').exec(read('actions/inputs.yml')) ?? [];
  if (found === undefined) throw new Error(`actions/inputs.yml has no group ${group}`);
  return found.trimEnd();
}

function inputTable(inputs: Inputs): string {
  return table(
    ['input', 'meaning', 'default'],
    Object.entries(inputs).map(([name, { description, required, default: value }]) => [
      `\`${name}\``,
      description,
      required ? '**required**' : value === undefined ? '' : `\`${value}\``,
    ]),
  );
}

/** What GitHub makes of a heading. */
function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
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
