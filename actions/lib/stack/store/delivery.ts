/** What a new release sends to the host: the archive that `store_release` unpacks. */
import { pack } from 'tar-stream';
import { hashOf } from '../identity';
import type { Release } from '../model';
import { dockerConfig } from '../resolve/login';
import { parseReference } from '../resolve/reference';
import type { RegistryLogin } from '../resolve/types';
import { serializeRelease } from './release';

export interface DeliveryContent {
  readonly release: Release;
  /** Text of `compose.json`, from `pin`. */
  readonly compose: string;
  /** From `Resolved.filesList`. */
  readonly filesList: string;
  readonly logins: readonly RegistryLogin[];
}

/** Tar archive of `release.json`, `compose.json`, `files.list`, `images.list` and `docker/config.json`; holds secrets. */
export async function packDelivery({ release, compose, filesList, logins }: DeliveryContent): Promise<Buffer> {
  const archive = pack();
  const entries = {
    'release.json': serializeRelease(release),
    'compose.json': compose,
    'files.list': filesList,
    'images.list': imagesList(release),
    'docker/config.json': dockerConfig(logins),
  };
  for (const [name, content] of Object.entries(entries)) archive.entry({ name, mode: 0o600 }, content);
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

/** Services may have capitals and doubled separators, parts of an image's name may not: a hash keeps them apart. */
function component(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return plain === name ? name : `${plain || 'x'}-${hashOf(name).slice(0, 8)}`;
}
