/**
 * Container images written straight into the storage folder of a registry (the layout of distribution's filesystem
 * driver): no builder, no push, and the same digests for the same content on every machine.
 */
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface Layer {
  /** SHA-256 of the tar, as `sha256:…`. */
  readonly diffId: string;
  /** SHA-256 of the compressed tar. */
  readonly digest: string;
  /** Bytes of the compressed tar. */
  readonly size: number;
  /** The compressed tar, or the path of a file that holds it, on the same filesystem as the registry's folder. */
  readonly data: Buffer | string;
}

/** The part of an image's configuration that the lab uses; names as in the image format. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly StopSignal?: string;
  /** They stand in the manifest as well, which is one of OCI then. */
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  /** Durations in nanoseconds. */
  readonly Healthcheck?: {
    readonly Test: readonly string[];
    readonly Interval: number;
    /** Instead of the interval while a container starts. */
    readonly StartInterval?: number;
    readonly StartPeriod?: number;
    readonly Timeout: number;
    readonly Retries: number;
  };
}

/** Media types. Sources: distribution's manifest version 2 schema 2; OCI image specification 1.1, media types. */
const DOCKER = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};
const OCI = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

function sha256(data: Buffer | string): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

export interface LayerFile {
  readonly path: string;
  readonly content: Buffer | string;
  readonly executable?: boolean;
}

export async function layerOf(files: readonly LayerFile[]): Promise<Layer> {
  const archive = pack();
  for (const { path, content, executable } of files) {
    archive.entry({ name: path, mode: executable ? 0o755 : 0o644, mtime: new Date(0) }, content);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const tar = Buffer.concat(chunks);
  const data = gzipSync(tar);
  return { diffId: sha256(tar), digest: sha256(data), size: data.length, data };
}

export class RegistryContent {
  readonly #root: string;

  /** @param folder the registry's root directory */
  constructor(folder: string) {
    this.#root = join(folder, 'docker', 'registry', 'v2');
  }

  addImage(repository: string, tag: string, layers: readonly Layer[], config: ImageConfig): string {
    const configBlob = Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        os: 'linux',
        created: '1970-01-01T00:00:00Z',
        config,
        rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
        history: layers.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'lab' })),
      }),
    );
    const configDigest = this.#blob(configBlob);
    for (const { digest, data } of layers) this.#blob(data, digest);
    const types = config.Labels === undefined ? DOCKER : OCI;
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        config: {
          mediaType: types.config,
          size: configBlob.length,
          digest: configDigest,
        },
        layers: layers.map(({ size, digest }) => ({
          mediaType: types.layer,
          size,
          digest,
        })),
        ...(config.Labels === undefined ? {} : { annotations: config.Labels }),
      }),
    );
    const digest = this.#blob(manifest);
    const folder = join(this.#root, 'repositories', repository);
    for (const blob of [configDigest, ...layers.map((layer) => layer.digest)]) {
      write(join(folder, '_layers', ...blob.split(':'), 'link'), blob);
    }
    write(join(folder, '_manifests', 'revisions', ...digest.split(':'), 'link'), digest);
    write(join(folder, '_manifests', 'tags', tag, 'current', 'link'), digest);
    write(join(folder, '_manifests', 'tags', tag, 'index', ...digest.split(':'), 'link'), digest);
    return digest;
  }

  #blob(data: Layer['data'], digest: string = sha256(data)): string {
    const [algorithm = '', hash = ''] = digest.split(':');
    const path = join(this.#root, 'blobs', algorithm, hash.slice(0, 2), hash, 'data');
    if (existsSync(path)) return digest;
    mkdirSync(dirname(path), { recursive: true });
    if (typeof data === 'string') linkSync(data, path);
    else writeFileSync(path, data);
    return digest;
  }
}

function write(path: string, data: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data);
}
