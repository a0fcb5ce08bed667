/** The image registry at `localhost:5000` inside a lab host, with and without login, honest and not. */
import type { LabHost } from './host';

const root = '/var/lib/lab-registry/docker/registry/v2';
const loginFile = '/etc/lab/htpasswd';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export class LabRegistry {
  readonly address = 'localhost:5000';
  readonly #host: LabHost;

  constructor(host: LabHost) {
    this.#host = host;
  }

  /** Starts it anew, open to all or with a login. It listens when this returns. */
  async start(options: { readonly login?: Login } = {}): Promise<void> {
    if (options.login === undefined) {
      await this.#host.root('sh /opt/lab/registry.sh start');
      return;
    }
    const { user, password } = options.login;
    await this.#host.root(`htpasswd -i -B -c ${loginFile} ${user}`, { input: password });
    await this.#host.root(`sh /opt/lab/registry.sh start ${loginFile}`);
  }

  async stop(): Promise<void> {
    await this.#host.root('sh /opt/lab/registry.sh stop');
  }

  /** The lab's own content again, without login. `LabHost.reset()` does it too. */
  async restore(): Promise<void> {
    await this.#host.root('sh -x /opt/lab/registry.sh restore', { timeout: 300_000 });
  }

  /** @returns the manifest's digest, `sha256:…` */
  async digest(repository: string, tag: string): Promise<string> {
    return (await this.#host.root(`cat ${tagFolder(repository, tag)}/current/link`)).trim();
  }

  /** Makes `tag` mean what `from` means: a new tag, or an old one that was moved. */
  async tag(repository: string, tag: string, from: string): Promise<void> {
    const target = tagFolder(repository, tag);
    await this.#host.root(`rm -rf ${target}; cp -r ${tagFolder(repository, from)} ${target}`);
  }

  async removeTag(repository: string, tag: string): Promise<void> {
    await this.#host.root(`rm -r ${tagFolder(repository, tag)}`);
  }

  /** From now on the bytes served for the manifest (or its last layer) are not those that its digest promises. */
  async corrupt(repository: string, tag: string, part: 'manifest' | 'layer' = 'manifest'): Promise<void> {
    const manifest = blobFile(await this.digest(repository, tag));
    if (part === 'manifest') {
      await this.#host.root(`printf ' ' >> ${manifest}`);
      return;
    }
    const { layers } = JSON.parse(await this.#host.root(`cat ${manifest}`)) as { layers: { digest: string }[] };
    const last = layers.at(-1);
    if (last === undefined) throw new Error(`${repository}:${tag} has no layer`);
    // Same length, other content.
    await this.#host.root(`printf '\\377\\377' | dd of=${blobFile(last.digest)} bs=1 seek=20 conv=notrunc status=none`);
  }
}

function tagFolder(repository: string, tag: string): string {
  return `${root}/repositories/${repository}/_manifests/tags/${tag}`;
}

function blobFile(digest: string): string {
  const hash = digest.replace('sha256:', '');
  return `${root}/blobs/sha256/${hash.slice(0, 2)}/${hash}/data`;
}
