/**
 * Bundles all actions into dist/. With --check: builds elsewhere and compares with what is committed.
 * Plain JavaScript, so that it runs before anything is built.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const check = process.argv.includes('--check');
const target = check ? mkdtempSync(join(tmpdir(), 'runbook-dist-')) : join(root, 'dist');

/**
 * Packages whose modules only define things when they are loaded, though their package.json does not say so. The bundler
 * leaves out what an action never calls: the OIDC client of `core`, and with it an HTTP client of a megabyte, which each
 * action would load before it connects.
 */
const PURE = ['@actions/core', '@actions/http-client'];

try {
  bundle(target);
  if (check) compare(target, join(root, 'dist'));
} finally {
  if (check) rmSync(target, { recursive: true, force: true });
}

function declarePure() {
  for (const name of PURE) {
    const file = join(root, 'node_modules', name, 'package.json');
    const declared = JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), sideEffects: false }, null, 2);
    // A file of its own: the present one may be linked into another folder.
    writeFileSync(`${file}.new`, declared);
    renameSync(`${file}.new`, file);
  }
}

function bundle(folder) {
  // Module ids are hashes of paths relative to the root: a linked node_modules gives others.
  if (lstatSync(join(root, 'node_modules')).isSymbolicLink())
    throw new Error('node_modules is a link, which changes the bundle: run npm ci');
  declarePure();
  rmSync(folder, { recursive: true, force: true });
  const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  const args = [
    ncc,
    'build',
    'actions/main.ts',
    '-o',
    folder,
    '--no-cache',
    '--license',
    'licenses.txt',
    '--target',
    'es2022',
    // Types are `npm run typecheck`'s.
    '--transpile-only',
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
  // ssh2 brings a Windows program for PuTTY's agent, which no action uses.
  rmSync(join(folder, 'pagent.exe'), { force: true });
  const scripts = files(join(root, 'actions'))
    .filter((name) => /\.(sh|awk)$/.test(name))
    .map((name) => basename(name));
  const lost = scripts.filter((name, index) => scripts.indexOf(name) !== index || read(folder, name) === null);
  if (lost.length > 0)
    throw new Error(`host scripts that did not get into the bundle, or two of one name: ${lost.join(', ')}`);
  const native = files(folder).filter((name) => name.endsWith('.node'));
  if (native.length > 0)
    throw new Error(`native modules in the bundle: ${native.join(', ')}; install with scripts off`);
}

function compare(built, committed) {
  const names = new Set([...files(built), ...files(committed)]);
  const different = [...names].filter((name) => read(built, name) !== read(committed, name));
  if (different.length === 0) return console.log(`dist/ is what its sources make: ${names.size} files`);
  console.error(`dist/ is not what its sources make: ${different.join(', ')}. Run: npm run build`);
  process.exitCode = 1;
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function read(folder, name) {
  try {
    return readFileSync(join(folder, name), 'latin1');
  } catch {
    return null;
  }
}
