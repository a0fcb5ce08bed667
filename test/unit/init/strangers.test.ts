/** Stacks as strangers have them: what `init` makes of them can be carried out, and what it could not know is said. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionsIn } from '../../../actions/command';
import { parseRunbook } from '../../../actions/lib/config/load';
import { type Initialised, init } from '../../../actions/lib/init/init';

const root = resolve(__dirname, '../../..');
const actions = actionsIn(root);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-strangers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(resolve(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
/** @param output of the look at the host; `null`: no host was named */
const run = (output: string | null = null): Promise<Initialised> =>
  init({
    folder,
    compose: null,
    uses: { repository: 'acme/runbook-actions', ref: 'v1', version: 'v1' },
    templates: join(root, '.github/workflows'),
    approval: 'reviewers',
    timezone: 'Europe/Berlin',
    actions,
    ask: output === null ? null : async () => output,
  });
const runbook = () => parseRunbook(readFileSync(join(folder, 'runbook.yml'), 'utf8'), 'runbook.yml');

it.each<[string, string, string[]]>([
  [
    'the images of vendors keep their tags',
    'web: { image: "ghcr.io/me/web:${TAG:-latest}" }, grafana: { image: "grafana/grafana:11.1.0" }, keycloak: { image: "quay.io/keycloak/keycloak:24.0.1" }, mail: { image: "axllent/mailpit:v1.20" }',
    ['web'],
  ],
  [
    'also under a tag of a variable',
    'web: { image: "me/web:1.0" }, grafana: { image: "grafana/grafana:${G:-11}" }',
    ['web'],
  ],
  [
    'an image beside the application is the application, whatever its tag',
    'web: { build: ., image: "ghcr.io/me/web:stable" }, api: { image: ghcr.io/me/api }, job: { image: "ghcr.io/me/job:sha-abc" }, tool: { image: "ghcr.io/you/tool:1.2" }',
    ['web', 'api', 'job'],
  ],
  [
    'without a variable or a build, versions and moving tags tell',
    'web: { image: "me/web:production" }, api: { image: me/api }',
    ['web', 'api'],
  ],
])('a version is set for the services of the application: %s', async (_, services, versioned) => {
  put('compose.yaml', `services: { ${services} }\n`);
  const { survey } = await run();
  expect(runbook().versioned).toEqual(versioned);
  const all = [...services.matchAll(/(\w+): \{/g)].map(([, name]) => name);
  for (const name of all.filter((one) => !versioned.includes(one ?? '')))
    expect(survey.found.join('\n')).toMatch(new RegExp(`${name}\\b.* the image tags? of the Compose files`));
});

it('a stack without a service for a version says that a tag would change nothing but files', async () => {
  put('compose.yaml', 'services: { web: { image: "nginx:1.27" }, ci: { image: "louislam/uptime-kuma:1" } }\n');
  expect((await run()).look.join('\n')).toContain('No service was found whose image has the version of a deploy');
});
