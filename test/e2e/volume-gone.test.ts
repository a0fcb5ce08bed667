/** A database whose volume somebody removed: no empty one takes its place unasked, and where it does the migration runs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

it('is refused, and by the command of the refusal the next deploy migrates the new volume', {
  tags: ['exhaustive'],
}, async () => {
  const before = await stage.schemas();
  expect(before).not.toEqual(['']);
  await stage.host.root(
    'docker rm -f $(docker ps -aq --filter label=com.docker.compose.service=db) && docker volume rm acme_db-data',
  );
  const refused = await stage.deploy('v1');
  expect(refused.code, refused.shown).toBe(1);
  expect(annotation(refused)).toMatch(/^RB-VOLUME-MISSING: the volume acme_db-data /);
  expect(await stage.host.root('docker volume ls -q')).not.toContain('acme_db-data');
  expect((await stage.running()).map(({ service }) => service)).not.toContain('db');

  const [, command = ''] = /`(docker volume create [^`]*)`/.exec(annotation(refused)) ?? [];
  await stage.host.root(command);
  const back = await stage.run('restart', { services: 'db' });
  expect(back.code, back.shown).toBe(1);
  succeeded(await stage.deploy('v1'));
  expect(await stage.schemas()).toEqual(before);
  const again = await stage.deploy('v1');
  succeeded(again);
  expect(again.stdout).toContain('nothing to do');
});
