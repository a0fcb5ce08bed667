/** A plan that waits for its approval, and another one that is carried out first. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GitHubWaiting } from '../lab/github-waiting';
import { Stage, succeeded } from './stage';

let stage: Stage;
let api: GitHubWaiting;

beforeAll(async () => {
  stage = await Stage.open();
  api = await GitHubWaiting.start();
});
afterAll(async () => {
  api?.close();
  await stage?.close();
});

it('a release that goes live ends the run that waits with an older plan of the stack; a plan and a run without effect end none', {
  tags: ['exhaustive'],
}, async () => {
  const env = { GITHUB_API_URL: api.url, GITHUB_RUN_ID: '9' };
  const token = { 'github-token': 'ghs_1' };
  const first = await stage.deploy('v1', { ...token, 'dry-run': 'true' }, { env });
  succeeded(first);
  api.runs.set(1, { log: first.stdout });
  api.runs.set(2, { log: first.stdout.replaceAll(/place \w+/g, 'place 0123456789abcdef') });
  succeeded(await stage.deploy('v2', { ...token, 'dry-run': 'true' }, { env }));
  expect(api.cancelled).toEqual([]);
  succeeded(await stage.deploy('v2', token, { env }));
  expect(api.cancelled).toEqual([1]);
  succeeded(await stage.deploy('v2', token, { env }));
  expect(api.cancelled).toEqual([1]);
});
