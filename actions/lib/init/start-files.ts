/** Files of the repository with which an image starts, and that migrate: the Compose files do not show this. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATES, OWN_SERVICE } from './look-at';

/** Of the repository, and of each folder directly in it. */
const FOLDERS = ['', 'bin', 'docker', 'scripts'];
const NAMES = ['Dockerfile', 'docker-entrypoint', 'docker-entrypoint.sh', 'entrypoint', 'entrypoint.sh', 'start.sh'];
/** Bytes; larger files were not written by people. */
const LARGEST = 100_000;

/** A sentence for each file; the services whose images start with it are not known. */
export function sayStartFiles(folder: string): string[] {
  const parts = readdirSync(folder, { withFileTypes: true }).filter(
    (one) =>
      one.isDirectory() && !one.name.startsWith('.') && one.name !== 'node_modules' && !FOLDERS.includes(one.name),
  );
  return ['', ...parts.map(({ name }) => name)]
    .flatMap((part) => FOLDERS.flatMap((at) => NAMES.map((name) => join(part, at, name))))
    .filter((path) => isSmallFile(join(folder, path)) && migrates(path, readFileSync(join(folder, path), 'utf8')))
    .map(
      (path) =>
        `${path} migrates the database. If an image of this stack starts with it, each new container migrates before its release is judged, and a rollback does not undo it. ${OWN_SERVICE}`,
    );
}

function isSmallFile(path: string): boolean {
  if (!existsSync(path)) return false;
  const facts = statSync(path);
  return facts.isFile() && facts.size <= LARGEST;
}

/** Of a Dockerfile only the instructions that say how a container starts count: its image may also copy migrations. */
function migrates(path: string, text: string): boolean {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const starts = path.endsWith('Dockerfile') ? lines.filter((line) => /^\s*(CMD|ENTRYPOINT)\b/i.test(line)) : lines;
  return MIGRATES.test(starts.join('\n'));
}
