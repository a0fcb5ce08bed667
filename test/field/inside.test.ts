/** What containers are given besides their image: hooks, and what of the stack's directory they see. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { composeUp } from '../lab/sample';

const COMPOSE = 'docker-compose.prod.yml';
const MARKS = '/srv/marks';

let stage: Stage;

beforeAll(async () => {
  // Compose knows hooks since 2.30.
  stage = await Stage.open({ kind: 'sid' });
  await composeUp(stage.host);
  await stage.takeFiles();
});
afterAll(() => stage?.close());

const hook = (word: string): string => `[{ command: [sh, -c, "echo ${word} >>/marks/log"] }]`;

describe('hooks', () => {
  const marks = (): Promise<string> => stage.host.root(`cat ${MARKS}/log`);

  beforeAll(async () => {
    const { host } = stage;
    await host.root(`mkdir -p ${MARKS} && chmod 777 ${MARKS}`);
    stage.edit(COMPOSE, (text) =>
      text.replace(
        '    stop_signal: SIGINT\n',
        `    stop_signal: SIGINT\n    volumes: ["${MARKS}:/marks"]\n    post_start: ${hook('start')}\n    pre_stop: ${hook('stop')}\n`,
      ),
    );
    await host.put(`${host.directory}/${COMPOSE}`, Buffer.from(stage.read(COMPOSE)), 0o644);
    const up = `cd ${host.directory} && docker compose -f ${COMPOSE} --env-file .env.production up -d --quiet-pull`;
    const { code, stderr } = await host.exec(up, { user: 'deploy' });
    if (code !== 0) throw new Error(stderr);
    succeeded(await stage.deploy('v1'));
  });

  it('of what runs: it is not stopped without its pre_stop, and goes on once that was run as the refusal says', {
    tags: ['exhaustive'],
  }, async () => {
    const { host } = stage;
    const before = await stage.running();
    expect(await marks()).toBe('start\n');
    stage.edit(COMPOSE, (text) => text.replace(/ {4}pre_stop: .*\n/, ''));
    const refused = await stage.deploy('backend=v1\nworker=v2');
    expect(refused.code, refused.shown).toBe(1);
    expect(annotation(refused)).toMatch(/^RB-HOOK-UNSUPPORTED: worker runs with a pre_stop hook/);
    const restarted = await stage.run('restart', { services: 'worker' });
    expect(annotation(restarted)).toMatch(/^RB-HOOK-UNSUPPORTED: worker has a pre_stop hook/);
    expect(await stage.running()).toEqual(before);
    expect(await marks()).toBe('start\n');

    const [, command = ''] = /`(docker compose stop [^`]*)`/.exec(annotation(refused)) ?? [];
    const files = `-f ${COMPOSE} --env-file .env.production`;
    await host.root(`cd ${host.directory} && ${command.replace('compose', `compose ${files}`)}`);
    expect(await marks()).toBe('start\nstop\n');
    succeeded(await stage.deploy('backend=v1\nworker=v2'));
    expect(await stage.images('worker')).toEqual(['v2']);
    expect(await marks()).toBe('start\nstop\nstart\n');
  });

  it('post_start: it runs again for what an undo starts again', { tags: ['exhaustive'] }, async () => {
    const told = await marks();
    const result = await stage.deploy('backend=v1\nworker=v2-crash');
    expect(result.code, result.shown).toBe(1);
    expect(await stage.images('worker')).toEqual(['v2']);
    const since = (await marks()).slice(told.length).trim().split('\n');
    expect(since.at(-1)).toBe('start');
  });
});

describe('.runbook', () => {
  const SERVICE = `  cron:
    <<: *service
    image: localhost:5000/acme/frontend:v1
    command: [sleep, infinity]
    stop_signal: SIGKILL
    environment: { EDITION: a }
    volumes: [".:/srv/app"]
    networks: [edge]

`;
  const inside = (command: string) =>
    stage.host.exec(`docker exec $(docker ps -q --filter label=com.docker.compose.service=cron) sh -c '${command}'`);
  const edition = (from: string, to: string): void =>
    stage.edit(COMPOSE, (text) => text.replace(`EDITION: ${from}`, `EDITION: ${to}`));

  /** Root of a container that has the whole folder of the stack, to write to. */
  async function expectUnseen(): Promise<void> {
    const state = 'stat -c "%U %a" .runbook .runbook/current; cat .runbook/current; ls -a .runbook | sort';
    const before = await stage.host.root(`cd /srv/stack && ${state}`);
    expect((await inside('ls -A /srv/app/.runbook')).stdout).toBe('');
    expect((await inside('grep -rl "runbook.release" /srv/app')).stdout).toBe('');
    expect((await inside('mv /srv/app/.runbook /srv/app/old')).code).not.toBe(0);
    expect((await inside('rm -rf /srv/app/.runbook')).code).not.toBe(0);
    // What entrypoints do to all that is theirs.
    expect((await inside('chown -R www-data /srv/app/.runbook && echo 9-evil >/srv/app/.runbook/current')).code).toBe(
      0,
    );
    expect(await stage.host.root(`cd /srv/stack && ${state}`)).toBe(before);
  }

  it('is not in a container that has the folder of the stack, and it cannot be changed there, after a rollback either', {
    tags: ['exhaustive'],
  }, async () => {
    stage.edit(COMPOSE, (text) => text.replace('  frontend:\n    <<', `${SERVICE}  frontend:\n    <<`));
    const result = await stage.deploy('backend=v1\nworker=v2');
    succeeded(result);
    expect(result.stdout).not.toContain('can read .runbook');
    await expectUnseen();
    edition('a', 'b');
    succeeded(await stage.deploy('backend=v1\nworker=v2'));
    await expectUnseen();
    succeeded(await stage.rollback());
    expect((await inside('echo $EDITION')).stdout).toBe('a\n');
    await expectUnseen();
  });

  it('that somebody removed is made anew, and who started meanwhile is told of until it is restarted', {
    tags: ['exhaustive'],
  }, async () => {
    const { host } = stage;
    const id = (await stage.running()).find(({ service }) => service === 'cron')?.id ?? '';
    await host.root(`rm -rf /srv/stack/.runbook && docker restart -t 0 ${id}`);
    edition('b', 'a');
    const result = await stage.deploy('backend=v1\nworker=v2');
    succeeded(result);
    expect((await stage.running()).map((one) => one.id)).toContain(id);
    expect(result.stdout).toContain('cron can read .runbook');
    succeeded(await stage.run('restart', { services: 'cron' }));
    await expectUnseen();
  });

  it('itself is not mounted', { tags: ['exhaustive'] }, async () => {
    stage.edit(COMPOSE, (text) => text.replace('".:/srv/app"', '"./.runbook:/srv/app:ro"'));
    const result = await stage.deploy('backend=v1\nworker=v2');
    stage.edit(COMPOSE, (text) => text.replace('"./.runbook:/srv/app:ro"', '".:/srv/app"'));
    expect(annotation(result)).toMatch(/^RB-RUNBOOK-EXPOSED: cron mounts /);
  });
});
