/** The commit of a pushed tag, as an API on loopback tells of it. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { CommitWishes } from '../../../actions/lib/procedure/pushed';
import { type CheckRun, GitHubChecks, headOf } from '../../lab/github-checks';

const COMMIT = 'c0ffee'.padEnd(40, '0');
const ACTIONS = 15368;

let api: GitHubChecks;
let said: string[];
let nextId = 1;

beforeAll(async () => {
  api = await GitHubChecks.start();
  vi.stubEnv('GITHUB_API_URL', api.url);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
  vi.stubEnv('GITHUB_RUN_ID', '77');
});
afterAll(() => {
  vi.unstubAllEnvs();
  api.close();
});
beforeEach(() => {
  said = [];
  api.branches = new Map([['main', 'behind']]);
  api.tags = new Map();
  api.protection = { enabled: true, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } };
  api.rules = [];
  api.runs = [];
  api.statuses = [];
  api.apps = new Map();
  api.refuses = new Map();
  api.tick = () => undefined;
  api.asked = [];
});

function check(name: string, ended: string, more: Partial<CheckRun> & { run?: string } = {}): CheckRun {
  const { run = '5', ...rest } = more;
  const done = !['queued', 'in_progress'].includes(ended);
  const id = nextId++;
  return {
    ...{ id, name, app: { id: ACTIONS }, html_url: `https://github.com/acme/stack/actions/runs/${run}/job/${id}` },
    ...(done ? { status: 'completed', conclusion: ended } : { status: ended, conclusion: null }),
    ...rest,
  };
}

function requires(...names: string[]): void {
  const checks = names.map((context) => ({ context, app_id: ACTIONS }));
  api.protection = {
    enabled: true,
    required_status_checks: { enforcement_level: 'everyone', contexts: names, checks },
  };
}

const rule = (context: string, integration_id?: number) => ({
  type: 'required_status_checks',
  parameters: { required_status_checks: [{ context, ...(integration_id === undefined ? {} : { integration_id }) }] },
});

async function ask(more: Partial<CommitWishes> = {}): Promise<readonly string[]> {
  const { requireCommit } = await import('../../../actions/lib/github/commit');
  return await requireCommit({
    ...{ token: 'ghs_1', tag: 'v1.4.0', commit: COMMIT, branches: null, checks: null, timeout: 0, pause: 1 },
    ...{ say: (text: string) => void said.push(text), signal: new AbortController().signal, ...more },
  });
}

it('is on the default branch, where nothing is required', async () => {
  expect(await ask()).toEqual([]);
  expect(said).toEqual(['commit c0ffee0 of v1.4.0 is on the branch main', 'the branch main requires no checks']);
});

it.each(['ahead', 'diverged'] as const)('is refused where it is not on the default branch (%s)', async (standing) => {
  api.branches.set('main', standing);
  await expect(ask()).rejects.toMatchObject({
    code: 'RB-COMMIT-ELSEWHERE',
    details: { what: 'the commit c0ffee0 of the tag v1.4.0 is not on the default branch main' },
  });
});

it('may be on a branch that the runbook names, the newest of them asked first, and on no other', async () => {
  api.branches = new Map([
    ...Array.from({ length: 120 }, (_, index): [string, 'diverged'] => [`feature/${index}`, 'diverged']),
    ...([['main', 'behind']] as const),
    ...([
      ['release/1.9', 'behind'],
      ['release/1.10', 'diverged'],
      ['release/1.9/try', 'identical'],
    ] as const),
  ]);
  await ask({ branches: ['release/*'] });
  expect(said[0]).toBe('commit c0ffee0 of v1.4.0 is on the branch release/1.9');
  expect(api.asked.filter((path) => path.startsWith('compare'))).toEqual([
    `compare/${headOf('release/1.10')}...${COMMIT}`,
    `compare/${headOf('release/1.9')}...${COMMIT}`,
  ]);
  await expect(ask({ branches: ['hotfix/**'] })).rejects.toMatchObject({
    code: 'RB-COMMIT-ELSEWHERE',
    details: { why: 'the repository has no branch of such a name' },
  });
});

it.each([null, ['main']])('is refused where only a tag with the name of the branch has it (%j)', async (branches) => {
  api.branches = new Map([['main', 'diverged']]);
  api.tags = new Map([['main', 'identical']]);
  await expect(ask({ branches })).rejects.toMatchObject({ code: 'RB-COMMIT-ELSEWHERE' });
});

it('is waited for until all that protection and rulesets require has passed, and each step is said once', async () => {
  requires('test');
  api.rules = [rule('build', ACTIONS), { type: 'deletion' }, rule('test')];
  api.statuses = [
    { id: 1, context: 'build', state: 'success', target_url: null, creator: { login: 'ann', type: 'User' } },
  ];
  let looks = 0;
  api.tick = () => {
    looks += 1;
    if (looks === 2) api.runs = [check('test', 'in_progress')];
    if (looks === 5) api.runs = [check('test', 'success'), check('build', 'queued')];
    if (looks === 8) api.runs = [...api.runs, check('build', 'skipped')];
  };
  expect(await ask({ timeout: 600 })).toEqual([]);
  expect(said.slice(1)).toEqual([
    '0 of 2 required checks have passed; test, build have not begun; waiting up to 10 min',
    '0 of 2 required checks have passed; test is in progress, build has not begun; waiting up to 10 min',
    '1 of 2 required checks have passed; build is queued; waiting up to 10 min',
    'all required checks have passed: test, build',
  ]);
});

it('is refused at once where a required check has failed, with its link', async () => {
  requires('test', 'lint');
  api.runs = [check('lint', 'in_progress'), check('test', 'timed_out')];
  const url = api.runs[1]?.html_url;
  await expect(ask({ timeout: 600 })).rejects.toMatchObject({
    code: 'RB-COMMIT-UNCHECKED',
    details: { what: expect.stringContaining('test (timed out)'), why: url },
  });
});

it.each(['failure', 'cancelled', 'action_required', 'stale', 'startup_failure'])(
  'has not passed by %s',
  async (ended) => {
    requires('test');
    api.runs = [check('test', ended)];
    await expect(ask()).rejects.toMatchObject({ code: 'RB-COMMIT-UNCHECKED' });
  },
);

it('counts the newest of a name and an app, wherever in the pages it stands', async () => {
  requires('test');
  const old = check('test', 'failure');
  const others = Array.from({ length: 130 }, (_, index) => check(`other ${index}`, 'failure'));
  api.runs = [...others, old, check('test', 'success')];
  expect(await ask()).toEqual([]);
  api.runs = [...others, old, check('test', 'failure')];
  await expect(ask()).rejects.toMatchObject({ code: 'RB-COMMIT-UNCHECKED' });
});

it('names a required check that never begins, at the bound; another app of the same name is no stand-in', async () => {
  requires('test');
  api.runs = [check('test', 'success', { app: { id: 9 } })];
  await expect(ask()).rejects.toMatchObject({
    code: 'RB-COMMIT-UNCHECKED',
    details: {
      what: expect.stringContaining('test has not begun'),
      remedy: expect.stringContaining('release-checks: [NAME]'),
    },
  });
});

it('does not wait for the job that asks, and takes what has ended of its own run', async () => {
  requires('Plan');
  api.runs = [check('Plan', 'in_progress', { run: '77' })];
  await expect(ask()).rejects.toMatchObject({ details: { what: expect.stringContaining('Plan has not begun') } });
  api.runs = [check('Plan', 'success'), check('Plan', 'in_progress', { run: '77' })];
  expect(await ask()).toEqual([]);
  api.runs = [check('Plan', 'success', { run: '77' })];
  expect(await ask()).toEqual([]);
});

it('has a status of the app that must set it, or of anybody where no app must', async () => {
  const bot = { login: 'circleci[bot]', type: 'Bot' };
  api.rules = [rule('ci/circleci', 18001), rule('manual')];
  api.apps.set('circleci', 18001);
  const ann = { login: 'ann', type: 'User' };
  const of = (id: number, context: string, state: string, creator = ann) => ({
    id,
    context,
    state,
    creator,
    target_url: null,
  });
  api.statuses = [of(3, 'manual', 'success'), of(2, 'ci/circleci', 'success', bot), of(1, 'manual', 'failure')];
  expect(await ask()).toEqual([]);
  api.statuses = [of(3, 'manual', 'success'), of(2, 'ci/circleci', 'success')];
  await expect(ask()).rejects.toMatchObject({
    details: { what: expect.stringContaining('ci/circleci has not begun') },
  });
});

it.each([403, 404])(
  'says that GitHub does not tell what is required (%i), and does not take it for nothing',
  async (status) => {
    api.refuses = new Map([['rules/', status]]);
    expect(await ask()).toEqual([
      expect.stringMatching(
        /^Which checks the branch main requires, GitHub does not tell this run in full \(HTTP 40\d: .*\): no check was waited for\./,
      ),
    ]);
    requires('test');
    api.runs = [check('test', 'success')];
    expect(await ask()).toEqual([expect.stringContaining('only these were waited for: test')]);
    api.refuses.clear();
    api.protection = undefined;
    expect(await ask()).toEqual([expect.stringContaining('the branch is protected, and the answer does not say how')]);
  },
);

it('asks for the checks that the runbook names, whatever is required', async () => {
  requires('test');
  expect(await ask({ checks: [] })).toEqual([]);
  api.runs = [check('smoke', 'success')];
  expect(await ask({ checks: ['smoke'] })).toEqual([]);
  await expect(ask({ checks: ['smoke', 'load'] })).rejects.toMatchObject({ code: 'RB-COMMIT-UNCHECKED' });
});

it.each([
  ['commits/', 'checks: read'],
  ['compare/', 'contents: read'],
  ['git/ref/', 'contents: read'],
])('is refused where the token may not ask for %s, with the permission', async (path, permission) => {
  requires('test');
  api.refuses = new Map([[path, 403]]);
  await expect(ask({ timeout: 600 })).rejects.toMatchObject({
    code: 'RB-COMMIT-UNKNOWN',
    details: { remedy: expect.stringContaining(permission) },
  });
});

it('asks again where GitHub fails, and gives up after a while', async () => {
  requires('test');
  api.runs = [check('test', 'success')];
  api.refuses = new Map([['commits/', 502]]);
  await expect(ask()).rejects.toMatchObject({ code: 'RB-COMMIT-UNKNOWN' });
  expect(api.asked.filter((path) => path.startsWith('commits/'))).toHaveLength(5);
});

it('ends to wait where the run is cancelled', async () => {
  requires('test');
  const cancel = new AbortController();
  api.tick = () => cancel.abort();
  await expect(ask({ timeout: 600, pause: 60_000, signal: cancel.signal } as never)).rejects.toMatchObject({
    code: 'RB-CANCELLED',
  });
});
