/** Programs that the sample stack's images have not, as images of Debian's newest packages that a host imports. */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cacheDirectory, withLock, withProgress } from './command';
import { debianTar, type Recipe } from './debian';
import type { LabHost } from './host';

export interface Imported {
  /** Of the file that is kept. */
  readonly name: string;
  readonly recipe: Recipe;
  /** As a Dockerfile has them. */
  readonly changes: readonly string[];
}

/** Makes the image's file where it is not there yet, and returns its path. */
export async function fileOf({ name, recipe }: Imported): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).update(process.arch).digest('hex').slice(0, 12);
  const file = join(cacheDirectory, `${name}-${hash}.tar.gz`);
  await withLock(`${name}-image`, async () => {
    if (existsSync(file)) return;
    mkdirSync(cacheDirectory, { recursive: true });
    await withProgress(`${name} (Debian's newest)`, async () => {
      const { stream, done } = await debianTar(recipe);
      await Promise.all([pipeline(stream, createGzip({ level: 1 }), createWriteStream(`${file}.part`)), done]);
      renameSync(`${file}.part`, file);
    });
  });
  return file;
}

/** Has the image on the host under this tag. */
export async function install(host: LabHost, image: Imported, tag: string): Promise<void> {
  const there = await host.exec(`docker image inspect ${tag} >/dev/null 2>&1`);
  if (there.code === 0) return;
  const changes = image.changes.map((change) => `--change '${change}' `).join('');
  await host.root(`docker import ${changes}- ${tag} >/dev/null`, { input: readFileSync(await fileOf(image)) });
}
