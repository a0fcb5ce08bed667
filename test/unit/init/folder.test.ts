/** `init` in a repository whose Compose files lie in a folder of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsIn } from '../../../actions/command';
import { parseRunbook } from '../../../actions/lib/config/load';
import { type Initialised, init } from '../../../actions/lib/init/init';

const root = resolve(__dirname, '../../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(resolve(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const workflow = (name: string): string => readFileSync(join(folder, '.github/workflows', name), 'utf8');
const run = (at = '.', compose: readonly string[] | null = null): Promise<Initialised> =>
  init({
    folder: join(folder, at),
    compose,
    uses: { repository: 'acme/runbook-actions', ref: 'v1', version: 'v1' },
    templates: join(root, '.github/workflows'),
    approval: 'reviewers',
    timezone: 'Europe/Berlin',
    actions: actionsIn(root),
    ask: null,
  });

describe('a stack in a folder of its repository', () => {
  const compose = 'services: { api: { image: "ghcr.io/me/api:1.0" } }\n';

  it.each<[string, string, readonly string[] | null]>([
    ['its folder', 'deploy/shop', null],
    ['its Compose file, from the top', '.', ['deploy/shop/compose.yaml']],
  ])(
    'named by %s, has its runbook.yml beside the Compose file, and its workflows where GitHub runs them',
    async (_, at, files) => {
      mkdirSync(join(folder, '.git'));
      put('deploy/shop/compose.yaml', compose);
      const { written } = await run(at, files);
      expect(written).toContain('deploy/shop/runbook.yml');
      expect(written).toContain('.github/workflows/deploy.yml');
      expect(workflow('deploy.yml').match(/^ *config: .*$/gm)).toEqual(
        Array(2).fill('          config: deploy/shop/runbook.yml'),
      );
      const text = readFileSync(join(folder, 'deploy/shop/runbook.yml'), 'utf8');
      expect(parseRunbook(text, 'runbook.yml')).toMatchObject({ stack: 'shop', compose: ['compose.yaml'] });
    },
  );

  it('reads its path from a variable where it lies at the top', async () => {
    put('compose.yaml', compose);
    await run();
    expect(workflow('deploy.yml')).toContain('config: ${{ vars.RUNBOOK }}');
  });

  it('is pointed out where init looks elsewhere, and refused where its files have no folder in common', async () => {
    put('deploy/compose.yaml', compose);
    put('node_modules/x/compose.yaml', compose);
    await expect(run()).rejects.toThrow(/there are some in deploy\n.*--folder deploy, or/s);
    put('prod/compose.yaml', compose);
    const files = ['deploy/compose.yaml', 'prod/compose.yaml'];
    await expect(run('.', files)).rejects.toThrow(/not all of these files are in the folder/);
  });
});
