/** The other kinds of host, with newer engines: the same promises hold there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage, succeeded } from './stage';
import { expectNoneFailed, expectNothingLeft, planned, useNginx } from './stand-in-stage';

let stage: Stage;

describe.each([
  { kind: 'sid', engine: 28, compose: 2, store: 'overlay2' },
  { kind: 'engine-29', engine: 29, compose: 5, store: 'overlayfs' },
] as const)('on a host of the kind $kind', ({ kind, engine, compose, store }) => {
  beforeAll(async () => {
    stage = await Stage.open({ kind });
    const version = await stage.host.root("docker version --format '{{.Server.Version}}'");
    expect(Number.parseInt(version, 10), version).toBeGreaterThanOrEqual(engine);
    expect(await stage.host.root('docker compose version --short')).toMatch(new RegExp(`^v?${compose}[.]`));
    expect((await stage.host.root("docker info --format '{{.Driver}}'")).trim()).toBe(store);
    succeeded(await stage.deploy('v1'));
    await stage.serving();
  });
  afterAll(() => stage?.close());

  it('a deploy rolls a service without a failed request', { tags: ['exhaustive'] }, async () => {
    expect(await planned(stage, 'backend=v2\nworker=v1', 'backend')).toMatchObject({ kind: 'rolling', downtime: null });
    const load = await stage.load();
    const result = await stage.deploy('backend=v2\nworker=v1');
    const report = await load.stop();
    succeeded(result);
    await expectNoneFailed(stage, report);
    expect(await stage.images('backend')).toEqual(['v2']);
    await expectNothingLeft(stage);
  });

  it('a deploy replaces nginx behind a stand-in without a failed request', { tags: ['exhaustive'] }, async () => {
    useNginx(stage, 'v2');
    expect(await planned(stage, 'backend=v2\nworker=v1', 'nginx')).toMatchObject({ kind: 'stand-in', downtime: null });
    const load = await stage.load();
    const result = await stage.deploy('backend=v2\nworker=v1');
    const report = await load.stop();
    succeeded(result);
    await expectNoneFailed(stage, report);
    expect(await stage.images('nginx')).toEqual(['v2']);
    await expectNothingLeft(stage);
  });
});
