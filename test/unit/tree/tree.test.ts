/** What holds for the whole source tree. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../actions/lib/errors';

const ROOT = join(__dirname, '../../..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const ours = tracked.filter((path) => /^(actions|test)\/.*\.(m?ts|sh|mjs)$/.test(path));
const sources = ours.filter((path) => /^actions\/.*\.ts$/.test(path));
/** What a file imports: packages by name, files by their path from the root. */
const imports = (path: string): string[] =>
  [...read(path).matchAll(/(?:from|import\(|^import) ?'([^']+)'/gm)].map(([, to = '']) =>
    to.startsWith('.') ? normalize(join(dirname(path), to)) : to,
  );
const arrows = sources.flatMap((from) => imports(from).map((to) => ({ from, to })));

test('only the entry and lib/github know GitHub', () => {
  const found = arrows.filter(({ to }) => to.startsWith('@actions/') || to.startsWith('actions/lib/github/'));
  expect(found.length).toBeGreaterThan(3);
  expect(found.filter(({ from }) => !/^actions\/((main|entry)\.ts$|lib\/github\/)/.test(from))).toEqual([]);
});

test('every error code is thrown somewhere', () => {
  const code = sources
    .filter((path) => path !== 'actions/lib/errors.ts')
    .map(read)
    .join('\n');
  expect(Object.keys(ERROR_CODES).filter((name) => !code.includes(`'${name}'`))).toEqual([]);
});

/** Longer files, each with its reason. */
const LONG = new Set([
  'test/e2e/resolve/resolve.test.ts', // one table of registries and references
]);

test.each(ours.filter((path) => !LONG.has(path)))('%s is short', (path) => {
  expect(read(path).split('\n').length).toBeLessThanOrEqual(281);
});

test('every test lies in a folder whose tests are run', () => {
  const config = read('test/vitest.config.mts');
  const found = [...config.matchAll(/include: \['test\/([^']+)\/\*\*\/\*\.test\.ts'\]/g)];
  const folders = found.flatMap(([, names = '']) => names.replace(/[{}]/g, '').split(','));
  expect(folders.length).toBeGreaterThan(2);
  const tests = tracked.filter((path) => path.endsWith('.test.ts'));
  expect(tests.filter((path) => !folders.includes(path.split('/')[1] ?? ''))).toEqual([]);
});

test('nothing of a machine or a key is tracked', () => {
  const text = tracked.filter((path) => !/^dist\/|package-lock\.json$|\.(png|gif|woff2?)$/.test(path));
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[A-Za-z0-9+/=]{40}/;
  // A person's folder, except of the lab's user and of examples; a checkout at the root of a disk.
  const home = /\/(home|Users)\/(?!deploy\/|me\/)[a-z][\w-]*\/|(?<![\w.)}/])\/(work|workspace|code)\/[a-z]/;
  const here = 'test/unit/tree/tree.test.ts';
  expect(text.filter((path) => path !== here && (key.test(read(path)) || home.test(read(path))))).toEqual([]);
});

test.each(tracked.filter((path) => /^actions\/.*\.sh$/.test(path)))('%s is read by a module beside it', (path) => {
  expect(sources.some((from) => dirname(from) === dirname(path) && read(from).includes(`'${basename(path)}'`))).toBe(
    true,
  );
});

const actions = readdirSync(join(ROOT, 'actions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'lib')
  .map(({ name }) => name);

describe.each(actions)('action %s', (name) => {
  test('has its contract, usage and stub', () => {
    for (const file of ['action.yml', 'README.md', 'index.js']) expect(tracked).toContain(`actions/${name}/${file}`);
  });
});
