/** What containers are given besides their image: hooks. */
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

  it('of what runs: it is not stopped without its pre_stop, and goes on once that was run as the refusal says', async () => {
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
