/** Restart and scale on one host, under load. Each test goes on where the one before ended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { total } from '../load/report';
import { shares, tellReplica } from '../load/shares';
import type { ActionResult } from '../run-action';
import { annotation, type Running, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ kind: 'sid' });
  stage.edit('nginx/plain/default.conf', tellReplica);
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

/** All of the host that a dry run could have touched. */
const everything = (): Promise<string> =>
  stage.host.root(`docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' | sort
    docker image ls -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort
    docker network ls -q | sort; docker volume ls -q | sort
    find /srv/stack -exec stat -c '%n %a %Y' {} + | sort; find /srv/stack -type f -exec sha256sum {} + | sort`);

const only = (service: string, running: readonly Running[]): readonly Running[] =>
  running.filter((container) => container.service === service);
const but = (services: readonly string[], running: readonly Running[]): readonly Running[] =>
  running.filter(({ service }) => !services.includes(service));

/** Under load; no request may fail. */
async function unnoticed(run: () => Promise<ActionResult>): Promise<ActionResult> {
  await stage.serving();
  const load = await stage.load();
  const result = await run();
  const report = await load.stop();
  succeeded(result);
  expect(total(report).failed, (await stage.failures(report)) + result.shown).toBe(0);
  expect(total(report).requests).toBeGreaterThan(50);
  expect(await stage.redirected()).toBe('');
  return result;
}

/** Each of so many containers answers at least a tenth of what nginx is asked. */
async function shared(count: number): Promise<void> {
  const answered = await shares(stage.host);
  expect(answered).toHaveLength(count);
  expect(answered[0]).toBeGreaterThanOrEqual(10);
}

/** Lines `MEMORY CPUS VARIABLE`, of each container. */
const limits = (service: string): Promise<string> =>
  stage.host.root(
    `for id in $(docker ps -q --filter label=com.docker.compose.service=${service}); do
      docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{range .Config.Env}}{{println .}}{{end}}' $id |
        tr '\\n' ' ' | sed 's/\\([0-9]* [0-9]*\\) .*\\(WORKER_INTERVAL_MS=[0-9]*\\).*/\\1 \\2\\n/'; done`,
  );

describe('restart', () => {
  it('shows in a dry run its effects and the dependent services, and changes nothing', async () => {
    const before = await everything();
    const planned = await stage.run('restart', { services: 'backend', 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.stdout).toContain(
      'backend rolls: new containers beside the old, then the cutover: recreated, as requested',
    );
    expect(planned.stdout).toContain('nginx, worker depend on backend.');
    expect(await everything()).toBe(before);
  });

  it('does not stop a service that others need, unless that is allowed', async () => {
    const result = await stage.run('restart', { services: 'db', mode: 'stop', 'dry-run': 'true' });
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-DOWNTIME-REFUSED: db would be stopped, and backend depends on it/);
  });

  it('recreates the named services from the same images, without a failed request', async () => {
    const before = await stage.running();
    const result = await unnoticed(() => stage.run('restart', { services: 'backend, worker' }));
    const after = await stage.running();
    expect(JSON.parse(result.outputs['changed-services'] ?? '')).toEqual(['backend', 'worker']);
    for (const service of ['backend', 'worker']) {
      const [was, is] = [only(service, before), only(service, after)];
      expect(is.map(({ image }) => image)).toEqual(was.map(({ image }) => image));
      expect(is.map(({ id }) => id)).not.toEqual(was.map(({ id }) => id));
    }
    expect(but(['backend', 'worker'], after)).toEqual(but(['backend', 'worker'], before));
    expect(await stage.current()).toBe('2-v1');
  });

  it('does not make a deploy of the same version change anything', async () => {
    const before = await stage.running();
    const result = await stage.deploy('v1');
    succeeded(result);
    expect(result.summary).toContain('nothing to do');
    expect(await stage.running()).toEqual(before);
  });
});

