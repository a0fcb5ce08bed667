/** The README's table of settings says for each of them what kind it is, and in which environments and workflows it is read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { actionsIn } from '../../../actions/command';
import { parseRunbook } from '../../../actions/lib/config/load';
import { needsOf } from '../../../actions/lib/init/needs';

const root = resolve(__dirname, '../../..');
const folder = join(root, '.github/workflows');
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const { needs } = needsOf(texts, actionsIn(root), parseRunbook('', 'runbook.yml'));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Name of a setting → the cells of its row. */
const rows = new Map<string, readonly string[]>();
for (const [, row = ''] of readme.matchAll(/^\| (.*\| (?:variable|secret) +\|.*) \|$/gm)) {
  const cells = row.split(' | ').map((cell) => cell.trim());
  const before = [...rows.values()].at(-1)?.[3] ?? '';
  for (const [, name = ''] of (cells[0] ?? '').matchAll(/`(\w+)`/g))
    rows.set(name, [...cells.slice(0, 3), cells[3] === 'the same' ? before : (cells[3] ?? '')]);
}

it.each(needs.map((need) => [need.name, need.environment, need] as const))(
  'the setting %s of %s has a row that is right',
  (name, environment, { kind, usedBy }) => {
    const [, what, where = '', purpose = ''] = rows.get(name) ?? [];
    expect(what).toBe(kind);
    expect(where === 'all three' || where.includes(`\`${environment}\``), where).toBe(true);
    // A purpose that begins with workflows names them all.
    if (/^`[\w-]+\.yml`/.test(purpose)) for (const file of usedBy) expect(purpose).toContain(`\`${file}\``);
  },
);

it('no row is for a setting that no workflow reads', () => {
  expect([...rows.keys()].sort()).toEqual([...new Set(needs.map(({ name }) => name))].sort());
});
