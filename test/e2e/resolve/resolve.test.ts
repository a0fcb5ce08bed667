import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UploadedFile } from '../../../actions/lib/config/files';
import { connect } from '../../../actions/lib/host/connect';
import type { Host } from '../../../actions/lib/host/host';
import type { Release } from '../../../actions/lib/stack/model';
import { parseImages } from '../../../actions/lib/stack/observe/inventory';
import { pin } from '../../../actions/lib/stack/resolve/pin';
import { resolve } from '../../../actions/lib/stack/resolve/resolve';
import type { Resolved, ResolveRequest } from '../../../actions/lib/stack/resolve/types';
import { LabHost } from '../../lab/host';
import type { HostKind } from '../../lab/host-image';
import { stackFiles } from '../../lab/sample';
import { shapes } from './shapes';

const setUp = 600_000;
const backend = 'localhost:5000/acme/backend';

/** What Compose's version decides is tried on both kinds of host each time; the rest is ours alone. */
describe.each<{ kind: HostKind; tags: string[] }>([
  { kind: 'trixie', tags: [] },
  { kind: 'sid', tags: ['exhaustive'] },
])('resolving on $kind', ({ kind, tags }) => {
  let lab: LabHost;
  let host: Host;

  beforeAll(async () => {
    lab = await LabHost.start({ kind });
  }, setUp);

  afterAll(() => lab?.destroy());

  beforeEach(async () => {
    await lab.reset();
    const { address, sshPort, user, privateKey, knownHosts } = lab;
    host = await connect({ host: address, port: sshPort, user, privateKey, knownHosts });
  });

  afterEach(() => host.close());

  function request(files: readonly UploadedFile[], changes: Partial<ResolveRequest> = {}): ResolveRequest {
    const compose = files.find(({ path }) => path.endsWith('.yml'))?.path ?? '';
    const envFile = files.find(({ path }) => path.startsWith('.env'))?.path ?? null;
    return {
      runbook: { stack: 'acme', directory: lab.directory, compose: [compose], envFile, profiles: [] },
      files,
      inRepository: () => false,
      present: {},
      versions: {},
      refresh: [],
      only: null,
      current: null,
      images: {},
      physicalDirectory: lab.directory,
      logins: [],
      keepStaging: false,
      ...changes,
    };
  }

  function sample(): UploadedFile[] {
    return Object.entries(stackFiles())
      .filter(([path]) => path !== 'runbook.yml')
      .map(([path, content]) => ({ path, content, mode: 0o644 }));
  }

  function one(image: string, more = ''): UploadedFile[] {
    return [
      { path: 'compose.yml', content: Buffer.from(`services: {web: {image: '${image}'}}\n${more}`), mode: 0o644 },
    ];
  }

  async function images(): Promise<ResolveRequest['images']> {
    const format = '{{.ID}} {{.Repository}} {{.Tag}} {{.Digest}}';
    return parseImages(
      (await lab.root(`docker image ls --no-trunc --digests --format '${format}'`)).split('\n').filter(Boolean),
    );
  }

  /** What a failed or finished try left on the host. */
  function remains(): Promise<string> {
    return lab.root(
      `ls -A ${lab.directory}/.runbook/staging 2>/dev/null; ls -d /tmp/runbook.* 2>/dev/null; ls -A /home/deploy/.docker 2>/dev/null; ps ax | grep '[d]ial-stdio' || :`,
    );
  }

  function pinned(resolved: Resolved): string {
    const releases = Object.fromEntries(
      Object.keys(resolved.services).map((name) => [name, { since: '1-v1', configHash: null, image: '' }]),
    );
    return pin(resolved, 'acme', releases);
  }

  /** Compose's own reading of a pinned file. */
  async function read(text: string): Promise<{ model: unknown; hashes: string }> {
    await lab.put(`${lab.directory}/.runbook/releases/1-v1/compose.json`, text, 0o600);
    const compose = `docker compose -p acme --project-directory ${lab.directory} -f ${lab.directory}/.runbook/releases/1-v1/compose.json config`;
    const [config, hashes] = [await lab.root(`${compose} --format json`), await lab.root(`${compose} --hash '*'`)];
    return { model: JSON.parse(config), hashes };
  }

  /** A pinned file as Compose prints it: with an empty `ipam` in each network, whoever makes it. */
  function printed(text: string): unknown {
    const model = JSON.parse(text);
    for (const network of Object.values<Record<string, unknown>>(model.networks ?? {})) network.ipam = {};
    return model;
  }

  /** Starts a pinned file, as the engine does: first its networks, which are external to Compose. */
  async function up(text: string): Promise<void> {
    await read(text);
    for (const { name } of Object.values<{ name: string }>(JSON.parse(text).networks ?? {}))
      await lab.root(`docker network inspect ${name} >/dev/null 2>&1 || docker network create ${name}`);
    await lab.root(
      `docker compose -p acme --project-directory ${lab.directory} -f ${lab.directory}/.runbook/releases/1-v1/compose.json up -d --no-build --pull never </dev/null`,
    );
  }

  it('pins the sample stack by digest, on one session channel', { tags }, async () => {
    await lab.root('docker image prune -af');
    const before = host.counters.sessions;
    const resolved = await resolve(host, request(sample(), { versions: { backend: 'v2' } }));
    expect(host.counters.sessions - before).toBe(1);
    const digest = await lab.registry.digest('acme/backend', 'v2');
    expect(resolved.services.backend).toMatchObject({ image: `${backend}:v2`, digest, imageId: null, replicas: 1 });
    expect(resolved.services.backend?.traits).toMatchObject({
      dependsOn: { db: 'service_healthy', migrate: 'service_completed_successfully' },
      networks: ['edge', 'internal'],
      memoryReservation: 64 * 2 ** 20,
    });
    expect(resolved.services.worker?.traits).toMatchObject({ stopSignal: 'SIGINT', stopGracePeriod: 15 });
    expect(resolved.services.nginx?.traits).toMatchObject({ hostPorts: [80, 443], writableVolumes: [] });
    expect(Object.keys(resolved.services.nginx?.mounts ?? {})).toEqual(['nginx/plain/default.conf']);
    expect(Object.keys(resolved.services)).not.toContain('docs');
    const image = resolved.images.find(({ ref }) => ref === `${backend}@${digest}`);
    expect(image?.layers.length).toBeGreaterThan(0);
    expect(image?.layers.every(({ size }) => size > 0)).toBe(true);
    expect(resolved.warnings).toEqual([]);
    expect(await remains()).toBe('');
  });

  it('gives a Compose file that Compose reads as it is written, whatever its shape', async () => {
    for (const [path, content] of Object.entries(shapes.onHost)) await lab.put(`${lab.directory}/${path}`, content);
    await lab.root(
      'docker pull -q localhost:5000/acme/static:v1 && docker tag localhost:5000/acme/static:v1 acme-built',
    );
    const files = Object.entries(shapes.uploaded).map(([path, content]) => ({
      path,
      content: Buffer.from(content),
      mode: 0o644,
    }));
    const resolved = await resolve(host, request(files, { images: await images() }));
    const text = pinned(resolved);
    const { model, hashes } = await read(text);
    expect(model).toEqual(printed(text));
    expect(text).not.toMatch(/\/tmp\/|staging/);
    const again = await resolve(host, request(files, { images: await images() }));
    expect(pinned(again)).toBe(text);
    expect((await read(text)).hashes).toBe(hashes);

    const services = (
      model as { services: Record<string, { environment: Record<string, string>; volumes: { source: string }[] }> }
    ).services;
    expect(Object.keys(services).sort()).toEqual(['built', 'cache', 'extended', 'included', 'web']);
    expect(services.web?.environment).toMatchObject(shapes.environment);
    expect(services.web?.volumes.map(({ source }) => source)).toEqual([
      `${lab.directory}/conf.d`,
      `${lab.directory}/data`,
      'named',
    ]);
    expect(services.included?.volumes[0]?.source).toBe(`${lab.directory}/sub/data`);
    expect(services.extended?.volumes[0]?.source).toBe(`${lab.directory}/shared`);
    expect(resolved.services.web?.mounts).toHaveProperty(['conf.d/new.conf']);
    expect(resolved.services.web?.mounts).toHaveProperty(['secret.txt']);
    expect(resolved.services.built).toMatchObject({ image: 'acme-built:latest', digest: null });
    // What the host has beside the uploaded file was seen, not touched.
    expect(await lab.root(`ls ${lab.directory}/conf.d`)).toBe('old.conf\n');
  });

  it('gives a Compose file that runs from images pulled by digest, tag or no tag', async () => {
    const resolved = await resolve(host, request(one('localhost:5000/acme/static:v1')));
    const [image] = resolved.images;
    await lab.root(`docker image rm -f localhost:5000/acme/static:v1; docker pull -q ${image?.ref}`);
    await up(pinned(resolved));
    const running = await lab.root(
      "docker ps -q --filter label=runbook.stack=acme | xargs docker inspect -f '{{.Config.Image}}'",
    );
    expect(running.trim()).toBe(`localhost:5000/acme/static:v1@${image?.digest}`);
  });

  it('names an image by its ID where there is no digest, and Compose runs it', { tags }, async () => {
    await lab.root('docker pull -q localhost:5000/acme/static:v1 && docker tag localhost:5000/acme/static:v1 acme-web');
    const files = [{ path: 'compose.yml', content: Buffer.from('services: {web: {build: .}}'), mode: 0o644 }];
    const resolved = await resolve(host, request(files, { images: await images() }));
    expect(resolved.services.web).toMatchObject({ image: 'acme-web:latest', digest: null });
    await up(pinned(resolved));
    const running = await lab.root(
      "docker ps -q --no-trunc --filter label=runbook.release=1-v1 | xargs docker inspect -f '{{.Image}}'",
    );
    expect(running.trim()).toBe(resolved.services.web?.imageId);
    await expect(resolve(host, request(files))).rejects.toMatchObject({ code: 'RB-BUILD-ONLY' });
  });

  it('tells a missing tag, a registry that is down and a refused login apart', { tags }, async () => {
    await lab.root('docker image prune -af');
    const wanted = request(one(`${backend}:v2`), { versions: { web: 'nope' } });
    await expect(resolve(host, wanted)).rejects.toMatchObject({ code: 'RB-IMAGE-NOT-FOUND' });
    const unknown = request(one('localhost:5000/acme/nothing:v1'));
    await expect(resolve(host, unknown)).rejects.toMatchObject({ code: 'RB-IMAGE-NOT-FOUND' });

    await lab.registry.start({ login: { user: 'ci', password: 'pa$$ "wörd"' } });
    const login = { registry: 'localhost:5000', username: 'ci', password: 'pa$$ "wörd"' };
    const v2 = request(one(`${backend}:v2`));
    await expect(resolve(host, v2)).rejects.toMatchObject({ code: 'RB-REGISTRY-LOGIN' });
    const wrong = { ...v2, logins: [{ ...login, password: 'other-secret' }] };
    await expect(resolve(host, wrong)).rejects.toMatchObject({ code: 'RB-REGISTRY-LOGIN' });
    const resolved = await resolve(host, { ...v2, logins: [login] });
    expect(resolved.services.web?.digest).toBe(await lab.registry.digest('acme/backend', 'v2'));
    expect(resolved.images[0]?.layers.length).toBeGreaterThan(0);

    await lab.registry.stop();
    await expect(resolve(host, v2)).rejects.toMatchObject({ code: 'RB-REGISTRY-UNREACHABLE' });
    expect(await remains()).toBe('');
  });

  it("uses the host's own login where none is given", { tags }, async () => {
    await lab.registry.start({ login: { user: 'ci', password: 'secret' } });
    const login = await lab.exec('printf secret | docker login -u ci --password-stdin localhost:5000', {
      user: 'deploy',
    });
    expect(login.code).toBe(0);
    const resolved = await resolve(host, request(one(`${backend}:v2`)));
    expect(resolved.services.web?.digest).toBe(await lab.registry.digest('acme/backend', 'v2'));
    await lab.exec('docker logout localhost:5000; rm -rf ~/.docker', { user: 'deploy' });
  });

  it('holds tag and digest against each other, and needs no registry for a digest that is there', {
    tags,
  }, async () => {
    const [v1, v2] = [await lab.registry.digest('acme/backend', 'v1'), await lab.registry.digest('acme/backend', 'v2')];
    const files = one(`${backend}:v1`);
    await expect(resolve(host, request(files, { versions: { web: `v2@${v1}` } }))).rejects.toMatchObject({
      code: 'RB-DIGEST-MISMATCH',
    });
    const right = await resolve(host, request(files, { versions: { web: `v2@${v2}` } }));
    expect(right.services.web).toMatchObject({ image: `${backend}:v2@${v2}`, digest: v2 });
    // In a Compose file the digest decides and the tag is a comment.
    const written = await resolve(host, request(one(`${backend}:v1@${v2}`)));
    expect(written.services.web?.digest).toBe(v2);

    await lab.root(`docker pull -q ${backend}@${v2}`);
    await lab.registry.stop();
    const offline = await resolve(host, request(files, { versions: { web: v2 }, images: await images() }));
    expect(offline).toMatchObject({ services: { web: { digest: v2 } }, images: [{ local: true }], warnings: [] });
    const warned = await resolve(host, request(files, { versions: { web: `v2@${v2}` }, images: await images() }));
    expect(warned.warnings.join()).toContain('localhost:5000 does not answer');
  });

  it('keeps the digest of what is not being deployed, and asks nobody for it', { tags }, async () => {
    const first = await resolve(host, request(sample()));
    const services = Object.fromEntries(
      Object.entries(first.services).map(([name, service]) => [name, { ...service, since: '1-v1', configHash: null }]),
    );
    const current = { id: '1-v1', services } as unknown as Release;
    for (const { ref } of first.images) await lab.root(`docker pull -q ${ref}`);
    await lab.registry.tag('acme/backend', 'v1', 'v2');
    await lab.registry.tag('acme/worker', 'v1', 'v2');
    const next = await resolve(host, request(sample(), { current, refresh: ['backend'], images: await images() }));
    expect(next.services.backend?.digest).toBe(await lab.registry.digest('acme/backend', 'v2'));
    expect(next.services.worker?.digest).toBe(first.services.worker?.digest);

    await lab.put(`${lab.directory}/.runbook/releases/1-v1/compose.json`, pinned(first), 0o600);
    const changed = sample().map((file) =>
      file.path.endsWith('.yml')
        ? { ...file, content: Buffer.from(file.content.toString().replaceAll('15s', '17s').replace('256M', '300M')) }
        : file,
    );
    const some = await resolve(host, request(changed, { current, only: ['backend'], images: await images() }));
    expect(some.services.worker).toEqual(first.services.worker);
    expect(some.services.backend?.definition).not.toBe(first.services.backend?.definition);
    const { model } = await read(pinned(some));
    expect(model).toEqual(printed(pinned(some)));
  });

  it('sends only content that the host has not, and notices when that changed meanwhile', { tags }, async () => {
    const files = sample();
    for (const { path, content } of files) await lab.put(`${lab.directory}/${path}`, content);
    const first = await resolve(host, request(files));
    const second = await resolve(host, request(files, { present: first.files, keepStaging: true }));
    expect(second.services).toEqual(first.services);
    expect([first.sent > 0, second.sent]).toEqual([true, 0]);
    const staged = await lab.root(
      `cd ${second.staging}/blobs && sha256sum * | awk '$1 != $2' ; stat -c '%a %U' ${second.staging} * | sort -u; ls ${second.staging}`,
    );
    expect(staged).toBe('600 deploy\n700 deploy\nblobs\n');
    await lab.put(`${lab.directory}/docker-compose.prod.yml`, 'services: {}');
    await expect(resolve(host, request(files, { present: first.files }))).rejects.toMatchObject({
      code: 'RB-TRANSFER-CORRUPT',
    });
  });

  it.each([
    ['services: [', 'RB-COMPOSE-INVALID', /./],
    ['services: {web: {image: a, imagee: b}}', 'RB-COMPOSE-INVALID', /imagee/],
    ['services: {web: {image: a, depends_on: [db]}}', 'RB-COMPOSE-INVALID', /db/],
    ['services: {web: {image: "A B"}}', 'RB-COMPOSE-INVALID', /A B/],
    [
      `services: {web: {image: a, environment: {X: "\${DB_HOST:?where is it}"}}}`,
      'RB-VARIABLE-UNSET',
      /DB_HOST[\s\S]*where is it/,
    ],
    [`services: {web: {image: a, environment: {X: "\${DB_HOST}"}}}`, 'RB-VARIABLE-UNSET', /DB_HOST/],
    ['services: {web: {image: a, secrets: [s]}}\nsecrets: {s: {environment: HOME}}', 'RB-COMPOSE-INVALID', /HOME/],
  ])('explains %s', { tags }, async (text, code, message) => {
    const files = [{ path: 'compose.yml', content: Buffer.from(text), mode: 0o644 }];
    const error = await resolve(host, request(files)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect(String(error)).toMatch(message);
    expect(await remains()).toBe('');
  });

  it('gives the version to the variable that names the tag', { tags }, async () => {
    const files = one('', '').map((file) => ({
      ...file,
      content: Buffer.from(`services: {web: {image: "${backend}:\${TAG:?}", environment: {APP: "\${TAG}"}}}`),
    }));
    const resolved = await resolve(host, request(files, { versions: { web: 'v2' } }));
    expect(resolved.model.services.web?.environment).toEqual({ APP: 'v2' });
    expect(resolved.services.web?.image).toBe(`${backend}:v2`);
    await expect(resolve(host, request(files, { versions: { nobody: 'v2' } }))).rejects.toMatchObject({
      code: 'RB-VARIABLE-UNSET',
    });
    await expect(resolve(host, request(one(`${backend}:v1`), { only: ['nobody'] }))).rejects.toMatchObject({
      code: 'RB-SERVICE-UNKNOWN',
    });
  });

  it('executes nothing that a path, a file or a directory holds', { tags }, async () => {
    const path = `a b/$(touch ${lab.directory}/pwned)/'"; touch pwned #/-x *ünï.txt`;
    const files = [
      ...one(`${backend}:v1`),
      { path, content: Buffer.from('x'), mode: 0o644 },
      { path: '-dash.txt', content: Buffer.from('y'), mode: 0o644 },
    ];
    const resolved = await resolve(host, request(files, { keepStaging: true }));
    expect(Object.keys(resolved.files)).toContain(path);
    expect(await lab.root(`find / -xdev -name pwned 2>/dev/null || :`)).toBe('');
  });

  it('needs no directory, and leaves nothing behind when it is cut off', { tags }, async () => {
    const nowhere = request(one(`${backend}:v1`));
    const elsewhere = { ...nowhere, runbook: { ...nowhere.runbook, directory: '/srv/not/yet' } };
    const resolved = await resolve(host, { ...elsewhere, keepStaging: true });
    expect(resolved.staging).toMatch(/^\/tmp\/runbook\./);
    await lab.root(`rm -rf ${resolved.staging}`);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(resolve(host, { ...nowhere, signal: controller.signal })).rejects.toMatchObject({
      code: 'RB-CANCELLED',
    });
    await expect.poll(remains, { timeout: 30_000 }).toBe('');
  });
});
