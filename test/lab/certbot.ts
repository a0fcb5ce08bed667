/** certbot as an image, as people run it beside nginx: Debian's newest, and a shell. */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cacheDirectory, withLock, withProgress } from './command';
import { debianTar, type Recipe } from './debian';
import type { LabHost } from './host';

const recipe: Recipe = {
  suite: 'sid',
  packages: ['certbot', 'ca-certificates'],
  customize: [
    'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dpkg/info "$1"/usr/share/perl "$1"/usr/lib/*/perl',
    'find "$1"/usr -name __pycache__ -prune -exec rm -rf {} +',
  ],
};

/** Makes the image's file where it is not there yet, and returns its path. */
export async function certbotImage(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).update(process.arch).digest('hex').slice(0, 12);
  const file = join(cacheDirectory, `certbot-${hash}.tar.gz`);
  await withLock('certbot-image', async () => {
    if (existsSync(file)) return;
    mkdirSync(cacheDirectory, { recursive: true });
    await withProgress("certbot (Debian's newest)", async () => {
      const { stream, done } = await debianTar(recipe);
      await Promise.all([pipeline(stream, createGzip({ level: 1 }), createWriteStream(`${file}.part`)), done]);
      renameSync(`${file}.part`, file);
    });
  });
  return file;
}

/** Has the image on the host under the name by which everybody calls it. */
export async function installCertbot(host: LabHost, name = 'certbot/certbot:latest'): Promise<void> {
  const there = await host.exec(`docker image inspect ${name} >/dev/null 2>&1`);
  if (there.code === 0) return;
  await host.root(`docker import --change 'ENTRYPOINT ["certbot"]' --change 'WORKDIR /opt' - ${name} >/dev/null`, {
    input: readFileSync(await certbotImage()),
  });
}
