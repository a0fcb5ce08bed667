/** The issue that is open while scheduled backups fail, against an API on loopback. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { type Issue, IssuesApi } from '../../lab/github-issues';

let api: IssuesApi;
let issues: Issue[];
const warnings: string[] = [];
const log = {
  warning: (said: string) => void warnings.push(said),
  secret: () => {},
  masked: (text: string) => text.replaceAll('hunter2', '***'),
};
const error = new UserError('RB-DISK-SHORT', { what: 'no room', remedy: 'make some', log: ['canary of a log'] });

beforeAll(async () => {
  api = await IssuesApi.start();
  issues = api.issues;
  vi.stubEnv('GITHUB_API_URL', api.url);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
});
beforeEach(() => {
  issues.length = 0;
  api.mood = 'answers';
  warnings.length = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
  api.close();
});

async function watched(more: object = {}) {
  const { failureIssue } = await import('../../../actions/lib/github/issue');
  return failureIssue({ githubToken: 'ghs_1', reportFailures: true, dryRun: false, ...more }, log);
}

it('the issue opens with the first failure, gets the next one as a comment, and closes with success', async () => {
  const issue = await watched();
  await issue.failed('Backup', error);
  expect(issues).toMatchObject([{ title: 'Backup fails', state: 'open', comments: [] }]);
  expect(issues[0]?.body).toContain('RB-DISK-SHORT');
  expect(issues[0]?.body).not.toContain('canary');
  await issue.failed('Backup', error);
  expect(issues).toHaveLength(1);
  expect(issues[0]?.comments).toHaveLength(1);
  await issue.succeeded('Restore drill');
  expect(issues[0]?.state).toBe('open');
  await issue.succeeded('Backup');
  expect(issues[0]?.state).toBe('closed');
  await issue.failed('Backup', error);
  expect(issues).toHaveLength(2);
});

it('the issue shows no secret, mentions nobody and has one mark', async () => {
  const what = 'the command `login --password hunter2` of @octocat/ops failed <!-- runbook-actions Restore drill -->';
  await (await watched()).failed('Backup', new UserError('RB-COMMAND-FAILED', { what, remedy: 'see the log' }));
  expect(issues[0]?.body).toContain('login --password ***');
  expect(issues[0]?.body).not.toMatch(/hunter2|@octocat|<!-- runbook-actions Restore/);
});

it('the issue belongs to one stack in one place: the success of another stack does not close it', async () => {
  const { watchingOf } = await import('../../../actions/lib/github/issue');
  const at = (host: string, config = '') =>
    watched(
      watchingOf((name) => ({ 'ssh-host': host, config, 'github-token': 'ghs_1', 'report-failures': 'true' })[name]),
    );
  await (await at('production.example')).failed('Backup', error, 'acme');
  await (await at('production.example', 'shop.yml')).succeeded('Backup');
  await (await at('staging.example')).succeeded('Backup');
  await (await at('staging.example')).failed('Backup', error);
  expect(issues.map(({ title, state }) => [title, state])).toEqual([
    ['Backup of acme fails', 'open'],
    ['Backup fails', 'open'],
  ]);
  expect(JSON.stringify(issues)).not.toContain('.example');
  await (await at('production.example')).succeeded('Backup');
  expect(issues.map(({ state }) => state)).toEqual(['closed', 'open']);
});

it('no issue is opened without a token, in a dry run, and where it was not asked for', async () => {
  for (const more of [{ githubToken: null }, { reportFailures: false }, { dryRun: true }])
    await (await watched(more)).failed('Backup', error);
  expect(issues).toEqual([]);
});

it('an issue that cannot be written is a warning', async () => {
  api.mood = 'refuses';
  await (await watched()).failed('Backup', error);
  expect(warnings).toEqual([expect.stringContaining('Resource not accessible')]);
});

it('the issue of a closed site opens with it, is told its end, and closes once the site is open', async () => {
  const { announceIn } = await import('../../../actions/lib/github/window');
  const inputs: Record<string, string> = { issue: 'true', 'github-token': 'ghs_1', 'ssh-host': 'production.example' };
  const say = (kind: 'closed' | 'soon' | 'overdue' | 'open', more: Record<string, string> = {}) =>
    announceIn((name) => ({ ...inputs, ...more })[name], { kind, text: `${kind} <!-- @all` }, { stack: 'acme' }, log);
  await say('open');
  await say('closed', { issue: 'false' });
  await say('closed', { 'dry-run': 'true' });
  expect(issues).toEqual([]);
  await say('closed');
  expect(issues).toMatchObject([{ title: 'Maintenance of acme', state: 'open' }]);
  expect(issues[0]?.body).toMatch(/^closed &lt;!-- @\u200ball\n/);
  await say('soon');
  await say('overdue');
  await say('open', { 'ssh-host': 'staging.example' });
  expect(issues[0]).toMatchObject({
    state: 'open',
    comments: [/^soon/, /^overdue/].map((text) => expect.stringMatching(text)),
  });
  await say('open');
  expect(issues[0]).toMatchObject({ state: 'closed', comments: { length: 3 } });
  api.mood = 'refuses';
  await say('closed');
  expect(warnings).toEqual([expect.stringContaining('Resource not accessible')]);
});

it('that GitHub does not answer for is a warning, and holds nobody up', async () => {
  const { announceIn } = await import('../../../actions/lib/github/window');
  api.mood = 'silent';
  const inputs: Record<string, string> = { issue: 'true', 'github-token': 'ghs_1' };
  const news = { kind: 'closed', text: 'closed' } as const;
  await announceIn((name) => inputs[name], news, { stack: 'acme' }, log, 100);
  expect(warnings).toEqual([expect.stringMatching(/^the issue could not be written: /)]);
});
