/** What people wished for in their files: a strategy, a fixed address, times of their own, a volume that several may write to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { interpose } from '../e2e/interpose';
import { killStep, when } from '../e2e/moments';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { total } from '../load/report';

const COMPOSE = 'docker-compose.prod.yml';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit(COMPOSE, (text) =>
    text
      .replace(
        '        aliases: [api]\n      internal: {}\n',
        (found) => `${found}    volumes: [uploads:/srv/uploads]\n`,
      )
      .replace(
        'frontend:${FRONTEND_TAG:-v1}\n    networks: [edge]',
        () =>
          `frontend:\${FRONTEND_TAG:-v1}\n    networks: { edge: { ipv4_address: 10.213.7.90 } }\n    healthcheck: { test: [CMD, "true"], interval: 500ms, start_period: 1.5s }\n    environment: { EDITION: first }`,
      )
      .replace(
        '\n  frontend:\n',
        `\n  beat:\n    <<: *service\n    image: localhost:5000/acme/backend:v1\n    environment: { EDITION: first }\n    networks: [internal]\n\n  frontend:\n`,
      )
      .replace('  edge: {}\n', '  edge: { ipam: { config: [{ subnet: 10.213.7.0/24 }] } }\n')
      .replace('  db-data: {}\n', '  db-data: {}\n  uploads: {}\n'),
  );
  stage.edit('runbook.yml', (text) =>
    text.replace('stable-for: 2s', 'stable-for: 0.5s').replace('watch:\n  duration: 5s', 'watch:\n  duration: 1.5s'),
  );
  succeeded(await stage.deploy('v1', { 'watch-duration': '', 'drain-timeout': '' }));
});
afterAll(() => stage?.close());

/** Kind and downtime of what the plan does, by service. */
function planned(outputs: Readonly<Record<string, string>>): Record<string, string> {
  const plan = JSON.parse(outputs.plan ?? '') as { changes: { service: string; kind: string; downtime: unknown }[] };
  return Object.fromEntries(
    plan.changes.map(({ service, kind, downtime }) => [service, `${kind}${downtime === null ? '' : ', down'}`]),
  );
}

it('a service that should roll and writes to a volume is not recreated unasked, and rolls once the volume may be shared', async () => {
  const before = await stage.running();
  const refused = await stage.deploy('backend=v2\nworker=v1');
  expect(annotation(refused)).toMatch(
    /^RB-DOWNTIME-REFUSED: backend cannot run old and new at once, as its strategy in runbook.yml wants it\nCause: it writes to uploads/,
  );
  expect(await stage.running()).toEqual(before);
  stage.edit('runbook.yml', (text) =>
    text.replace('    strategy: rolling\n', '    strategy: rolling\n    shared-volumes: [uploads]\n'),
  );
  const load = await stage.load();
  const result = await stage.deploy('backend=v2\nworker=v1');
  const report = await load.stop();
  succeeded(result);
  expect(planned(result.outputs)).toEqual({ backend: 'rolling' });
  expect(result.stdout, 'nobody is asked who is gone').not.toContain('No such object');
  expect(total(report).failed, await stage.failures(report)).toBe(0);
});

it('a service with a fixed address is recreated at it, and a service that must not run twice does not: the plan says so', async () => {
  const begun = (await stage.host.root('date +%s')).trim();
  stage.edit(COMPOSE, (text) => text.replaceAll('EDITION: first', 'EDITION: second'));
  const result = await stage.deploy('backend=v2\nworker=v1');
  succeeded(result);
  expect(planned(result.outputs)).toEqual({ beat: 'drain-and-replace', frontend: 'recreate, down' });
  expect(result.stdout).toContain('its address 10.213.7.90 can exist only once');
  expect(result.stdout).toContain('beat listens and is not started beside its old container');
  const address = await stage.host.root(
    "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' acme-frontend-1",
  );
  expect(address.trim()).toBe('10.213.7.90');
  const events = await stage.host.root(
    `docker events --since ${begun} --until "$(date +%s)" --filter event=die --filter event=start --filter label=com.docker.compose.service=beat --format '{{.Action}}'`,
  );
  expect(events.trim().split('\n')).toEqual(['die', 'start']);
  await stage.serving();
});

it('an image that a cleanup removed from the host is pulled by its digest: to go back to its release, and for an undo', {
  tags: ['exhaustive'],
}, async () => {
  const former = await stage.current();
  succeeded(await stage.deploy('backend=v4\nworker=v1'));
  await stage.host.root('docker image prune -af >/dev/null');
  const result = await stage.rollback({ release: former });
  succeeded(result);
  expect(result.stdout).toMatch(/acme\/backend@sha256:\S+ is no longer on the host: it is pulled by its digest/);
  expect(await stage.images('backend')).toEqual(['v2']);
  // It goes once more, as soon as its container is gone.
  const mend = await interpose(stage, {
    tool: 'docker',
    when: `*"/releases/${former}/compose.json up"*worker`,
    first: '[ -e /tmp/pruned ] || { : >/tmp/pruned; /usr/bin/docker image prune -af >/dev/null; }',
  });
  const failed = await stage.deploy('backend=v2\nworker=v2-crash').finally(mend);
  expect(annotation(failed)).toMatch(/^RB-START-CRASHED: /);
  expect(failed.summary).toContain('its containers were seen running');
  expect(await stage.images('worker')).toEqual(['v1']);
});

it('a deploy after a killed one goes straight to its release; if that fails, the former release comes back', {
  tags: ['exhaustive'],
}, async () => {
  const killed = async () => {
    const result = await stage.deploy(
      'backend=v2\nworker=v2',
      {},
      { onLine: when(/worker: stopping the old/, killStep(stage)) },
    );
    expect(result.code).toBe(1);
    await stage.host.root('docker rm -f acme-worker-1 2>/dev/null; :');
  };
  await killed();
  const refused = await stage.deploy('backend=v2\nworker=v99');
  expect(annotation(refused)).toMatch(/^RB-IMAGE-NOT-FOUND: /);
  expect(refused.summary).toContain('The change that was interrupted before is put right');
  expect(await stage.images('worker')).toEqual(['v1']);

  await killed();
  await stage.host.root('docker image prune -af >/dev/null');
  const begun = (await stage.host.root('date +%s')).trim();
  const result = await stage.deploy('backend=v2\nworker=v2');
  succeeded(result);
  expect(result.summary).toContain('worker is left to the new release');
  expect(await stage.images('worker')).toEqual(['v2']);
  const events = await stage.host.root(
    `docker events --since ${begun} --until "$(date +%s)" --filter event=start --filter label=com.docker.compose.service=worker --format '{{.ID}}'`,
  );
  expect(events.trim().split('\n')).toHaveLength(1);
  expect(await stage.redirected(), 'no chain is left').toBe('');
  expect(await stage.remains(), 'no container is left').toBe('');
  expect(await stage.host.root('ls /srv/stack/.runbook/unfinished 2>/dev/null || :')).toBe('');
});
