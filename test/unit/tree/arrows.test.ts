/** Who imports from whom in `actions/`: down the floors of its README, and never in a circle. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupBy } from '../../../actions/lib/group';

const ROOT = join(__dirname, '../../../actions');

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** It names a type, and is gone when the code runs. */
  readonly type: boolean;
}

const IMPORT = /^(?:import|export) (type )?[^;']*?from '(\.[^']+)'|^import '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

function arrowsOf(from: string, text: string): Arrow[] {
  return [...text.matchAll(IMPORT)].map(([, type, ...paths]) => ({
    from,
    to: `${normalize(join(dirname(from), paths.find((path) => path !== undefined) ?? ''))}.ts`,
    type: type !== undefined,
  }));
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const arrows = files.flatMap((path) => arrowsOf(path, readFileSync(join(ROOT, path), 'utf8')));

/** Groups whose members reach each other, each sorted (Tarjan: strongly connected components of more than one). */
function circles(edges: readonly (readonly [from: string, to: string])[]): string[][] {
  const next = groupBy(edges, ([from]) => from);
  const seen = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    seen.set(node, seen.size);
    lowest.set(node, seen.get(node)!);
    path.push(node);
    for (const [, to] of next.get(node) ?? [])
      if (!seen.has(to) || path.includes(to))
        lowest.set(node, Math.min(lowest.get(node)!, seen.has(to) ? seen.get(to)! : visit(to)));
    if (lowest.get(node) === seen.get(node)) {
      const group = path.splice(path.indexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return lowest.get(node)!;
  };
  for (const node of next.keys()) if (!seen.has(node)) visit(node);
  return found;
}

describe('an import', () => {
  it('is found in every form that we write', () => {
    const text = `import a from './a';\nimport {\n  b,\n} from '../b';\nimport type { C } from './c';\nexport { d } from './d';
import './e';\nimport { f } from 'node:f';\nconst g = await import('./g');`;
    expect(arrowsOf('lib/x/y.ts', text).map(({ to, type }) => [to, type])).toEqual([
      ['lib/x/a.ts', false],
      ['lib/b.ts', false],
      ['lib/x/c.ts', true],
      ['lib/x/d.ts', false],
      ['lib/x/e.ts', false],
      ['lib/x/g.ts', false],
    ]);
    expect(arrows.length).toBeGreaterThan(500);
    expect(arrows.filter(({ to }) => !files.includes(to))).toEqual([]);
  });

  it('points to its own floor or a lower one', () => {
    const rank = floors();
    expect(
      files.filter((path) => rank(path) === -1),
      'not in the table "Floors" of actions/README.md',
    ).toEqual([]);
    expect(arrows.filter(({ from, to }) => rank(to) < rank(from)).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });
});

/** The place of a file in the table of floors, 0 at the top; -1: it has none. */
function floors(): (path: string) => number {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const rows = /\n## Floors\n[\s\S]*?\n\| -.*\n((?:\|.*\n)+)/.exec(readme)?.[1]?.trim().split('\n') ?? [];
  const names = rows.map((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  return (path) => {
    const folder = dirname(path);
    return names.findIndex((floor) =>
      floor.some(
        (name) =>
          name === path ||
          (name === 'ACTION/' && existsSync(join(ROOT, folder.split('/')[0] ?? '', 'action.yml'))) ||
          (name === 'lib/*.ts' && folder === 'lib') ||
          `${folder}/`.startsWith(name.endsWith('/') ? name : `${name}/`),
      ),
    );
  };
}

it('no folders import from each other, types included', () => {
  const between = arrows.map(({ from, to }) => [dirname(from), dirname(to)] as const);
  expect(circles(between.filter(([from, to]) => from !== to))).toEqual([]);
});

it('no files load each other', () => {
  expect(circles(arrows.filter(({ type }) => !type).map(({ from, to }) => [from, to] as const))).toEqual([]);
  const edges = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['c', 'd'],
    ['d', 'e'],
  ] as const;
  expect(circles(edges)).toEqual([['a', 'b', 'c']]);
});
