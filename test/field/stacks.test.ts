/** Stack, project and directory: a wrong name stops a run before it makes a container. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { composeUp } from '../lab/sample';
import type { ActionResult } from '../run-action';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await composeUp(stage.host);
  await stage.takeFiles();
});
afterAll(() => stage?.close());

/** Nothing was made, started or stopped. */
async function refused(run: () => Promise<ActionResult>, code: string, ...words: string[]): Promise<void> {
  const everything = (): Promise<string> =>
    stage.host.root(
      "docker ps -a --no-trunc --format '{{.ID}} {{.Status}}' | cut -d ' ' -f 1,2; docker volume ls -q; docker network ls -q",
    );
  const before = await everything();
  const result = await run();
  expect(result.code, result.shown).toBe(1);
  for (const word of [code, ...words]) expect(annotation(result)).toContain(word);
  expect(await everything()).toBe(before);
}

/** Deploys with a changed runbook, and puts it back. */
async function withStack(name: string, run: () => Promise<void>): Promise<void> {
  stage.edit('runbook.yml', (text) => text.replace('stack: acme', `stack: ${name}`));
  stage.edit('docker-compose.prod.yml', (text) => text.replace('name: acme\n', ''));
  await run();
  stage.edit('runbook.yml', (text) => text.replace(`stack: ${name}`, 'stack: acme'));
  stage.edit('docker-compose.prod.yml', (text) => `name: acme\n${text}`);
}

describe('a stack that was started by hand', () => {
  it('is not doubled under another name', async () => {
    await withStack('shop', async () => {
      await refused(() => stage.deploy('v1'), 'RB-STACK-MISMATCH', 'project acme', '"stack: acme"');
      await refused(() => stage.backup(), 'RB-STACK-MISMATCH', 'project acme');
    });
  });

  it('is not deployed under another name than its Compose file has', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) => text.replace('name: acme\n', 'name: shop\n'));
    await refused(() => stage.deploy('v1'), 'RB-STACK-MISMATCH', '"name:" in docker-compose.prod.yml');
    stage.edit('docker-compose.prod.yml', (text) => text.replace('name: shop\n', 'name: acme\n'));
  });

  it('is not taken over from another directory', { tags: ['exhaustive'] }, async () => {
    await stage.host.root('mkdir -p /srv/other && chown deploy: /srv/other');
    stage.edit('runbook.yml', (text) => text.replace('/srv/stack', '/srv/other'));
    await refused(() => stage.deploy('v1'), 'RB-DIRECTORY-MISMATCH', '"directory: /srv/stack"');
    stage.edit('runbook.yml', (text) => text.replace('/srv/other', '/srv/stack'));
  });

  it('is known through a link to its directory, and nothing is restarted', async () => {
    const before = await stage.running();
    await stage.host.root('ln -s /srv/stack /srv/link');
    stage.edit('runbook.yml', (text) => text.replace('/srv/stack', '/srv/link'));
    const result = await stage.deploy('v1', { 'dry-run': 'true' });
    succeeded(result);
    expect(result.stdout).toContain('it becomes release 0-adopted');
    stage.edit('runbook.yml', (text) => text.replace('/srv/link', '/srv/stack'));
    succeeded(await stage.deploy('v1'));
    expect(await stage.running()).toEqual(before);
    expect(await stage.host.root('cat /srv/stack/.runbook/stack')).toBe('acme\n');
  });
});

describe('a stack with releases', () => {
  it('is not doubled when the runbook gets another name, whatever the procedure', async () => {
    await withStack('shop', async () => {
      const words = ['RB-STACK-MISMATCH', 'directory of the stack acme', '"stack: acme"'] as const;
      await refused(() => stage.deploy('v1'), ...words);
      await refused(() => stage.rollback(), ...words);
      await refused(() => stage.backup(), ...words);
      await refused(() => stage.restore({ confirm: 'shop' }), ...words);
    });
  });
});
