/** The image of a lab host: Debian with sshd, Docker Engine and Compose, as a small production server has them. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { get } from '../tools/tools.mjs';
import { withLock, withProgress } from './command';
import { debianTar, type Recipe } from './debian';
import { docker, engineEndpoint } from './engine';

/**
 * `trixie`: Docker 26.1 and Compose 2.26. `sid`: Debian's newest of both. `engine-29`: the same, but with Docker Engine 29,
 * whose images lie in containerd's store, and Compose 5.
 */
export const hostKinds = ['trixie', 'sid', 'engine-29'] as const;
export type HostKind = (typeof hostKinds)[number];

type Suite = 'trixie' | 'sid';

const repository = 'runbook-actions-lab-host';

function recipe(suite: Suite): Recipe {
  return {
    suite,
    packages: [
      // What the host is.
      ...['openssh-server', 'docker.io', 'docker-cli', 'docker-compose', 'iptables', 'ca-certificates'],
      // What every server has.
      ...['iproute2', 'procps', 'curl', 'openssl', 'util-linux'],
      // The lab's own registry on it, and its passwords.
      ...['docker-registry', 'apache2-utils'],
    ],
    customize: [
      'chroot "$1" useradd --create-home --shell /bin/bash --groups docker deploy',
      'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*',
    ],
  };
}

/** Builds the image where it is not there yet, and returns its name. Rebuilt when the recipe changes. */
export async function hostImage(of: HostKind): Promise<string> {
  const kind = of === 'engine-29' ? 'sid' : of;
  const wanted = recipe(kind);
  const hash = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 12);
  const image = `${repository}:${kind}-${hash}`;
  const exists = async () => (await docker(['image', 'ls', '-q', image])).trim() !== '';
  if (await exists()) return image;
  await withLock(`host-image-${kind}`, async () => {
    if (await exists()) return;
    await withProgress(`host image ${kind} (Debian packages, about 500 MB)`, () => importTar(wanted, image));
    const former = await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository]);
    for (const name of former.split('\n')) {
      if (name.startsWith(`${repository}:${kind}-`) && name !== image)
        await docker(['image', 'rm', name]).catch(() => '');
    }
  });
  return image;
}

/** Options of `docker run` for programs that no package has. Builds them where they are not there yet. */
export async function ownPrograms(kind: HostKind): Promise<string[]> {
  if (kind !== 'engine-29') return [];
  return withLock('engine-29', async () => [
    ...['-v', `${get('dockerd-29')}:/usr/sbin/dockerd:ro`],
    ...['-v', `${get('docker-compose-5')}:/usr/libexec/docker/cli-plugins/docker-compose:ro`],
  ]);
}

async function importTar(wanted: Recipe, image: string): Promise<void> {
  const endpoint = engineEndpoint();
  const importer = spawn('docker', ['import', '--change', 'CMD ["sh", "/opt/lab/init.sh"]', '-', image], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, ...(endpoint === '' ? {} : { DOCKER_HOST: endpoint }) },
  });
  let stderr = '';
  importer.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const imported = new Promise<void>((resolve, reject) => {
    importer.on('error', reject);
    importer.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`docker import: exit ${code}\n${stderr}`)),
    );
  });
  const { stream, done } = await debianTar(wanted);
  try {
    await Promise.all([pipeline(stream, importer.stdin), done, imported]);
  } catch (error) {
    // A tar that ended too early must not become an image that is taken for a good one.
    await docker(['image', 'rm', '-f', image]).catch(() => '');
    throw error;
  }
}
