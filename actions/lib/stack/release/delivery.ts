/** Packs what a new release sends to the host: the archive that the operation `deliver` unpacks and stores. */
import { pack } from 'tar-stream';
import { hashOf } from '../identity';
import type { Release } from '../model';
import { dockerConfig } from '../resolve/login';
import { parseReference } from '../resolve/reference';
import type { RegistryLogin } from '../resolve/types';
import { serializeRelease } from './store';

interface DeliveryContent {
  readonly release: Release;
  /** Text of `compose.json`, from `pin`. */
  readonly compose: string;
  /** From `sharedFiles`. */
  readonly sharedFiles: Readonly<Record<string, string>>;
  /** From `Resolved.filesList`. */
  readonly filesList: string;
  readonly logins: readonly RegistryLogin[];
  /** Uploaded files that the host does not have yet: SHA-256 → content. */
  readonly blobs?: ReadonlyMap<string, Buffer>;
  /** The stack as it was found, to become a release of its own before anything changes. */
  readonly adopted: Omit<DeliveryContent, 'logins' | 'adopted' | 'blobs'> | null;
}

/** Tar archive of `release/`, `adopted/` and, where there are logins, `docker/`; holds secrets. */
export async function packDelivery({ logins, adopted, blobs, ...next }: DeliveryContent): Promise<Buffer> {
  const archive = pack();
  const add = (name: string, content: string | Buffer): void => void archive.entry({ name, mode: 0o600 }, content);
  // A run without logins of its own uses those of the host.
  if (logins.length > 0) {
    add('docker/config.json', dockerConfig(logins));
    add('docker/registries', logins.map(({ registry }) => `${registry}\n`).join(''));
  }
  for (const [sha, content] of blobs ?? []) add(`blobs/${sha}`, content);
  for (const [folder, stored] of Object.entries({ release: next, adopted })) {
    if (stored === null) continue;
    add(`${folder}/release.json`, serializeRelease(stored.release));
    add(`${folder}/compose.json`, stored.compose);
    add(`${folder}/files.list`, stored.filesList);
    add(`${folder}/images.list`, imagesList(stored.release));
    for (const [name, text] of Object.entries(stored.sharedFiles)) add(`${folder}/shared/${name}.json`, text);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Lines `REFERENCE TAG`: what each service runs, and the tag that keeps it from being pruned. */
export function imagesList({ id, stack, services }: Pick<Release, 'id' | 'stack' | 'services'>): string {
  const lines = Object.entries(services).flatMap(([name, { image, digest, imageId }]) => {
    const repository = parseReference(image)?.repository ?? image;
    const reference = digest === null ? imageId : `${repository}@${digest}`;
    return reference === null ? [] : [`${reference} runbook/${component(stack)}/${component(name)}:${id}\n`];
  });
  return lines.join('');
}

/**
 * A service's name may have capitals and doubled separators, a part of an image's name may not: a hash keeps them
 * apart.
 */
function component(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return plain === name ? name : `${plain || 'x'}-${hashOf(name).slice(0, 8)}`;
}
