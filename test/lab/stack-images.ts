/** The images of the sample stack, as the registry inside every host serves them. */
import { createCipheriv, createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { builtFrom, commitOf } from './built-from';
import { cacheDirectory, withLock, withProgress } from './command';
import { debianTar, type Recipe } from './debian';
import { type ImageConfig, type Layer, layerOf, RegistryContent } from './registry-content';

const base: Recipe = {
  suite: 'trixie',
  packages: ['ca-certificates', 'nginx-light', 'postgresql', 'nodejs', 'busybox-static', 'zstd'],
  customize: [
    // What a server in a container never uses makes two thirds of the size.
    'rm -rf "$1"/var/lib/postgresql/* "$1"/etc/postgresql/* "$1"/usr/lib/postgresql/*/lib/bitcode "$1"/usr/lib/postgresql/*/lib/llvmjit*',
    'rm -f "$1"/usr/lib/*/libLLVM* "$1"/usr/lib/*/libz3*',
    'rm -rf "$1"/usr/share/perl "$1"/usr/lib/*/perl "$1"/usr/share/i18n "$1"/usr/share/nodejs/corepack',
    'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*.log "$1"/var/lib/dpkg/info',
    'rm -f "$1"/etc/nginx/sites-enabled/default',
    'ln -sf /dev/stdout "$1"/var/log/nginx/access.log; ln -sf /dev/stderr "$1"/var/log/nginx/error.log',
  ],
};

type FileLayer = Layer & { readonly data: string };

const second = 1e9;
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Often only until a container is healthy: each check starts processes, and many hosts share the CPUs. */
function healthcheckOf(behaviour: string): ImageConfig {
  if (behaviour.startsWith('dies')) return {};
  const often =
    behaviour === 'unhealthy'
      ? { Interval: 1 * second }
      : { Interval: 15 * second, StartPeriod: 15 * second, StartInterval: 0.5 * second };
  const Test = ['CMD', 'busybox', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'];
  return { Healthcheck: { Test, Timeout: 10 * second, Retries: 3, ...often } };
}

/** Tag → BEHAVIOUR of the program in the image; the version is the tag. */
const backendTags: Readonly<Record<string, string>> = {
  v1: 'normal',
  v2: 'normal',
  'v2-big': 'normal',
  'v2-slowstart': 'slowstart',
  'v3-crash': 'crash',
  'v3-unhealthy': 'unhealthy',
  'v3-error500': 'error500',
  'v3-dies': 'dies',
  'v3-dies-serving': 'dies-serving',
  'v3-hangs': 'hangs',
  v4: 'normal',
  v5: 'normal',
  v6: 'normal',
};
/** The worker has all tags of the backend, so that one version fits both, and its own faults. */
const workerTags: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(backendTags).map((tag) => [tag, 'normal'])),
  'v2-crash': 'crash',
  'v2-hangs': 'hangs',
};
const migrateTags: Readonly<Record<string, string>> = { v1: 'normal', v2: 'normal', 'v2-fails': 'fails' };

const nginx = ['nginx', '-g', 'daemon off;'];
/** Tag → command. */
const nginxTags: Readonly<Record<string, readonly string[]>> = {
  v1: nginx,
  v2: nginx,
  'v3-crash': ['sh', '-c', 'echo fatal: module is missing; exit 3'],
  'v3-config': ['nginx', '-g', 'daemon off; no_such_directive on;'],
  'v3-502': ['nginx', '-c', '/etc/nginx/always-502.conf', '-g', 'daemon off;'],
};
const always502 = `events {}
http {
  access_log /dev/stdout;
  server {
    listen 80;
    listen 443 ssl;
    ssl_certificate /etc/letsencrypt/live/stack.test/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/stack.test/privkey.pem;
    return 502;
  }
}
`;

/** MiB of an image's own that no other image shares, by the backend's tag: for disks too small, and for prunes. */
const ballast: Readonly<Record<string, number>> = { 'v2-big': 128, v4: 4, v5: 4, v6: 4 };

function source(name: string): string {
  return readFileSync(join(__dirname, 'images', name), 'utf8');
}

function environment(tag: string, behaviour: string): string[] {
  return [path, `VERSION=${tag}`, `BEHAVIOUR=${behaviour}`];
}

