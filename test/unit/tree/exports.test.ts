/** What a file of `actions/` exports is there for another file; what its tests alone use counts, too. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(__dirname, '../../..');

const files = ['actions', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.m?ts$/.test(path))
    .map((path) => `${folder}/${path}`),
);

/** `FILE NAME` of all that this text takes from files beside it. */
function takenBy(from: string, text: string): string[] {
  const at = (to: string): string => `${normalize(join(dirname(from), to))}.ts`;
  const named = [...text.matchAll(/^(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\} from '(\.[^']+)'/gm)];
  const awaited = [...text.matchAll(/const \{([^}]*)\} =\s*\(?await import\('(\.[^']+)'\)/g)];
  const member = [...text.matchAll(/await import\('(\.[^']+)'\)\)\.(\w+)/g)].map(([, to = '', name = '']) => [
    at(to),
    name,
  ]);
  const lists = [...named, ...awaited].flatMap(([, names = '', to = '']) =>
    names.split(',').map((name) => [
      at(to),
      name
        .trim()
        .replace(/^type /, '')
        .replace(/ (as|:) .*/, '')
        .replace(/:.*/, ''),
    ]),
  );
  return [...lists, ...member].map((one) => one.join(' '));
}

function exportedBy(path: string, text: string): string[] {
  const found = text.matchAll(
    /^export (?:async |abstract )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm,
  );
  return [...found].map(([, name]) => `${path} ${name}`);
}

it('every export is used by another file', () => {
  const taken = new Set(files.flatMap((path) => takenBy(path, readFileSync(join(ROOT, path), 'utf8'))));
  expect(taken.size).toBeGreaterThan(1000);
  // What stubs call, by the bundle.
  const entry = ['actions/main.ts run', 'actions/main.ts post', 'actions/main.ts command'];
  const exported = files
    .filter((path) => path.startsWith('actions/'))
    .flatMap((path) => exportedBy(path, readFileSync(join(ROOT, path), 'utf8')));
  expect(exported.filter((one) => !taken.has(one) && !entry.includes(one))).toEqual([]);
});
