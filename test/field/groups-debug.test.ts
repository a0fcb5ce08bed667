/** Containers that live in another's: its network namespace. They go when it goes, and come with it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { composeUp } from '../lab/sample';

const COMPOSE = 'docker-compose.prod.yml';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await composeUp(stage.host);
  await stage.takeFiles();
  // Two cannot run at once where another lives in it.
  stage.edit('runbook.yml', (text) => text.replace('    strategy: rolling\n', ''));
  stage.edit(COMPOSE, (text) =>
    text.replace(
      '  frontend:\n    <<',
      `  shipper:
    <<: *service
    image: localhost:5000/acme/frontend:v1
    command: [sleep, infinity]
    stop_signal: SIGKILL
    network_mode: service:backend

  frontend:
    <<`,
    ),
  );
  const { host } = stage;
  await host.put(`${host.directory}/${COMPOSE}`, Buffer.from(stage.read(COMPOSE)), 0o644);
  const up = `cd ${host.directory} && docker compose -f ${COMPOSE} --env-file .env.production up -d --quiet-pull`;
  const { code, stderr } = await host.exec(up, { user: 'deploy' });
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => stage?.close());

/** What the sidecar gets at `localhost`, and whether a name leads somewhere. */
function seenBySidecar(): Promise<string> {
  return stage.host.root(
    `id=$(docker ps -q --filter label=com.docker.compose.service=shipper)
     nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$id")" -n curl -s -m 3 http://localhost:8080/version || echo none
     docker exec "$id" getent hosts db >/dev/null && echo named || echo nameless`,
  );
}

it('a deploy adopts services with a shared network without restarting any', async () => {
  const before = await stage.running();
  expect(before.map(({ service }) => service)).toEqual(expect.arrayContaining(['shipper']));
  succeeded(await stage.deploy('v1'));
  expect(await stage.running()).toEqual(before);
});

it('a deploy recreates the sidecar with the service whose network it shares, and says so', async () => {
  const before = await stage.running();
  const result = await stage.deploy('v2', { version: 'backend=v2\nworker=v1' });
  succeeded(result);
  expect(result.stdout).toContain('it shares the network namespace of backend, which is replaced');
  expect(await seenBySidecar()).toMatch(/v2[\s\S]*named/);
  const untouched = (list: typeof before) => list.filter(({ service }) => !['backend', 'shipper'].includes(service));
  expect(untouched(await stage.running())).toEqual(untouched(before));
});

it.skip('a deploy brings the sidecar back with its service when the new release is worse', {
  tags: ['exhaustive'],
}, async () => {
  const result = await stage.deploy('v3', { version: 'backend=v3-error500\nworker=v1' });
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toContain('RB-WATCH-WORSE');
  expect(await stage.images('backend')).toEqual(['v2']);
  expect(await seenBySidecar()).toMatch(/v2[\s\S]*named/);
  const again = await stage.deploy('v2', { version: 'backend=v2\nworker=v1' });
  succeeded(again);
  expect(again.outputs['changed-services']).toBe('[]');
});

it('a restore restarts the sidecar with the service that writes, and is red if nginx cannot be told', {
  tags: ['exhaustive'],
}, async () => {
  const { host } = stage;
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  volumes: [/srv/letters]\n'));
  await host.root('mkdir -p /opt/backups /srv/letters && chown deploy: /opt/backups && echo a >/srv/letters/a');
  succeeded(await stage.backup());
  await host.root('echo b >/srv/letters/a');
  const broken = `${host.directory}/nginx/plain/broken.conf`;
  await host.root(`echo 'nonsense;' >${broken}`);
  const result = await stage.restore();
  console.log(await host.root(`cd ${host.directory}/.runbook/steps; ls; for f in */reload.log; do echo "== $f"; cat "$f"; done; grep -n 'VOLUMES=\\|PROXY=' */script | cut -c1-200; docker exec acme-nginx-1 nginx -s reload 2>&1; echo "exit $?"; docker exec acme-nginx-1 nginx -v 2>&1; tail -n 5 */output 2>/dev/null`));
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toContain('RB-PROXY-CONFIG');
  expect(annotation(result)).toContain('the data is restored and live');
  expect(result.stdout).toContain('unknown directive "nonsense');
  expect(await host.root('cat /srv/letters/a')).toBe('a\n');
  expect(await seenBySidecar()).toMatch(/v2[\s\S]*named/);
  await host.root(`rm ${broken}`);
  succeeded(await stage.restore());
});