/** Changes when anything does that makes the content of an image. */
function recipeHash(): string {
  const hash = createHash('sha256').update(JSON.stringify(base)).update(process.arch);
  for (const file of readdirSync(join(__dirname, 'images')).sort()) hash.update(file).update(source(file));
  for (const file of ['stack-images.ts', 'built-from.ts', 'registry-content.ts'])
    hash.update(readFileSync(join(__dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Makes the registry's content where it is not there yet, and returns its folder. */
export async function stackImages(): Promise<string> {
  const folder = join(cacheDirectory, `registry-${recipeHash()}`);
  if (existsSync(folder)) {
    touch(folder);
    return folder;
  }
  await withLock('stack-images', async () => {
    if (existsSync(folder)) return;
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    await writeImages(new RegistryContent(draft), await debianLayer());
    renameSync(draft, folder);
    removeOld();
  });
  return folder;
}

function touch(path: string): void {
  utimesSync(path, new Date(), new Date());
}

/** Removes what nobody has used for a week; anything younger may be mounted by another process. */
function removeOld(): void {
  for (const name of readdirSync(cacheDirectory).filter((entry) => /^(registry|debian)-/.test(entry))) {
    const path = join(cacheDirectory, name);
    const age = Date.now() - statSync(path).mtimeMs;
    if (age > 7 * 24 * 3600 * 1000) rmSync(path, { recursive: true, force: true });
  }
}

async function writeImages(content: RegistryContent, debian: FileLayer): Promise<void> {
  const backend = await layerOf([{ path: 'app/backend.js', content: source('backend.js') }]);
  for (const [tag, behaviour] of Object.entries(backendTags)) {
    const own = ballast[tag] === undefined ? [] : [await noiseLayer(tag, ballast[tag])];
    content.addImage('acme/backend', tag, [debian, backend, ...own], {
      ...healthcheckOf(behaviour),
      Env: environment(tag, behaviour),
      Cmd: ['node', '/app/backend.js'],
      ExposedPorts: { '8080/tcp': {} },
    });
  }
  const worker = await layerOf([{ path: 'app/worker.js', content: source('worker.js') }]);
  for (const [tag, behaviour] of Object.entries(workerTags)) {
    content.addImage('acme/worker', tag, [debian, worker], {
      Env: environment(tag, behaviour),
      Labels: builtFrom('https://github.com/acme/worker', commitOf(tag)),
      Cmd: ['node', '/app/worker.js'],
    });
  }
  const migrate = await layerOf([{ path: 'app/migrate.sh', content: source('migrate.sh'), executable: true }]);
  for (const [tag, behaviour] of Object.entries(migrateTags)) {
    content.addImage('acme/migrate', tag, [debian, migrate], {
      Env: environment(tag, behaviour),
      Cmd: ['/app/migrate.sh'],
    });
  }
  for (const tag of ['v1', 'v2']) {
    const frontend = await layerOf([
      { path: 'etc/nginx/frontend.conf', content: source('frontend.conf') },
      { path: 'srv/frontend/index.html', content: `<!doctype html><title>Acme</title><p>frontend ${tag}</p>\n` },
    ]);
    content.addImage('acme/frontend', tag, [debian, frontend], {
      Env: [path],
      Cmd: ['nginx', '-c', '/etc/nginx/frontend.conf', '-g', 'daemon off;'],
      StopSignal: 'SIGQUIT',
      ExposedPorts: { '80/tcp': {} },
    });
  }
  for (const [tag, command] of Object.entries(nginxTags)) {
    const own = tag === 'v1' ? [] : [await layerOf([{ path: 'etc/nginx/always-502.conf', content: always502 }])];
    content.addImage('acme/nginx', tag, [debian, ...own], {
      Env: [path, `VERSION=${tag}`],
      Cmd: command,
      StopSignal: 'SIGQUIT',
      ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
    });
  }
  const postgres = await layerOf([{ path: 'app/postgres.sh', content: source('postgres.sh'), executable: true }]);
  content.addImage('acme/postgres', 'v1', [debian, postgres], {
    Env: [path, 'PGDATA=/var/lib/postgresql/data'],
    Entrypoint: ['/app/postgres.sh'],
    StopSignal: 'SIGINT',
    ExposedPorts: { '5432/tcp': {} },
  });
  const busybox = await readBusybox(debian.data);
  for (const tag of ['v1', 'v2', 'v3']) {
    // No shell, no libraries, nothing but one program: as "distroless" images are.
    const files = await layerOf([
      { path: 'httpd', content: busybox, executable: true },
      { path: 'www/index.html', content: `static ${tag}\n` },
      { path: 'www/healthz', content: 'ok\n' },
    ]);
    content.addImage('acme/static', tag, [files], {
      Entrypoint: ['/httpd', '-f', '-p', '8080', '-h', '/www'],
      ExposedPorts: { '8080/tcp': {} },
    });
  }
}

/** The Debian layer that all images but the shell-less one share; kept by its recipe, for it takes the longest. */
async function debianLayer(): Promise<FileLayer> {
  const name = `debian-${createHash('sha256').update(JSON.stringify(base)).digest('hex').slice(0, 12)}`;
  const file = join(cacheDirectory, `${name}.tar.gz`);
  const facts = join(cacheDirectory, `${name}.json`);
  if (!existsSync(facts)) {
    const made = await withProgress('stack images (nginx, PostgreSQL and Node.js from Debian)', () => makeLayer(file));
    writeFileSync(facts, JSON.stringify(made));
  }
  touch(facts);
  touch(file);
  return {
    ...(JSON.parse(readFileSync(facts, 'utf8')) as { diffId: string; digest: string; size: number }),
    data: file,
  };
}

async function makeLayer(file: string): Promise<{ diffId: string; digest: string; size: number }> {
  mkdirSync(cacheDirectory, { recursive: true });
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  const count = (hash: ReturnType<typeof createHash>) =>
    new PassThrough({
      transform(chunk: Buffer, _encoding, next) {
        hash.update(chunk);
        next(null, chunk);
      },
    });
  const { stream, done } = await debianTar(base);
  const zip = createGzip({ level: 1 });
  await Promise.all([pipeline(stream, count(plain), zip, count(packed), createWriteStream(file)), done]);
  return {
    diffId: `sha256:${plain.digest('hex')}`,
    digest: `sha256:${packed.digest('hex')}`,
    size: statSync(file).size,
  };
}

/** Content that does not compress and is the same each time. */
function noiseLayer(name: string, size: number): Promise<Layer> {
  const cipher = createCipheriv('aes-128-ctr', createHash('md5').update(name).digest(), Buffer.alloc(16));
  return layerOf([{ path: `opt/ballast-${name}`, content: cipher.update(Buffer.alloc(size * 1024 * 1024)) }]);
}

async function readBusybox(layerFile: string): Promise<Buffer> {
  const entries = extract();
  const input = createReadStream(layerFile);
  input.pipe(createGunzip()).pipe(entries);
  for await (const entry of entries) {
    if (entry.header.name === './usr/bin/busybox') {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      input.destroy();
      return Buffer.concat(chunks);
    }
    entry.resume();
  }
  throw new Error('no busybox in the Debian layer');
}
