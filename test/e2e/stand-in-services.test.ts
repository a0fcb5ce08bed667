/** Services that can exist only once, behind nginx and called directly, are replaced behind a stand-in under load. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage, succeeded } from './stage';
import {
  expectNoneFailed,
  expectNothingLeft,
  expectOnlyKeptCut,
  planned,
  useNginx,
  useSingleBackend,
} from './stand-in-stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

describe('a service with a container_name behind nginx', () => {
  beforeAll(async () => {
    useSingleBackend(stage, 'stand-in');
    succeeded(await stage.deploy('v1'));
    await stage.serving();
  });

  // The one below has a port of the host besides, and is called through nginx as well.
  it('is replaced without a failed request, and comes back so', { tags: ['exhaustive'] }, async () => {
    expect(await planned(stage, 'backend=v2\nworker=v1', 'backend')).toMatchObject({
      kind: 'stand-in',
      downtime: null,
    });
    for (const [version, change] of [
      ['v2', () => stage.deploy('backend=v2\nworker=v1')],
      ['v1', () => stage.rollback()],
    ] as const) {
      const load = await stage.load();
      const result = await change();
      const report = await load.stop();
      succeeded(result);
      await expectNoneFailed(stage, report);
      await expectOnlyKeptCut(stage);
      expect(await stage.images('backend')).toEqual([version]);
      expect(await stage.host.root("docker inspect -f '{{.State.Status}}' the-backend")).toBe('running\n');
      await expectNothingLeft(stage);
    }
  });

  it('changes together with nginx', { tags: ['exhaustive'] }, async () => {
    useNginx(stage, 'v2');
    const load = await stage.load();
    const result = await stage.deploy('backend=v2\nworker=v1');
    const report = await load.stop();
    succeeded(result);
    await expectNoneFailed(stage, report);
    await expectOnlyKeptCut(stage);
    expect([await stage.images('backend'), await stage.images('nginx')]).toEqual([['v2'], ['v2']]);
    await expectNothingLeft(stage);
  });
});

describe('a service that also has a port of the host', () => {
  beforeAll(async () => {
    await stage.reset();
    useSingleBackend(stage, 'stand-in', ['8081:8080']);
    succeeded(await stage.deploy('v1'));
    await stage.serving();
  });

  it('is replaced without a failed request on that port or through nginx, and comes back so', {
    tags: ['exhaustive'],
  }, async () => {
    for (const [version, change] of [
      ['v2', () => stage.deploy('backend=v2\nworker=v1')],
      ['v1', () => stage.rollback()],
    ] as const) {
      const loads = [await stage.load(), await stage.directLoad(8081)];
      const result = await change();
      const reports = await Promise.all(loads.map((load) => load.stop()));
      succeeded(result);
      for (const report of reports) await expectNoneFailed(stage, report);
      await expectOnlyKeptCut(stage);
      expect(await stage.images('backend')).toEqual([version]);
      await expectNothingLeft(stage);
    }
  });
});
