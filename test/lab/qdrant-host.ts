/** The stand-in for Qdrant as a service of the sample stack, and what tests ask of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from './host';

/** Collection → IDs of its points, with its aliases. */
export interface QdrantState {
  readonly collections: Readonly<Record<string, readonly number[]>>;
  readonly aliases: Readonly<Record<string, string>>;
}

export const QDRANT_KEY = 'canaryOfQdrantsKey';
const CONTAINER = 'acme-qdrant-1';

/** Runs in the container: a request by its own API for each line of `calls`. */
const SCRIPT = `
const ask = async (method, path, body) => {
  const answer = await fetch('http://localhost:6333' + path, {
    method, headers: { 'api-key': process.env.QDRANT__SERVICE__API_KEY, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { result, status } = await answer.json();
  if (!answer.ok) throw new Error(method + ' ' + path + ': ' + status.error);
  return result;
};`;

export class LabQdrant {
  readonly #host: LabHost;

  private constructor(host: LabHost) {
    this.#host = host;
  }

  /** @param size bytes of each collection's snapshot, at least */
  static async start(host: LabHost, size = 5_000_000): Promise<LabQdrant> {
    await host.root('mkdir -p /srv/qdrant && cat >/srv/qdrant/server.js', {
      input: readFileSync(join(__dirname, 'qdrant.js')),
    });
    const labels = ['project=acme', 'service=qdrant', 'oneoff=False'].map((one) => `--label com.docker.compose.${one}`);
    await host.root(
      `docker run -d --name ${CONTAINER} --restart always ${labels.join(' ')} --network acme_internal \\
        -e QDRANT__SERVICE__API_KEY=${QDRANT_KEY} -e SIZE=${size} -e QDRANT__STORAGE__STORAGE_PATH=/tmp/storage \\
        -e QDRANT__STORAGE__SNAPSHOTS_PATH=/tmp/snapshots \\
        -v /srv/qdrant:/srv/qdrant:ro --entrypoint node localhost:5000/acme/backend:v1 /srv/qdrant/server.js`,
    );
    const qdrant = new LabQdrant(host);
    await qdrant.answers();
    return qdrant;
  }

  /** Until it does. */
  async answers(): Promise<void> {
    await this.run(
      'for (let n = 0; ; n++) try { await ask("GET", "/snapshots"); break } catch (error) { if (n > 100) throw error; await new Promise((r) => setTimeout(r, 100)); }',
    );
  }

  /** Statements of JavaScript in the container, with `ask(method, path, body)` of its API. */
  async run(script: string): Promise<string> {
    return this.#host.root(`docker exec -i ${CONTAINER} node --input-type=module -`, { input: `${SCRIPT}\n${script}` });
  }

  /** Nothing but this, and no snapshot or fault. @param size of vectors */
  async become({ collections, aliases }: QdrantState, size = 4): Promise<void> {
    await this.#host.root(
      `docker exec ${CONTAINER} sh -c 'cd /tmp && rm -rf snapshots/* cut damage silent refuse crash red once green-next deaf late at-work'`,
    );
    await this.run(`
for (const { name } of (await ask('GET', '/collections')).collections) await ask('DELETE', '/collections/' + encodeURIComponent(name));
for (const [name, ids] of Object.entries(${JSON.stringify(collections)})) {
  await ask('PUT', '/collections/' + encodeURIComponent(name), { vectors: { size: ${size}, distance: 'Cosine' } });
  await ask('PUT', '/collections/' + encodeURIComponent(name) + '/points', { points: ids.map((id) => ({ id, vector: [id] })) });
}
const actions = Object.entries(${JSON.stringify(aliases)}).map(([alias_name, collection_name]) => ({ create_alias: { alias_name, collection_name } }));
await ask('POST', '/collections/aliases', { actions });`);
  }

  async state(): Promise<QdrantState> {
    const text = await this.run(`
const collections = {};
for (const { name } of (await ask('GET', '/collections')).collections)
  collections[name] = (await ask('POST', '/collections/' + encodeURIComponent(name) + '/points/scroll', {})).points.map(({ id }) => id);
const aliases = Object.fromEntries((await ask('GET', '/aliases')).aliases.map((one) => [one.alias_name, one.collection_name]));
console.log(JSON.stringify({ collections, aliases }));`);
    return JSON.parse(text) as QdrantState;
  }

  /** Every file of a snapshot on its disk, `collection/name`, of the whole storage without a slash; sorted. */
  async snapshots(): Promise<string[]> {
    const text = await this.#host.root(`docker exec ${CONTAINER} find /tmp/snapshots -type f -printf '%P\\n'`);
    return text.split('\n').filter(Boolean).sort();
  }

  /** @param collection that it strikes */
  async break(fault: string, collection = ''): Promise<void> {
    await this.run(
      `import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/${fault}', ${JSON.stringify(collection)});`,
    );
  }

  async mend(fault: string): Promise<void> {
    await this.#host.root(`docker exec ${CONTAINER} rm -f /tmp/${fault}`);
  }
}
