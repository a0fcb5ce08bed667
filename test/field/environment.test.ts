/** What a release's containers get as their environment: the run's env file, the host's, and nothing else. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;

/** A variable that the Compose file takes from wherever it is set, and one that has a default. */
const FRONTEND = `
  frontend:
    environment:
      NODE_ENV: \${NODE_ENV:-default}
      TOLD: \${TOLD:-default}
      HOME: \${HOME}
`;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) => text.replace('\n  frontend:\n', FRONTEND));
  stage.edit('.env.production', (text) => `${text}NODE_ENV=production\nHOME=/home/app\n`);
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

function envFile(): Promise<string> {
  return stage.host.root('stat -c %a /srv/stack/.env.production; cat /srv/stack/.env.production');
}

async function variablesOf(service: string): Promise<string> {
  const id = (await stage.running()).find((container) => container.service === service)?.id;
  return stage.host.root(`docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' ${id}`);
}

describe('the environment of the login and a `.env` beside the files', () => {
  it('change nothing, and variables that only they have are named', async () => {
    const { host } = stage;
    const before = await stage.running();
    const login = ['NODE_ENV=staging', 'TOLD=login', 'BACKEND_TAG=v2', 'COMPOSE_PROFILES=docs', 'COMPOSE_FILE=/none'];
    await host.sshd({ SetEnv: login.join(' ') });
    await host.put('/srv/stack/.env', "COMPOSE_REMOVE_ORPHANS=1\nCOMPOSE_PROFILES=docs\nBROKEN='\n");
    const same = await stage.deploy('v1');
    succeeded(same);
    expect(same.stdout).toContain('nothing to do');
    expect(same.stdout).toContain("TOLD is set in the login's environment on the host");
    expect(await stage.running()).toEqual(before);
    const variables = (await variablesOf('frontend')).split('\n');
    expect(variables).toEqual(expect.arrayContaining(['HOME=/home/app', 'NODE_ENV=production', 'TOLD=default']));
  });

  it('do not remove a service before its successor has passed', { tags: ['exhaustive'] }, async () => {
    const worker = (await stage.running()).find(({ service }) => service === 'worker');
    stage.edit('docker-compose.prod.yml', (text) =>
      text.replace('  worker:\n', '  jobs:\n    entrypoint: ["false"]\n'),
    );
    const unnamed = await stage.deploy('v2', { version: 'backend=v1' });
    expect(annotation(unnamed)).toMatch(/^RB-SERVICE-UNKNOWN: the runbook file names "worker" \(services\)/);
    stage.edit('runbook.yml', (text) => text.replace('  worker:\n', '  jobs:\n'));
    const failed = await stage.deploy('v2', { version: 'backend=v1' });
    expect(annotation(failed)).toMatch(/^RB-START-/);
    expect(await stage.running()).toContainEqual(worker);
    stage.edit('docker-compose.prod.yml', (text) =>
      text.replace('  jobs:\n    entrypoint: ["false"]\n', '  worker:\n'),
    );
    stage.edit('runbook.yml', (text) => text.replace('  jobs:\n', '  worker:\n'));
  });

  it('are named where a variable now has no value', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) => text.replace('TOLD:-default', 'TOLD:?say it'));
    const refused = annotation(await stage.deploy('v1'));
    expect(refused).toMatch(/^RB-VARIABLE-UNSET: TOLD is not set/);
    expect(refused).toContain("TOLD is set in the login's environment on the host: a release takes nothing from there");
    stage.edit('docker-compose.prod.yml', (text) => text.replace('TOLD:?say it', 'TOLD:-default'));
  });
});

describe('a run that brings no env file', () => {
  beforeAll(() => rmSync(join(stage.workspace, '.env.production')));

  it("keeps the host's, says so, and so does the next", { tags: ['exhaustive'] }, async () => {
    const before = await envFile();
    const planned = await stage.deploy('v2', { 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.stdout).toMatch(
      /env file: \.env\.production as it is on the host, changed there on 20\S+Z;.*\nrelease/,
    );
    expect(planned.summary).toContain('as it is on the host');
    for (const version of ['v2', 'v1']) {
      succeeded(await stage.deploy(version));
      expect(await envFile()).toBe(before);
    }
    const rolledBack = await stage.rollback();
    succeeded(rolledBack);
    expect(rolledBack.stdout).toMatch(/env file: \.env\.production as release \S+ has it\nrelease/);
    expect(await envFile()).toBe(before);
  });

  it('is refused where a secret of that name does not exist, and where the host has lost its own', async () => {
    const before = await stage.running();
    const empty = await stage.deploy('v2', { 'env-content': '' });
    expect(annotation(empty)).toMatch(/^RB-INPUT-INVALID: env-content is given but empty/);
    await stage.host.root('mv /srv/stack/.env.production /tmp/kept');
    const lost = await stage.deploy('v2');
    const command = /install -m 600 \S+ \S+/.exec(annotation(lost))?.[0] ?? 'false';
    expect(annotation(lost)).toMatch(/^RB-FILE-MISSING: there is no env file/);
    expect(await stage.running()).toEqual(before);
    await stage.host.root(
      `${command} && cmp /srv/stack/.env.production /tmp/kept && mv /tmp/kept /srv/stack/.env.production`,
    );
  });
});