describe('scale', () => {
  it('refuses impossible values by name, and shows its effects in a dry run; neither changes anything', async () => {
    const before = await everything();
    const refused = async (inputs: Readonly<Record<string, string>>, said: RegExp): Promise<void> => {
      const result = await stage.run('scale', { 'dry-run': 'true', ...inputs });
      expect(result.code).toBe(1);
      expect(annotation(result)).toMatch(said);
    };
    await refused({ replicas: 'nginx=2' }, /^RB-SERVICE-UNSUITABLE: nginx cannot run in 2 containers\n.*port 80, 443/);
    await refused({ cpus: 'worker=512' }, /^RB-HOST-SHORT: a container of worker would be allowed 512 CPUs/);
    const planned = await stage.run('scale', { 'dry-run': 'true', replicas: 'backend=3' });
    succeeded(planned);
    expect(planned.stdout).toContain('replicas 1 → 3, by scale; the Compose files say 1');
    expect(await everything()).toBe(before);
  });

  it('up gives each container its share, stops no container that can stay, without a failed request', async () => {
    const before = await stage.running();
    const wanted = { replicas: 'backend=3, worker=2', variables: 'worker.WORKER_INTERVAL_MS=60', cpus: 'worker=0.5' };
    await unnoticed(() => stage.run('scale', { ...wanted, memory: 'worker=200M' }));
    const after = await stage.running();
    expect(only('backend', after)).toHaveLength(3);
    expect(after).toEqual(expect.arrayContaining([...but(['worker'], before)]));
    expect(await limits('worker')).toBe('209715200 500000000 WORKER_INTERVAL_MS=60\n'.repeat(2));
    await shared(3);
  });

  it('is kept by a deploy of another version, which says so', { tags: ['exhaustive'] }, async () => {
    const result = await stage.deploy('v2');
    succeeded(result);
    expect(await stage.images('backend')).toEqual(['v2', 'v2', 'v2']);
    expect(await stage.images('worker')).toEqual(['v2', 'v2']);
    expect(result.stdout).toMatch(
      /backend keeps its number of containers, 3, which scale set in release 3-v1; its Compose files still say 1\./,
    );
    await shared(3);
  });

  it('gives way to a new number in the Compose files', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) => text.replace('replicas: 1', 'replicas: 2'));
    const result = await stage.deploy('v2');
    succeeded(result);
    expect(result.stdout).toContain('replicas 3 → 2, as its Compose files say; scale had set 3');
    expect(await stage.images('backend')).toEqual(['v2', 'v2']);
    expect(await stage.images('worker')).toEqual(['v2', 'v2']);
  });

  it('down leaves the other containers alone, without a failed request; a rollback undoes it', async () => {
    const before = await stage.running();
    const [backends, workers] = [await stage.images('backend'), await stage.images('worker')];
    await unnoticed(() => stage.run('scale', { replicas: 'backend=1, worker=0' }));
    const after = await stage.running();
    expect(only('worker', after)).toEqual([]);
    expect(only('backend', after)).toHaveLength(1);
    expect(only('backend', before)).toEqual(expect.arrayContaining([...only('backend', after)]));
    await shared(1);
    const same = await stage.deploy(backends[0] ?? '');
    succeeded(same);
    expect(same.summary).toContain('nothing to do');
    expect(JSON.parse(same.outputs.plan ?? '').drift).toEqual([]);
    const back = await stage.rollback();
    succeeded(back);
    expect(await stage.images('backend')).toEqual(backends);
    expect(await stage.images('worker')).toEqual(workers);
    await shared(backends.length);
  });
});

describe('stop and start', () => {
  it('end a service that others need where that is allowed, and nginx finds it again', {
    tags: ['exhaustive'],
  }, async () => {
    const before = only('backend', await stage.running()).length;
    succeeded(await stage.run('restart', { services: 'backend', mode: 'stop', 'allow-downtime': 'true' }));
    expect(only('backend', await stage.running())).toEqual([]);
    const refused = await stage.run('restart', { services: 'backend' });
    expect(annotation(refused)).toMatch(
      /^RB-SERVICE-UNSUITABLE: backend should run in 0 containers.*\n.*stop set that/,
    );
    const started = await stage.run('restart', { services: 'backend', mode: 'start' });
    succeeded(started);
    expect(only('backend', await stage.running())).toHaveLength(before);
    await stage.serving(3);
    await shared(before);
  });
});

describe('a service whose Compose file has its number and limits in the other places', () => {
  it('is scaled there, and a deploy of the same keeps it', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) =>
      text.replace(
        /(?<= {4}stop_grace_period: 15s\n[\s\S]*?) {4}deploy:\n {6}resources:\n {8}limits:\n {10}memory: 256M\n/,
        // With a `deploy` beside it Compose's model has the number twice, and takes no two that differ.
        '    mem_limit: 256m\n    pids_limit: 200\n    scale: 2\n    deploy:\n      labels: { kind: worker }\n',
      ),
    );
    succeeded(await stage.deploy('v1'));
    expect(only('worker', await stage.running())).toHaveLength(2);
    succeeded(await stage.run('scale', { replicas: 'worker=3', memory: 'worker=160M', cpus: 'worker=0.5' }));
    const after = await stage.running();
    expect(await limits('worker')).toMatch(/^(167772160 500000000 \S+\n){3}$/);
    const same = await stage.deploy('v1');
    succeeded(same);
    expect(same.summary).toContain('nothing to do');
    expect(await stage.running()).toEqual(after);
  });
});

it('a cleanup that removed the image of a service that nothing starts holds no button up', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root(
    'docker rm $(docker ps -aq --filter label=com.docker.compose.service=migrate); docker image prune -af >/dev/null',
  );
  expect(await stage.host.root("docker image ls -a --format '{{.Repository}}' | grep acme/migrate || :")).toBe('');
  const before = only('worker', await stage.running());
  succeeded(await stage.run('restart', { services: 'worker' }));
  const after = only('worker', await stage.running());
  expect(after).toHaveLength(before.length);
  expect(after).not.toEqual(before);
});
