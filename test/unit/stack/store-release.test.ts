import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { Release } from '../../../actions/lib/stack/model';
import { imagesList, packDelivery } from '../../../actions/lib/stack/release/delivery';
import { nextReleaseId, parseRelease, serializeRelease } from '../../../actions/lib/stack/release/store';
import { composeCommand } from '../../../actions/lib/stack/resolve/command';

const hash = 'a'.repeat(64);
const digest = `sha256:${hash}`;
const traits = {
  containerName: null,
  hostPorts: [80],
  networkMode: null,
  dependsOn: { db: 'service_healthy' },
  shares: {},
  restartsWith: [],
  hooks: [],
  fixed: [],
  networks: ['default'],
  writableVolumes: [],
  volumes: [],
  stopSignal: null,
  stopGracePeriod: 1.5,
  hasHealthcheck: true,
  memoryReservation: 0,
  restart: 'always',
};
const api = {
  image: 'docker.io/acme/api:v1',
  digest,
  imageId: null,
  replicas: 2,
  definition: hash,
  mounts: { a: hash },
  since: '1-v1',
  traits,
  configHash: null,
};
const release: Release = {
  format: 1,
  id: '1-v1',
  stack: 'acme',
  version: 'v1',
  services: { api, My_Tool: { ...api, digest: null, imageId: digest }, gone: { ...api, digest: null } },
  files: { 'a b': hash },
  compose: hash,
  shared: {
    networks: { edge: { name: 'acme_edge', external: false, facts: { driver: 'bridge' } } },
    volumes: {},
  },
  schema: null,
  schemaCompatible: true,
  maintenance: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'someone',
  run: 'https://example.org/run/1',
  adopted: false,
  writer: '0.1.0',
};

describe('a release as text', () => {
  it('comes back unchanged, on one line, the same for the same release', () => {
    const text = serializeRelease(release);
    expect(parseRelease(text)).toEqual(release);
    expect(text.trimEnd()).not.toContain('\n');
    expect(serializeRelease(Object.fromEntries(Object.entries(release).reverse()) as unknown as Release)).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['half of it', serializeRelease(release).slice(0, 300)],
    ['another format', JSON.stringify({ ...release, format: 2 })],
    ['an id that would leave the folder', JSON.stringify({ ...release, id: '../../etc' })],
    ['a digest that is none', JSON.stringify({ ...release, services: { api: { ...api, digest: 'latest' } } })],
    ['no release at all', 'null'],
  ])('is passed over when it is %s', (_what, text) => expect(parseRelease(text)).toBeNull());
});

describe('the next id', () => {
  it('counts on from the highest number', () => {
    expect(nextReleaseId([], 'v1.4.0')).toBe('1-v1.4.0');
    expect(nextReleaseId(['0-adopted', '10-v9', '9-v10', 'odd'], digest)).toBe(`11-${'a'.repeat(12)}`);
  });

  it('can name a folder and an image tag, whatever the version holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (version) => {
        const id = nextReleaseId(['3-x'], version);
        expect(id).toMatch(/^4-[A-Za-z0-9_][A-Za-z0-9._-]{0,120}$/);
        expect(parseRelease(JSON.stringify({ ...release, id }))?.id).toBe(id);
      }),
    );
  });
});

describe('what a release sends to the host', () => {
  it('names its images by digest or ID, with a tag that an image can have', () => {
    expect(imagesList(release).split('\n')).toEqual([
      `acme/api@${digest} runbook/acme/api:1-v1`,
      expect.stringMatching(new RegExp(`^${digest} runbook/acme/my-tool-[0-9a-f]{8}:1-v1$`)),
      '',
    ]);
  });

  async function unpacked(archive: Buffer): Promise<Record<string, string>> {
    const reader = extract();
    reader.end(archive);
    const found: Record<string, string> = {};
    for await (const entry of reader) {
      expect(entry.header.mode).toBe(0o600);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      found[entry.header.name] = Buffer.concat(chunks).toString();
    }
    return found;
  }

  it('is one archive, logins apart from the releases', async () => {
    const stored = { release, compose: '{}\n', sharedFiles: { 'network.edge': '{}' }, filesList: 'x' };
    const logins = [{ registry: 'ghcr.io', username: 'u', password: 'canary' }];
    const found = await unpacked(await packDelivery({ ...stored, logins, adopted: stored }));
    const files = ['release.json', 'compose.json', 'files.list', 'images.list', 'shared/network.edge.json'];
    expect(Object.keys(found)).toEqual([
      'docker/config.json',
      'docker/registries',
      ...['release', 'adopted'].flatMap((folder) => files.map((name) => `${folder}/${name}`)),
    ]);
    expect(found['docker/registries']).toBe('ghcr.io\n');
    expect(JSON.parse(found['docker/config.json'] ?? '')).toEqual({ auths: { 'ghcr.io': { auth: btoa('u:canary') } } });
    expect(parseRelease(found['release/release.json'] ?? '')).toEqual(release);
    const bare = await unpacked(await packDelivery({ ...stored, logins: [], adopted: null }));
    expect(Object.keys(bare)).toEqual(files.map((name) => `release/${name}`));
  });

  it('equals a command line that a person can run', () => {
    expect(composeCommand('acme', "/srv/it's", '1-v1', 'api')).toBe(
      `env -i PATH="$PATH" HOME="$HOME" \${DOCKER_HOST:+DOCKER_HOST="$DOCKER_HOST"} \${DOCKER_CONTEXT:+DOCKER_CONTEXT="$DOCKER_CONTEXT"} docker compose -p acme --project-directory '/srv/it'\\''s' --env-file /dev/null -f '/srv/it'\\''s/.runbook/releases/1-v1/compose.json' up -d --no-deps api`,
    );
  });
});
