/** A stack that people started by hand: it becomes release 0, and can be rolled back to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeUp } from '../lab/sample';
import { total } from '../load/report';
import { Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await composeUp(stage.host);
  // What people have in their repository is what they started from.
  await stage.takeFiles();
});
afterAll(() => stage?.close());

it('adopts what runs without restarting it', async () => {
  const before = await stage.running();
  const result = await stage.deploy('v1');
  succeeded(result);
  expect(result.stdout).toContain('0-adopted');
  expect(await stage.running()).toEqual(before);
  expect(await stage.current()).toMatch(/^(0-adopted|1-v1)$/);
});

it('takes it to the next release, and back to what was found', async () => {
  const before = await stage.running();
  const load = await stage.load();
  const deployed = await stage.deploy('v2');
  succeeded(deployed);
  expect(await stage.images('backend')).toEqual(['v2']);
  const untouched = (list: typeof before) => list.filter(({ service }) => !['backend', 'worker'].includes(service));
  expect(untouched(await stage.running())).toEqual(untouched(before));

  await stage.host.registry.stop();
  const back = await stage.rollback({ release: '0-adopted' });
  const report = await load.stop();
  succeeded(back);
  expect(await stage.current()).toBe('0-adopted');
  expect(await stage.images('backend')).toEqual(['v1']);
  expect(await stage.images('worker')).toEqual(['v1']);
  expect(untouched(await stage.running())).toEqual(untouched(before));
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  expect(await stage.redirected()).toBe('');
});
