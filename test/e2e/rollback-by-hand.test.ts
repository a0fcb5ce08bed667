/** The page for a rollback with nothing but the host, followed word for word. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { typedOf } from './by-hand';
import { Stage, succeeded } from './stage';

const PAGE = readFileSync(join(__dirname, '../../actions/rollback/BY-HAND.md'), 'utf8');

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  stage.edit('nginx/plain/default.conf', (text) => `# of the second release\n${text}`);
  succeeded(await stage.deploy('v2'));
});
afterAll(() => stage?.close());

it('the steps by hand bring a release back, and the next runs take it for the current one', {
  tags: ['exhaustive'],
}, async () => {
  const names = { STACK: 'acme', DIRECTORY: '/srv/stack', ID: '1-v1', SERVICES: '"backend worker"' };
  const outcome = await stage.host.exec(`set -e\n${typedOf(PAGE, names)}`, { user: 'deploy', timeout: 300_000 });
  const said = `${outcome.stdout}${outcome.stderr}`;
  expect(outcome.code, said).toBe(0);
  expect(said).toContain('no step is under way');
  // What differs, what runs to its end, and the file that was put back.
  expect(said).toMatch(/^backend\nworker\nmigrate$/m);
  expect(said).toMatch(/^nginx\/plain\/default\.conf$/m);
  await stage.serving();
  expect([await stage.images('backend'), await stage.images('worker')]).toEqual([['v1'], ['v1']]);
  expect(await stage.host.root('cat /srv/stack/nginx/plain/default.conf')).not.toContain('of the second release');
  expect(await stage.current()).toBe('1-v1');

  stage.restoreFiles();
  const before = await stage.running();
  const again = await stage.deploy('v1');
  succeeded(again);
  expect((JSON.parse(again.outputs.plan ?? '') as { drift: unknown[] }).drift).toEqual([]);
  expect(again.outputs['changed-services']).toBe('[]');
  expect(await stage.running()).toEqual(before);
  const listed = await stage.rollback({ list: 'true' });
  succeeded(listed);
  expect(listed.stdout).toContain('2-v2 (v2) can be brought back, was rolled back from');
  succeeded(await stage.deploy('v2'));
  expect(await stage.images('backend')).toEqual(['v2']);
});
