/** Runs that wait with a plan that another run has overtaken, by an API on loopback. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { placeOf } from '../../../actions/lib/github/place';
import { GitHubWaiting } from '../../lab/github-waiting';

let api: GitHubWaiting;
let said: string[];

const log = { info: (text: string) => void said.push(text), warning: (text: string) => void said.push(`! ${text}`) };
const here = { target: { host: 'production.example', port: 22 }, runbook: { directory: '/srv/shop' } };
const place = placeOf(here);

beforeAll(async () => {
  api = await GitHubWaiting.start();
  vi.stubEnv('GITHUB_API_URL', api.url);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
  vi.stubEnv('GITHUB_RUN_ID', '7');
});
afterAll(() => {
  vi.unstubAllEnvs();
  api.close();
});
beforeEach(() => {
  said = [];
  api.clear();
  api.runs.set(1, { log: `2026-01-01T00:00:00Z this plan is for ${place}\n` });
});

async function end(): Promise<void> {
  const { endOvertaken } = await import('../../../actions/lib/github/overtaken');
  await endOvertaken('ghs_1', place, log);
}

it('are ended where their plan is for the same host and stack, and no others', async () => {
  api.runs.set(2, { log: `this plan is for ${placeOf({ ...here, runbook: { directory: '/srv/blog' } })}` });
  api.runs.set(3, { log: `this plan is for ${placeOf({ ...here, target: { host: 'staging.example', port: 22 } })}` });
  api.runs.set(4, { log: 'something else of this repository' });
  api.runs.set(7, { log: `this plan is for ${place}` });
  api.runs.set(8, { log: `this plan is for ${place}`, created: '2999-01-01T00:00:00Z' });
  await end();
  expect(api.cancelled).toEqual([1]);
  expect(said).toEqual(['ended, for its plan is overtaken: https://github.com/acme/stack/actions/runs/1']);
});

it('are named where the token may not end them, and what was carried out stays', async () => {
  api.may = 'see';
  await end();
  expect(said).toEqual([expect.stringMatching(/^! https:\S+ waits .*"permissions: actions: write"/)]);
});

it('are no matter where GitHub does not tell of any', async () => {
  api.may = false;
  await end();
  expect(said).toEqual([expect.stringMatching(/^whether another run waits .* was not seen/)]);
});
