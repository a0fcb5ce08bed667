/** HAProxy, Caddy and Apache as an image, each tag of which starts one of them: Debian's packages, and a shell. */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cacheDirectory, withLock, withProgress } from './command';
import { debianTar, type Recipe } from './debian';
import type { LabHost } from './host';

const recipe: Recipe = {
  suite: 'trixie',
  packages: ['haproxy', 'caddy', 'apache2', 'ca-certificates'],
  customize: [
    'chroot "$1" a2enmod --quiet proxy proxy_http headers; rm -f "$1"/etc/apache2/sites-enabled/*',
    'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dpkg/info "$1"/usr/share/perl "$1"/usr/lib/*/perl',
  ],
};

/** How people start them: HAProxy with a master that reloads, and without; Caddy with its admin endpoint; Apache as PHP's image does. */
const starts = {
  haproxy: {
    command: ['haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg'],
    signal: 'SIGUSR1',
  },
  'haproxy-single': { command: ['haproxy', '-db', '-f', '/etc/haproxy/haproxy.cfg'], signal: 'SIGUSR1' },
  caddy: {
    command: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
    signal: 'SIGTERM',
  },
  apache: {
    command: [
      'sh',
      '-c',
      '. /etc/apache2/envvars && mkdir -p /run/apache2 /run/lock/apache2 /var/log/apache2 && exec apache2 -D FOREGROUND',
    ],
    signal: 'SIGWINCH',
  },
} as const;

export type ProxyImage = keyof typeof starts;

/** Makes the file of the image where it is not there yet, and returns its path. */
export async function proxiesTar(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).update(process.arch).digest('hex').slice(0, 12);
  const file = join(cacheDirectory, `proxies-${hash}.tar.gz`);
  await withLock('proxies-image', async () => {
    if (existsSync(file)) return;
    mkdirSync(cacheDirectory, { recursive: true });
    await withProgress('HAProxy, Caddy and Apache (from Debian)', async () => {
      const { stream, done } = await debianTar(recipe);
      await Promise.all([pipeline(stream, createGzip({ level: 1 }), createWriteStream(`${file}.part`)), done]);
      renameSync(`${file}.part`, file);
    });
  });
  return file;
}

/** Has these in the host's registry, as `localhost:5000/acme/NAME:v1`. */
export async function installProxies(host: LabHost, names: readonly ProxyImage[]): Promise<void> {
  await host.root('docker import - lab-proxies >/dev/null', { input: readFileSync(await proxiesTar()) });
  for (const name of names) {
    const { command, signal } = starts[name];
    const image = `localhost:5000/acme/${name}:v1`;
    await host.root(
      `id=$(docker create lab-proxies true)
      docker commit --change 'CMD ${JSON.stringify(command)}' --change 'STOPSIGNAL ${signal}' "$id" ${image} >/dev/null
      docker rm "$id" >/dev/null; docker push -q ${image}`,
    );
  }
}
