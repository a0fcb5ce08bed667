/** Stacks that are not ours in anything: no proxy, no migration, files with what Compose has and few people use. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

const RUNBOOK = `stack: acme
directory: /srv/stack
compose: [compose.yaml]
env-file: null
versioned: []
proxy: { service: null }
migration: { service: null }
defaults: { stable-for: 1s }
watch: { duration: 1s }
`;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ kind: 'sid' });
  stage.write('runbook.yml', RUNBOOK);
});
afterAll(() => stage?.close());

/** Kind and downtime of what the plan does, by service. */
function planned(outputs: Readonly<Record<string, string>>): Record<string, string> {
  const plan = JSON.parse(outputs.plan ?? '') as { changes: { service: string; kind: string; downtime: unknown }[] };
  return Object.fromEntries(
    plan.changes.map(({ service, kind, downtime }) => [service, `${kind}${downtime === null ? '' : ', down'}`]),
  );
}

/** What a container of a service gets from an address, or why not. */
function asked(service: string, host: string): Promise<string> {
  const program = `require("http").get("http://${host}:8080/version",r=>r.pipe(process.stdout)).on("error",e=>console.log(e.message))`;
  return stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=${service}) node -e '${program}'`,
  );
}

it('a caller that uses the name of a container or a link finds it after a release and after a rollback', {
  tags: ['exhaustive'],
}, async () => {
  const compose = (edition: string) => `name: acme
services:
  api: { image: "localhost:5000/acme/backend:v1", environment: { EDITION: "${edition}" } }
  old: { image: "localhost:5000/acme/backend:v1", environment: { EDITION: "${edition}" } }
  named: { image: "localhost:5000/acme/backend:v1", environment: { UPSTREAM: "http://acme-old-1:8080" } }
  linked:
    image: localhost:5000/acme/backend:v1
    links: ["api:svc", api]
    depends_on: [api]
`;
  const reached = async () => {
    for (const host of ['api', 'svc']) expect(await asked('linked', host), host).toBe('v1\n');
    expect(await asked('named', 'acme-old-1')).toBe('v1\n');
  };
  stage.write('compose.yaml', compose('first'));
  succeeded(await stage.deploy(''));
  stage.write('compose.yaml', compose('second'));
  const result = await stage.deploy('');
  succeeded(result);
  expect(planned(result.outputs)).toMatchObject({ api: 'recreate, down', old: 'recreate, down' });
  expect(result.stdout).toContain('`links` of linked lead to the name of its container');
  expect(result.stdout).toContain('named calls its container by the name acme-old-1');
  await reached();
  succeeded(await stage.rollback());
  await reached();
});

it("containers that people removed or stopped are recreated or named, a port is not taken from its holder, and the host's network is probed", {
  tags: ['exhaustive'],
}, async () => {
  const compose = (api: string, front: string) => `name: acme
services:
  api: { image: "localhost:5000/acme/backend:v1"${api} }
  hosted: { image: "localhost:5000/acme/backend:v1", network_mode: host, depends_on: { docs: { condition: service_started, required: false } } }
  docs: { image: "localhost:5000/acme/static:v1", profiles: [docs] }
${front}`;
  stage.write(
    'runbook.yml',
    `${RUNBOOK}services: { hosted: { health-path: /healthz, health-port: 8080, health-timeout: 30s } }\n`,
  );
  stage.write('compose.yaml', compose(', ports: ["7001:8080"]', ''));
  const made = await stage.deploy('');
  succeeded(made);
  expect(made.stdout).toContain('hosted: 1 of 1 healthy (healthcheck); GET /healthz 200');
  const name = 'front: { image: "localhost:5000/acme/backend:v1", ports: ["7001:8080"] }';
  stage.write('compose.yaml', compose('', `  ${name}\n`));
  const before = await stage.running();
  expect(annotation(await stage.deploy(''))).toMatch(/^RB-PORT-TAKEN: port 7001, which front should publish/);
  expect(await stage.running()).toEqual(before);

  stage.write('compose.yaml', compose(', ports: ["7001:8080"]', ''));
  await stage.host.root('docker pause acme-api-1');
  const paused = await stage.deploy('');
  succeeded(paused);
  expect(paused.outputs['changed-services']).toBe('[]');
  expect(paused.stdout).toMatch(/::warning.*acme-api-1 is paused: the plan leaves it as it is/);
  expect(paused.summary).toContain('not all of its services run well');
  await stage.host.root(
    'docker unpause acme-api-1; docker network disconnect -f acme_default acme-api-1; docker network connect acme_default acme-api-1',
  );
  const nameless = await stage.deploy('', { 'dry-run': 'true' });
  expect(nameless.stdout).toMatch(/::warning.*acme-api-1 .*is not found by the name api on network acme_default/);
  await stage.host.root('docker network disconnect -f acme_default acme-api-1; docker network rm acme_default');
  succeeded(await stage.deploy(''));
  expect(await stage.host.root("docker inspect -f '{{json .NetworkSettings.Networks}}' acme-api-1")).toContain('"api"');
});
