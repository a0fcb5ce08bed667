/** A file that is kept in a branch of its own before it is used, and then committed or proposed: by the API, into a real Git repository. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { UserError } from '../../../actions/lib/errors';
import type { FileRequest, RepositoryFile } from '../../../actions/lib/procedure/repository';
import { GitHubApi } from '../../lab/github-api';

const RUN = 'https://github.com/acme/stack/actions/runs/1/attempts/1';
const words = { title: 'Rotate A', body: 'New values: A.' };
const OWN = 'runbook-actions/rotate-acme-1';
let api: GitHubApi;

beforeAll(async () => {
  api = await GitHubApi.start();
});
afterAll(() => api.close());

beforeEach(() => {
  api.clear();
  vi.stubEnv('GITHUB_API_URL', api.url);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
  vi.stubEnv('GITHUB_REF_TYPE', 'branch');
  vi.stubEnv('GITHUB_REF_NAME', 'main');
  api.commit('README.md', 'hello\n');
  api.commit('secrets/production.env', 'old\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function open(more: Partial<FileRequest> = {}): Promise<RepositoryFile> {
  const { openFile } = await import('../../../actions/lib/github/repository-file');
  const request = { token: 'ghs_1', path: 'secrets/production.env', content: Buffer.from('old\n') };
  return await openFile({ ...request, branch: null, as: 'commit', place: 'rotate-acme-1', ...more }, RUN);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = (await work.then(
    () => null,
    (reason: unknown) => reason,
  )) as UserError;
  expect(error?.code).toBe('RB-REPOSITORY-REFUSED');
  return error.message;
}

const there = (): string | null => api.file('secrets/production.env');

it('a commit is added to the present branch, and its own branch is removed', async () => {
  const file = await open();
  expect(file.kept).toBeNull();
  await file.keep(Buffer.from('new\n'), words);
  expect([there(), api.file('secrets/production.env', OWN)]).toEqual(['old\n', 'new\n']);
  api.commit('README.md', 'meanwhile\n');
  expect(await file.finish(words)).toContain('of the branch main has the new values');
  expect([there(), api.file('README.md'), api.branches()]).toEqual(['new\n', 'meanwhile\n', ['main']]);
  expect(api.log()).toContain('Rotate A');
});

it('a commit that comes in between two calls is not lost', async () => {
  const file = await open();
  await file.keep(Buffer.from('new\n'), words);
  let once = true;
  api.interfere = (method, path) => {
    if (once && method === 'PATCH' && path === 'git/refs/heads/main') {
      once = false;
      api.commit('README.md', 'meanwhile\n');
    }
    return null;
  };
  await file.finish(words);
  expect([there(), api.file('README.md')]).toEqual(['new\n', 'meanwhile\n']);
});

it('a commit of another person to the file is not overwritten, and the new file stays kept', async () => {
  const file = await open();
  await file.keep(Buffer.from('new\n'), words);
  api.commit('secrets/production.env', 'other\n');
  expect(await refusal(file.finish(words))).toContain('the file was changed there');
  expect([there(), api.file('secrets/production.env', OWN)]).toEqual(['other\n', 'new\n']);
  const next = await open({ content: Buffer.from('other\n') });
  expect(next.kept).toEqual({ content: Buffer.from('new\n'), fits: false });
});

it('a file that a killed run kept is found, and finished or written again', async () => {
  await (await open()).keep(Buffer.from('new\n'), words);
  const second = await open();
  expect(second.kept).toEqual({ content: Buffer.from('new\n'), fits: true });
  await second.keep(Buffer.from('newer\n'), words);
  const third = await open();
  expect(third.kept?.content.toString()).toBe('newer\n');
  await third.finish(words);
  expect(there()).toBe('newer\n');
});

it('a file that was never used is removed, with its pull request', async () => {
  const file = await open({ as: 'pull-request' });
  await file.keep(Buffer.from('new\n'), words);
  expect(api.pulls).toMatchObject([{ title: 'Rotate A', state: 'open', base: 'main', head: OWN }]);
  await file.forget();
  await file.forget();
  expect([there(), api.branches(), api.pulls[0]?.state]).toEqual(['old\n', ['main'], 'closed']);
});

it('a pull request is open before the file is applied, says so afterwards, and the run is red if it cannot be merged', async () => {
  const file = await open({ as: 'pull-request' });
  await file.keep(Buffer.from('new\n'), words);
  expect(await file.finish({ ...words, body: 'Applied.' })).toContain(
    'merge the pull request https://github.com/acme/stack/pull/1 now',
  );
  expect(api.pulls).toHaveLength(1);
  expect(api.pulls[0]?.body).toContain('Applied.');
  api.commit('secrets/production.env', 'other\n');
  expect(await refusal(file.finish(words))).toContain('cannot be merged');
});

it('a rotation that could not be finished is refused before anything is written', async () => {
  expect(await refusal(open({ content: Buffer.from('mine\n') }))).toContain(
    'has a file secrets/production.env that differs from the checkout',
  );
  expect(await refusal(open({ path: 'none.env' }))).toContain('does not have none.env of the checkout');
  expect(await refusal(open({ branch: 'none' }))).toContain('read the branch none');
  api.protects.add('main');
  expect(await refusal(open())).toContain('store: pull-request');
  await open({ as: 'pull-request' });
  vi.stubEnv('GITHUB_REF_TYPE', 'tag');
  expect(await refusal(open())).toContain('name it with the input branch');
  expect(api.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([]);
});

it('a refusal by GitHub is reported with the missing permission; a temporary failure is tried again', async () => {
  const file = await open({ as: 'pull-request' });
  api.interfere = (method, path) =>
    method === 'POST' && path === 'pulls'
      ? { status: 403, body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' } }
      : null;
  expect(await refusal(file.keep(Buffer.from('new\n'), words))).toMatch(
    /not permitted to create[\s\S]*pull-requests: write/,
  );
  let times = 0;
  api.interfere = (_method, path) => {
    if (!path.startsWith('branches')) return null;
    times += 1;
    return times === 1 ? { status: 502, body: { message: 'x' } } : null;
  };
  expect((await open()).branch).toBe('main');
});
