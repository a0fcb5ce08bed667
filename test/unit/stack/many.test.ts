/** Uploaded files by the thousand: which processes they cost, and that names of any kind come through. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { observeScript } from '../../../actions/lib/stack/observe/observe';
import { storeScript } from '../../../actions/lib/stack/release/store';

const TOOLS = 'awk cat chmod cmp cp cut find grep install ls mkdir mv rm sed sha256sum sort stat sync tr wc'.split(' ');
const hashing =
  /^hash_files\(\) \{[\s\S]*?^\}/m.exec(
    observeScript({ stack: 's', directory: '/', envFile: null, envFileNamed: false, compose: [], paths: [] }),
  )?.[0] ?? '';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a command prints, in a stack whose release 2 has these files: path → content. */
function stack(files: Readonly<Record<string, string>>) {
  folder = mkdtempSync(join(tmpdir(), 'runbook-many-'));
  const at = (...parts: string[]): string => join(folder, ...parts);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const sha = (content: string): string => createHash('sha256').update(content).digest('hex');
  const entries = Object.entries(files).map(([path, content]) => `${sha(content)} 644 ${path}\n`);
  for (const content of Object.values(files)) write(`staging/${sha(content)}`, content);
  write('stack/.runbook/releases/1/files.list', '');
  write('stack/.runbook/releases/2/files.list', entries.join(''));
  write('stack/.runbook/current', '2\n');
  write('list', entries.join(''));
  write(
    'paths',
    Object.keys(files)
      .map((path) => `${path}\n`)
      .join(''),
  );
  for (const tool of TOOLS) {
    const real = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    write(`bin/${tool}`, `#!/bin/sh\necho ${tool} >>'${at('started')}'\nexec ${real} "$@"\n`);
    chmodSync(at('bin', tool), 0o755);
  }
  const run = (command: string): { said: string; started: number } => {
    write('started', '');
    const said = execFileSync(
      'sh',
      [
        '-uc',
        `umask 077\nto_disk() { sync "$@"; }\nRB_ROOT=${at('stack/.runbook')} DIRECTORY=${at('stack')} TARGET=2 FILES=\n${storeScript()}\n${hashing}\nPATH='${at('bin')}':$PATH\n${command}`,
      ],
      { encoding: 'utf8' },
    );
    return { said, started: readFileSync(at('started'), 'utf8').split('\n').length - 1 };
  };
  return { at, run, sha };
}

/** Everything that a deploy does with its files, step by step. */
const STEPS: readonly (readonly [
  name: string,
  command: (at: (...parts: string[]) => string) => string,
  each: number,
])[] = [
  ['stored', (at) => `store_blobs '${at('staging')}'`, 0],
  ['chosen', (at) => `files_between 1 2 | choose_files '${at('paths')}'`, 0],
  ['remembered while they are not there', (at) => `remember_files '${at('list')}'`, 0],
  ['placed', (at) => `narrow_files '${at('list')}' >'${at('narrow')}' && place_files '${at('narrow')}'`, 2],
  ['hashed', () => 'hash_files', 0],
  ['remembered', (at) => `remember_files '${at('list')}'`, 0],
  ['narrowed', (at) => `narrow_files '${at('list')}'`, 0],
  ['collected', () => 'collect_blobs', 0],
];

it('a hundred files more start no more processes, but for two to put a new one in place', () => {
  const counts = [20, 120].map((count) => {
    const files = Object.fromEntries(
      Array.from({ length: count }, (_one, n) => [`site/${n % 3}/${n}.js`, `content ${n}`]),
    );
    const { at, run } = stack(files);
    const started = STEPS.map(([, command]) => run(command(at)).started);
    expect(readdirSync(at('stack/.runbook/blobs'))).toHaveLength(count);
    rmSync(folder, { recursive: true });
    return started;
  });
  for (const [index, [name, , each]] of STEPS.entries())
    expect((counts[1]?.[index] ?? 0) - (counts[0]?.[index] ?? 0), name).toBeLessThanOrEqual(100 * each);
});

it('names of any kind work, and former content and modes come back', () => {
  const names = [
    'a b.js',
    '-dash',
    'back\\slash',
    "it's",
    '100%',
    '$HOME',
    'ü/é.txt',
    'x=y',
    '"q"',
    'deep/er/and/er',
    '*',
  ];
  const { at, run, sha } = stack(Object.fromEntries(names.map((name) => [name, `new ${name}`])));
  for (const name of names) {
    mkdirSync(dirname(at('stack', name)), { recursive: true });
    if (name !== 'x=y') writeFileSync(at('stack', name), `old ${name}`, { mode: 0o600 });
  }
  for (const name of names) if (name !== 'x=y') chmodSync(at('stack', name), name === '-dash' ? 0o640 : 0o600);
  run(`store_blobs '${at('staging')}'; remember_files '${at('list')}' >'${at('were')}'`);
  const mode = (name: string): string => (statSync(at('stack', name)).mode & 0o777).toString(8);
  const were = names.map((name) => (name === 'x=y' ? `- - ${name}` : `${sha(`old ${name}`)} ${mode(name)} ${name}`));
  expect(readFileSync(at('were'), 'utf8').trimEnd().split('\n')).toEqual(were);
  run(`narrow_files '${at('list')}' >'${at('narrow')}' && place_files '${at('narrow')}'`);
  for (const name of names) {
    expect(readFileSync(at('stack', name), 'utf8')).toBe(`new ${name}`);
    expect(mode(name), name).toBe(name === 'x=y' ? '644' : name === '-dash' ? '640' : '600');
  }
  const hashed = run('hash_files').said.trimEnd().split('\n');
  expect(hashed.sort()).toEqual(names.map((name) => `${sha(`new ${name}`)} ${name}`).sort());
  run(`place_files '${at('were')}'`);
  for (const name of names)
    expect(readdirSync(dirname(at('stack', name))).includes(name.split('/').at(-1) ?? '')).toBe(name !== 'x=y');
  expect(readFileSync(at('stack', 'back\\slash'), 'utf8')).toBe('old back\\slash');
  expect(readdirSync(at()).filter((name) => /\.(there|sums|modes|have|written)$/.test(name))).toEqual([]);
});
