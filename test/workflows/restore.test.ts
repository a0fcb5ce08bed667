/** The workflow that restores, dispatched as a person does it, against a lab host. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBackup, sql } from '../e2e/restore/backups';
import { Stage, succeeded } from '../e2e/stage';
import { type ActRun, act, makeRepository, settingsFor } from './act';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
  await makeBackup(stage.host);
  await sql(stage.host, "update orders set note = 'live'");
  makeRepository(stage.workspace, 'v1');
});
afterAll(() => stage?.close());

const UNTOUCHED = { backup: 'latest', before: '', databases: '', volumes: '', qdrant: '', confirm: '' };
const OFF = { roles: 'false', list: 'false', undo: 'false', 'dry-run': 'false' };

function dispatch(inputs: Readonly<Record<string, string>>): Promise<ActRun> {
  const event = { name: 'workflow_dispatch', inputs: { ...UNTOUCHED, ...OFF, ...inputs } } as const;
  return act(stage.workspace, 'restore.yml', event, settingsFor(stage.host));
}

it('a restore does nothing if the name of the stack was not typed', { tags: ['exhaustive'] }, async () => {
  const { code, log } = await dispatch({});
  expect(code).not.toBe(0);
  expect(log).toContain('RB-RESTORE-UNCONFIRMED');
  expect(await sql(stage.host, 'select note from orders')).toEqual(['live']);
});

it('a restore runs once the name was typed, and is undone', { tags: ['exhaustive'] }, async () => {
  const restored = await dispatch({ confirm: 'acme' });
  expect(restored.code, restored.log).toBe(0);
  expect(await sql(stage.host, 'select note from orders')).toEqual(['backed up']);
  const undone = await dispatch({ confirm: 'acme', undo: 'true' });
  expect(undone.code, undone.log).toBe(0);
  expect(await sql(stage.host, 'select note from orders')).toEqual(['live']);
});
