/** Data stays in sight, and what ran runs again: volumes without a name, other mounts, what an undo brings back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killStep, when } from '../e2e/moments';
import { annotation, Stage, type StageOptions, succeeded } from '../e2e/stage';

const COMPOSE = 'docker-compose.prod.yml';
const SLEEP = '["sh","-c","trap exit TERM; while :; do sleep 1; done"]';

let stage: Stage;
let wish = 0;

beforeAll(async () => {
  stage = await Stage.open();
  // Images that declare a volume, as those of databases and caches do. The service also has a folder of the host, which
  // has no name among its mounts.
  await stage.host.root(`
    mkdir -p /srv/stack/beside && chown deploy: /srv/stack/beside
    make() { docker export from | docker import --change 'CMD ${SLEEP}' --change "VOLUME $2" - "localhost:5000/acme/cache:$1" && docker push -q "localhost:5000/acme/cache:$1"; }
    docker create --name from localhost:5000/acme/nginx:v1 && make v1 /data && make moved /elsewhere && docker rm from`);
  stage.edit(COMPOSE, (text) =>
    text.replace(
      '\n  # Only with `--profile docs`',
      '\n  cache:\n    image: localhost:5000/acme/cache:v1\n    stop_grace_period: 1s\n    networks: [internal]\n    environment: { WISH: "0" }\n    volumes: ["./beside:/beside"]\n\n  # Only with `--profile docs`',
    ),
  );
  succeeded(await deploy('v1'));
  await stage.host.root(`docker exec ${await cache()} sh -c 'echo kept >/data/value'`);
});
afterAll(() => stage?.close());

/** A busy machine is slow to start a database. */
const deploy = (version: string, inputs: Record<string, string> = {}, options: StageOptions = {}) =>
  stage.deploy(version, { 'health-timeout': '120s', ...inputs }, options);
const all = (options: string) =>
  stage.host.root(`docker ps -q --no-trunc ${options} --filter label=com.docker.compose.service=cache`);
const cache = async (): Promise<string> => (await all('')).trim();
const value = async (): Promise<string> =>
  (await stage.host.root(`docker exec ${await cache()} cat /data/value`)).trim();
const volume = async (id: string): Promise<string> =>
  (
    await stage.host.root(`docker inspect -f '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}}{{end}}{{end}}' ${id}`)
  ).trim();
/** Something of the service's environment is other than it was. */
const change = (): void => {
  wish += 1;
  stage.edit(COMPOSE, (text) => text.replace(/WISH: "\d+"/, `WISH: "${wish}"`));
};

describe('an unnamed volume', () => {
  it('goes over to the new container, whether the old one ran or was stopped', async () => {
    change();
    succeeded(await deploy('v1'));
    expect(await value()).toBe('kept');
    await stage.host.root(`docker stop ${await cache()}`);
    change();
    const result = await deploy('v1');
    succeeded(result);
    expect(result.stdout).toContain('the new container takes over the volume at /data');
    expect(await value()).toBe('kept');
  });

  it('is not lost with a release that fails, or is killed, while its container is stopped', {
    tags: ['exhaustive'],
  }, async () => {
    await stage.host.root(`docker stop ${await cache()}`);
    change();
    const failed = await deploy('v1', { version: 'backend=v3-crash\nworker=v1' });
    expect(annotation(failed)).toContain('RB-START-CRASHED');
    expect(await cache()).toBe('');
    change();
    await deploy('v2', {}, { onLine: when(/^backend: 0 of 1 healthy/, killStep(stage)) });
    succeeded(await deploy('v1'));
    expect(await value()).toBe('kept');
    expect((await all('-a')).trim().split('\n')).toHaveLength(1);
  });

  it('is not left behind by an image that has its volume elsewhere', { tags: ['exhaustive'] }, async () => {
    const before = await stage.running();
    stage.edit(COMPOSE, (text) => text.replace('acme/cache:v1', 'acme/cache:moved'));
    const refused = await deploy('v1');
    stage.edit(COMPOSE, (text) => text.replace('acme/cache:moved', 'acme/cache:v1'));
    expect(annotation(refused)).toContain('RB-MOUNT-CHANGED');
    expect(annotation(refused)).toContain(await volume(await cache()));
    expect(await stage.running()).toEqual(before);
  });

  it('stays with the stopped container of a service that is removed, and comes back with it', {
    tags: ['exhaustive'],
  }, async () => {
    const id = await cache();
    const name = await volume(id);
    const [text] = [{ was: '' }];
    stage.edit(COMPOSE, (whole) => {
      text.was = whole;
      return whole.replace(/\n {2}cache:[\s\S]*?\n\n/, '\n');
    });
    const result = await deploy('v1');
    succeeded(result);
    expect(result.stdout).toContain(`it alone has volume ${name}`);
    expect((await all('-a --filter status=exited')).trim()).toBe(id);
    stage.edit(COMPOSE, () => text.was);
    succeeded(await deploy('v1'));
    expect(await value()).toBe('kept');
  });
});

