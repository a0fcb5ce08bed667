/** What a host remembers of its releases: where a rollback goes, what cannot be read, what was interrupted. One host. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;
let first: string;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('backend=v1\nworker=v1', { 'health-timeout': '2m' }));
  first = await stage.current();
});
afterAll(() => stage?.close());

it('a rollback never goes to a release that was rolled back from', { tags: ['exhaustive'] }, async () => {
  succeeded(await stage.deploy('backend=v1\nworker=v2'));
  succeeded(await stage.rollback());
  expect(await stage.current()).toBe(first);
  succeeded(await stage.deploy('backend=v1\nworker=v4'));
  const listed = await stage.rollback({ list: 'true' });
  succeeded(listed);
  const releases = JSON.parse(listed.outputs.releases ?? '') as { id: string; leftByRollback: boolean }[];
  expect(releases.map(({ id, leftByRollback }) => [Number.parseInt(id, 10), leftByRollback])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(listed.summary).toContain('rolled back from');
  const back = await stage.rollback();
  succeeded(back);
  expect(back.outputs.release).toBe(first);
});

it('a record that cannot be read stops a deploy, but not a backup', { tags: ['exhaustive'] }, async () => {
  const record = `/srv/stack/.runbook/releases/${first}/release.json`;
  const before = await stage.running();
  await stage.host.root(
    `cp -p ${record} /root/kept && sed -i 's/"format":1/"format":2/; s/"writer":"[^"]*"/"writer":"9.9.9"/' ${record}`,
  );
  for (const result of [await stage.deploy('backend=v1\nworker=v5'), await stage.rollback()]) {
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-RECORD-UNREADABLE: .*release 1-[\s\S]*format 2[\s\S]*version 9\.9\.9/);
  }
  expect(await stage.current()).toBe(first);
  expect(await stage.running()).toEqual(before);
  await stage.host.root(`mkdir -p /opt/backups && chown deploy: /opt/backups`);
  succeeded(await stage.backup());
  await stage.host.root(`cp -p /root/kept ${record}; sed -i 's/"format":1/"format":1,"newer":{"x":1}/' ${record}`);
  const result = await stage.deploy('backend=v1\nworker=v5');
  succeeded(result);
  expect(result.outputs.release).toMatch(/^4-/);
});
