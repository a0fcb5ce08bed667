/** Networks and volumes: made by the engine, never changed under containers that serve, and what the files say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, type Running, Stage, succeeded } from '../e2e/stage';
import type { HostKind } from '../lab/host-image';
import { composeUp } from '../lab/sample';
import { total } from '../load/report';

const COMPOSE = 'docker-compose.prod.yml';

/** Compose 2.40 makes a network anew that differs, Compose 2.26 leaves it as it is. */
describe.each<{ kind: HostKind; tags: string[] }>([
  { kind: 'sid', tags: [] },
  { kind: 'trixie', tags: ['exhaustive'] },
])('on a host of kind $kind', ({ kind, tags }) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ kind });
    await composeUp(stage.host);
    await stage.takeFiles();
  });
  afterAll(() => stage?.close());

  const inspect = async (what: 'network' | 'volume', name: string): Promise<Record<string, unknown>> =>
    JSON.parse(await stage.host.root(`docker ${what} inspect ${name} --format '{{json .}}'`)) as Record<
      string,
      unknown
    >;
  const edge = (definition: string) => (text: string) => text.replace('  edge: {}\n', `  edge: ${definition}\n`);

  /** Whatever is wrong with the files: nothing is touched, nobody notices. */
  const refused = async (code: string, words: string): Promise<void> => {
    const before = await stage.running();
    const load = await stage.load();
    const result = await stage.deploy('v1', { version: 'backend=v2\nworker=v1' });
    const report = await load.stop();
    expect(result.code, result.shown).toBe(1);
    expect(annotation(result)).toContain(code);
    expect(annotation(result)).toContain(words);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    expect(await stage.running()).toEqual(before);
  };

  it('adopts networks and volumes that Compose made, and restarts nothing for it', { tags }, async () => {
    const before = await stage.running();
    succeeded(await stage.deploy('v1'));
    expect(await stage.running()).toEqual(before);
  });

  it('refuses a changed network while all requests are answered', { tags }, async () => {
    stage.edit(COMPOSE, edge('{ labels: { a: b } }'));
    await refused('RB-NETWORK-CHANGED', 'labels.a');
    stage.edit(COMPOSE, (text) => text.replace('{ labels: { a: b } }', '{ internal: true }'));
    await refused('RB-NETWORK-CHANGED', 'internal is false, not true');
    stage.edit(COMPOSE, (text) => text.replace('  edge: { internal: true }\n', '  edge: {}\n'));
  });

  it('refuses a missing external network, and a changed volume', { tags: ['exhaustive'] }, async () => {
    stage.edit(COMPOSE, edge('{ name: web, external: true }'));
    await refused('RB-NETWORK-MISSING', 'docker network create web');
    stage.edit(COMPOSE, (text) =>
      text.replace('{ name: web, external: true }', '{}').replace('db-data: {}', 'db-data: { labels: { a: b } }'),
    );
    await refused('RB-VOLUME-CHANGED', 'labels.a');
    stage.edit(COMPOSE, (text) => text.replace('db-data: { labels: { a: b } }', 'db-data: {}'));
  });

  it('makes new ones with what the file says and the labels of Compose, and takes an empty network back with its release', {
    tags: ['exhaustive'],
  }, async () => {
    stage.edit(COMPOSE, (text) =>
      text
        .replace(
          '    networks: [internal]\n    stop_signal',
          '    networks: [internal, jobs]\n    volumes: ["spool:/spool:ro"]\n    stop_signal',
        )
        .replace(
          '  edge: {}\n',
          `  edge: {}
  jobs:
    labels: { team: "a$$$$b" }
    driver_opts: { com.docker.network.driver.mtu: "1400" }
    ipam: { config: [{ subnet: 10.77.0.0/24 }] }
`,
        )
        .replace('  db-data: {}\n', '  db-data: {}\n  spool: { name: spooled, labels: { team: a } }\n'),
    );
    stage.stableFor('5s');
    const failed = await stage.deploy('v1', { version: 'backend=v1\nworker=v2-crash' });
    stage.stableFor('1s');
    expect(annotation(failed)).toContain('RB-START-CRASHED');
    expect(await stage.host.root('docker network ls -q --filter name=acme_jobs')).toBe('');

    const result = await stage.deploy('v1');
    succeeded(result);
    expect(result.stdout).toContain('network acme_jobs is created');
    expect(await inspect('network', 'acme_jobs')).toMatchObject({
      Labels: { team: 'a$b', 'com.docker.compose.project': 'acme', 'com.docker.compose.network': 'jobs' },
      Options: { 'com.docker.network.driver.mtu': '1400' },
      IPAM: { Config: [{ Subnet: '10.77.0.0/24' }] },
    });
    expect(await inspect('volume', 'spooled')).toMatchObject({
      Labels: { team: 'a', 'com.docker.compose.project': 'acme', 'com.docker.compose.volume': 'spool' },
    });
    expect((await stage.deploy('v1')).stdout).toContain('nothing to do');
  });

  it('leaves a release that Compose itself considers unchanged, without a warning', { tags }, async () => {
    const before = await stage.running();
    const file = `/srv/stack/.runbook/releases/${await stage.current()}/compose.json`;
    const hand = (service: string) =>
      stage.host.exec(`docker compose -p acme --project-directory /srv/stack -f ${file} up -d --no-deps ${service}`, {
        user: 'deploy',
      });
    // To Compose 2.26 `depends_on` is a part of what a container is, and `--no-deps` takes it away: backend is as people made it.
    for (const service of kind === 'sid' ? ['backend', 'worker', 'db'] : ['worker', 'db']) {
      const { code, stderr } = await hand(service);
      expect(code, stderr).toBe(0);
      expect(stderr).not.toMatch(/warn|level=/i);
    }
    expect(await stage.running()).toEqual(before);
  });

  it('recreates a network once its downtime is allowed as the refusal says', {
    tags: ['exhaustive'],
  }, async () => {
    stage.edit(COMPOSE, edge('{ labels: { a: b } }'));
    const words = annotation(await stage.deploy('v1'));
    const [, command = ''] = /on the host `(docker stop [^`]*)` and/.exec(words) ?? [];
    await stage.host.root(`${command} && docker network rm acme_edge`);
    const result = await stage.deploy('v1');
    succeeded(result);
    await stage.serving();
    expect(await inspect('network', 'acme_edge')).toMatchObject({ Labels: { a: 'b' } });
    const names = (all: readonly Running[]) => all.map(({ service }) => service);
    expect(names(await stage.running())).toEqual(['backend', 'db', 'frontend', 'nginx', 'worker']);
  });
});