it('a database does not start on another volume, or on its own at another place', async () => {
  const before = await stage.running();
  const refused = async (from: string, to: string, words: string) => {
    stage.edit(COMPOSE, (text) => text.replace(from, to));
    const message = annotation(await deploy('v1'));
    stage.edit(COMPOSE, (text) => text.replace(to, from));
    expect(message).toContain('RB-MOUNT-CHANGED: db would lose acme_db-data');
    expect(message).toContain(words);
  };
  await refused('  db-data: {}\n', '  db-data: { name: other }\n', 'other at /var/lib/postgresql/data');
  await refused(
    'db-data:/var/lib/postgresql/data',
    'db-data:/var/lib/postgresql',
    'acme_db-data at /var/lib/postgresql',
  );
  expect(await stage.running()).toEqual(before);
});

describe('an undo', () => {
  const failing = (harm: string) =>
    deploy(
      'v1',
      { version: 'backend=v3-unhealthy\nworker=v1', 'health-timeout': '8s' },
      { onLine: when(/^backend: 0 of 1 healthy/, () => stage.host.root(harm)) },
    );
  const frontend = '$(docker ps -aq --filter label=com.docker.compose.service=frontend)';

  it('starts the former containers again, on their networks with their names and restart policies, and says that it has seen them run', {
    tags: ['exhaustive'],
  }, async () => {
    const before = await stage.running();
    const failed = await failing(
      `docker network disconnect acme_edge ${frontend}; docker update --restart no ${frontend}; docker stop ${frontend}`,
    );
    expect(failed.code, failed.shown).toBe(1);
    expect(failed.summary).toMatch(/Release [^ ]+ is live: its containers were seen running/);
    expect(await stage.running()).toEqual(before);
    const state = await stage.host.root(
      `docker inspect -f '{{.HostConfig.RestartPolicy.Name}} {{json .NetworkSettings.Networks.acme_edge.Aliases}}' ${frontend}`,
    );
    expect(state).toContain('unless-stopped');
    expect(state).toContain('"frontend"');
    await stage.serving();
  });

  it('names the containers that it cannot start, and the command that starts them', {
    tags: ['exhaustive'],
  }, async () => {
    const failed = await failing(
      // An undo would pull the image again.
      `sh /opt/lab/registry.sh stop; image=$(docker inspect -f '{{.Image}}' ${frontend}); docker rm -f ${frontend}; docker rmi -f $image`,
    );
    await stage.host.registry.start();
    const message = annotation(failed);
    expect(message).toContain('frontend could not be brought back');
    expect(message).toContain('up -d --no-deps frontend');
    expect(failed.summary).not.toContain('seen running');
    const [, command = ''] = /start again: frontend \(`([^`]*)`\)/.exec(message) ?? [];
    await stage.host.root(command.replace(/up -d --no-deps frontend$/, 'pull -q frontend'));
    await stage.host.root(command);
    succeeded(await deploy('v1'));
    await stage.serving();
  });
});
