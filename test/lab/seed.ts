/**
 * What Docker on a host begins with: the one large layer that the images of the sample stack share, unpacked once on this
 * machine and not by each host anew. Its files are linked and not copied; Docker itself never writes to a layer.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { asRoot, attempt, run, withLock, withProgress } from './command';
import { docker, tryDocker } from './engine';
import type { LabHost } from './host';

const label = 'runbook-actions-lab.seed';
/** Another name for an image of the large layer alone, so that no image of the stack is there before its time. */
const keeper = 'runbook-lab-seed:kept';
const WEEK = 7 * 24 * 3600 * 1000;

/**
 * Fills the empty volume of a new host. Where the engine's volumes are not files of this machine it stays empty, and the
 * host pulls the layer like any other.
 *
 * @param image the host's
 * @param content folder of the registry's content
 * @param start starts a host without a seed, from whose Docker the first one on this machine is made
 */
export async function plantSeed(
  volume: string,
  image: string,
  content: string,
  start: () => Promise<LabHost>,
): Promise<void> {
  const target = await folderOf(volume);
  if (target === null) return;
  const hash = createHash('sha256')
    .update(`${image} ${basename(content)}`)
    .digest('hex')
    .slice(0, 12);
  const seed = `runbook-lab-seed-${hash}`;
  const source = await withLock(seed, async () => {
    if ((await tryDocker(['volume', 'inspect', seed])).code !== 0)
      await docker(['volume', 'create', '--label', label, seed]);
    const folder = await folderOf(seed);
    if (folder !== null && !(await exists(`${folder}/whole`))) {
      await withProgress('what hosts begin with', () => grow(folder, start));
      await removeOld(seed);
    }
    return folder;
  });
  // Databases of Docker's own are written in place; what lies in layers is not.
  const copy = 'cp -al "$1/docker/overlay2" "$2/" && cd "$1/docker" && tar c --exclude=./overlay2 . | tar xp -C "$2"';
  if (source !== null) await run(...asRoot('sh', ['-c', copy, 'sh', source, target]));
}

async function grow(folder: string, start: () => Promise<LabHost>): Promise<void> {
  const host = await start();
  try {
    // This image has nothing but the layer.
    const name = `${host.registry.address}/acme/nginx:v1`;
    await host.root(`docker pull -q ${name} && docker tag ${name} ${keeper} && docker rmi ${name}`);
    await host.stopDocker();
    const from = await folderOf(host.container);
    const copy = 'rm -rf "$2/docker" && cp -a "$1" "$2/docker" && : >"$2/whole"';
    await run(...asRoot('sh', ['-c', copy, 'sh', from ?? '', folder]));
  } finally {
    await host.destroy();
  }
}

/** Where the files of a volume lie on this machine, or `null` where they do not. */
async function folderOf(volume: string): Promise<string | null> {
  const folder = (await docker(['volume', 'inspect', '--format', '{{.Mountpoint}}', volume])).trim();
  return (await exists(folder)) ? folder : null;
}

async function exists(path: string): Promise<boolean> {
  return (await attempt(...asRoot('test', ['-e', path]))).code === 0;
}

/** Seeds of other images that nobody can want any more. */
async function removeOld(present: string): Promise<void> {
  const names = (await docker(['volume', 'ls', '-q', '--filter', `label=${label}`])).trim().split('\n');
  for (const name of names.filter((other) => other !== present)) {
    const { stdout } = await tryDocker(['volume', 'inspect', '--format', '{{.CreatedAt}}', name]);
    if (Date.now() - Date.parse(stdout.trim()) > WEEK) await tryDocker(['volume', 'rm', name]);
  }
}
