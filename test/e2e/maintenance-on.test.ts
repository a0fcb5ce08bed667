/** A site is closed and opened again on one host. Each test goes on where the one before ended. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IssuesApi } from '../lab/github-issues';
import { never, Webhook } from '../lab/webhook';
import { total } from '../load/report';
import type { ActionResult } from '../run-action';
import { killStep, when } from './moments';
import { addressOf, answersSince, answerTo, untilReloaded } from './proxy-answers';
import { annotation, Stage, succeeded } from './stage';

const REASON = 'the database moves, ask `Kim`';
const PAGE = '<!doctype html><title>Acme</title><p>Back soon: "\\n" $uri ${x} é</p>\n';

let stage: Stage;
let chat: Webhook;
let github: IssuesApi;
/** What nginx has read before. */
let before: string;
/** Who passes. */
let allow: string;

beforeAll(async () => {
  [chat, github] = await Promise.all([Webhook.start(), IssuesApi.start()]);
  stage = await Stage.open();
  stage.write('pages/closed.html', PAGE);
  stage.edit('runbook.yml', (text) => `${text}maintenance:\n  page: pages/closed.html\n  retry-after: 2m\n`);
  succeeded(await stage.deploy('v1'));
  before = await loaded();
});
afterAll(async () => {
  chat.close();
  github.close();
  await stage?.close();
});

type Inputs = Readonly<Record<string, string>>;
const maintenance = (mode: string, inputs: Inputs = {}, onLine?: (line: string) => void) =>
  stage.run('maintenance', { mode, ...inputs }, onLine === undefined ? {} : { onLine });
/** The same, and it is announced: to a chat, and as an issue. */
const announced = (mode: string, inputs: Inputs = {}, onLine: (line: string) => void = () => {}) =>
  stage.run(
    'maintenance',
    { mode, 'notify-url': chat.url, issue: 'true', 'github-token': 'ghs_tokenOfTheIssues', ...inputs },
    { onLine, env: { GITHUB_API_URL: github.url } },
  );

/** In `nginx -T`. */
const loaded = (): Promise<string> => inNginx('nginx -T 2>/dev/null');
const inNginx = (command: string): Promise<string> =>
  stage.host.root(`docker exec $(docker ps -q --filter label=com.docker.compose.service=nginx) ${command}`);
/** Status and headers of one request, in lower case, to the host's own ports. */
const ask = (url: string, options = ''): Promise<string> =>
  stage.host.root(`curl -sk -m 20 -o /dev/null -D - ${options} '${url}' | tr -d '\\r' | tr A-Z a-z`);
const statusOf = async (url: string, options = ''): Promise<string> =>
  /^http\/\S+ (\d+)/.exec(await ask(url, options))?.[1] ?? 'none';
const body = (url: string): Promise<string> => stage.host.root(`curl -sk '${url}'`);
const stack = (): Promise<string> =>
  stage.host.root(`docker ps -aq --no-trunc | sort; find /srv/stack -exec stat -c '%n %a %Y' {} + | sort
    find /srv/stack -type f -exec sha256sum {} + | sort`);

async function expectClosed(): Promise<void> {
  const answer = await ask('https://localhost/');
  expect(answer).toMatch(/^http\/\S+ 503/);
  expect(answer).toContain('\nretry-after: 120\n');
  expect(answer).toContain('\ncache-control: no-store\n');
  expect(await body('https://localhost/any/path.js?x=1')).toBe(PAGE);
  expect(await statusOf('http://localhost/')).toBe('503');
}

async function expectOpen(version: string): Promise<void> {
  expect(await body('https://localhost/version')).toContain(version);
  expect(await statusOf('http://localhost/')).toBe('301');
  expect(await ask('https://localhost/')).not.toContain('x-runbook-maintenance');
}

it('a dry run and a look at the status change nothing, and name the paths and addresses that would pass', async () => {
  const state = await stack();
  const planned = await maintenance('on', { reason: REASON, until: '2h', 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.outputs).toMatchObject({ closed: 'false', 'plan-hash': expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(planned.summary).toContain('/.well-known/acme-challenge/, /healthz, /readyz.');
  expect(planned.summary).toContain('Closed: 2 servers of nginx in nginx/plain/default.conf.');
  const status = await maintenance('status');
  expect(status.stdout).toContain('The site is open.');
  expect(await stack()).toBe(state);
});

it('the site is closed without cutting requests under way; health, challenges and allowed addresses pass', async () => {
  const friend = await addressOf(stage, 'frontend');
  const alone = await untilReloaded(stage, 'nginx/plain/default.conf');
  // The chat answers only once the procedure is at work: who waits for it would wait for ever.
  let begins = (): void => {};
  chat.ready = new Promise<void>((resolve) => {
    begins = resolve;
  });
  const flight = stage.host.root(`curl -sk -m 60 -o /dev/null -w '%{http_code}' 'https://localhost/slow?seconds=20'`);
  const load = await stage.load({ slow: [] });
  const answers = await answersSince(stage, 'nginx/plain/default.conf');
  allow = `198.51.100.0/24, ${friend}`;
  const closing = await announced('on', { reason: REASON, until: '2h', allow }, when(/Connect and observe/, begins));
  const seconds = await answers.first(503);
  const report = await load.stop();
  succeeded(closing);
  console.log(`503 ${seconds} s after the files changed; nginx alone reads others within ${alone} s`);
  expect(seconds).toBeLessThan(Math.max(2, alone * 10));
  expect(closing.summary).toMatch(/The site is closed until \S+Z: visitors get 503 and the page\./);
  expect(closing.outputs).toMatchObject({ closed: 'true', overdue: 'false', 'changed-services': '["nginx"]' });
  expect(JSON.parse(closing.outputs['status-json'] ?? '')).toMatchObject({ maintenance: true, reason: REASON });
  expect(report.failures.filter((failure) => !failure.includes('503'))).toEqual([]);
  expect(total(report).requests).toBeGreaterThan(50);
  expect(await flight).toBe('200');
  await expectClosed();
  for (const options of ['', '-I', '-X POST -d x', '-X OPTIONS', '-0 -H Host:'])
    expect(await statusOf('https://localhost/healthz', options), options).not.toBe('503');
  for (const path of ['/healthz?full=1', '/healthz/', '/readyz'])
    expect(await ask(`https://localhost${path}`), path).not.toContain('x-runbook-maintenance');
  expect(await statusOf('http://localhost/.well-known/acme-challenge/abc-_1')).toBe('301');
  expect(await statusOf('https://localhost/app/')).toBe('503');
  expect(await statusOf('https://localhost/healthz/../version', '--path-as-is')).toBe('503');
  expect(await answerTo(stage, 'frontend')).toBe('200\n');
  expect(await answerTo(stage, 'backend')).toBe('503\n');
  const status = await maintenance('status');
  expect(status.stdout).toMatch(/The site is closed since \S+Z, until \S+Z \(another 1 h 5\d min\), by octocat: /);
  expect(closing.stdout).not.toContain('notify-url');
  expect(chat.got.map(({ event, text }) => [event, text.split('\n')[0]])).toEqual([
    ['begin', '▶️ Close the site: the database moves, ask `Kim`: acme on 127.0.0.1'],
    [
      'end',
      expect.stringMatching(/^✅ Close the site: .*: The site is closed until \S+Z: visitors get 503 and the page/),
    ],
  ]);
  expect(github.issues).toMatchObject([{ title: 'Maintenance of acme', state: 'open', comments: [] }]);
  expect(github.issues[0]?.body).toMatch(
    /^The site of acme is closed since \S+Z, until \S+Z .*: the database moves, ask/,
  );
});

it('a clock tells the chat and the issue that the end comes near, and that it is past, which is red', async () => {
  chat.got.length = 0;
  const early = await announced('remind');
  succeeded(early);
  expect([chat.got, github.issues[0]?.comments]).toEqual([[], []]);
  expect(JSON.parse(early.outputs['status-json'] ?? '')).toMatchObject({ reason: REASON, overdue: false });
  succeeded(await announced('remind', { ahead: '3h' }));
  expect(chat.got[0]).toMatchObject({
    event: 'news',
    text: expect.stringMatching(/^⏳ The maintenance ends soon\. The site of acme/),
  });
  expect(github.issues[0]?.comments).toEqual([expect.stringMatching(/^The maintenance ends soon\. The site of acme/)]);
  // Another end, which the chat does not hear of: nobody listens there.
  const gone = await Webhook.start();
  const { url } = gone;
  gone.close();
  const moved = await announced('on', { reason: REASON, until: '1s', allow, 'notify-url': url });
  succeeded(moved);
  expect(moved.stdout.match(/^::warning::notify-url could not be reached/gm)).toHaveLength(2);
  const late = await announced('remind');
  expect(annotation(late)).toMatch(
    /^RB-MAINTENANCE-OVERDUE: the site is closed since \S+Z, and should have been open again at /,
  );
  expect(late.outputs).toMatchObject({ closed: 'true', overdue: 'true' });
  expect(JSON.parse(late.outputs['status-json'] ?? '')).toMatchObject({ maintenance: true, overdue: true });
  expect(chat.got[1]).toMatchObject({
    event: 'end',
    text: expect.stringMatching(/^❌ .*: RB-MAINTENANCE-OVERDUE: the site is/),
  });
  expect(github.issues[0]?.comments.slice(1)).toEqual([
    expect.stringMatching(/^The site of acme is closed since /),
    expect.stringMatching(/^Overdue\. The site of acme is closed since /),
  ]);
  expect(github.issues).toMatchObject([{ state: 'open' }]);
  await expectClosed();
});

it('a closed site stays closed when nginx restarts, and through a deploy and a rollback, which succeed', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('docker restart $(docker ps -q --filter label=com.docker.compose.service=nginx)');
  await stage.host.root(
    `i=0; until curl -sk -o /dev/null https://localhost/; do i=$((i+1)); [ $i -lt 100 ] || exit 1; sleep 0.1; done`,
  );
  await expectClosed();
  stage.edit('nginx/plain/default.conf', (text) =>
    text.replace('proxy_read_timeout', 'add_header x-new 1;\n        proxy_read_timeout'),
  );
  const deployed = await stage.deploy('v2');
  succeeded(deployed);
  expect(deployed.summary).toMatch(/The site is closed and stays closed .{0,6}maintenance: the database moves, ask/);
  await expectClosed();
  expect(await stage.images('backend')).toEqual(['v2']);
  const back = await stage.rollback();
  succeeded(back);
  await expectClosed();
  expect(await stage.images('backend')).toEqual(['v1']);
  expect(await loaded()).not.toContain('x-new');
  succeeded(await stage.deploy('v2'));
  await expectClosed();
});

it('a run that is killed as it opens the site is put right by the next, which opens it as the last release has it', {
  tags: ['exhaustive'],
}, async () => {
  const killed = await maintenance('off', {}, when(/^watch: /, killStep(stage)));
  expect(killed.code).toBe(1);
  chat.ready = never;
  const opened = await announced('off');
  succeeded(opened);
  expect(opened.stdout.match(/^::warning::notify-url could not be reached/gm)).toHaveLength(2);
  expect(github.issues).toMatchObject([{ state: 'closed' }]);
  expect(opened.outputs).toMatchObject({ closed: 'false' });
  await expectOpen('v2');
  const text = await loaded();
  expect(text).toContain('x-new');
  expect(text.replace(/ +add_header x-new 1;\n/, '')).toBe(before);
  const again = await maintenance('off');
  succeeded(again);
  expect(again.summary).toContain('(nothing to do)');
  const rolled = await stage.rollback();
  succeeded(rolled);
  await expectOpen('v1');
});

it('a site that would stay open is refused, and everything is put back: a server from outside of the stack', {
  tags: ['exhaustive'],
}, async () => {
  stage.edit('nginx/plain/default.conf', (text) => `${text}include /tmp/more*.conf;\n`);
  await inNginx(`sh -c 'printf "server { listen 81; return 200; }\\n" >/tmp/more.conf'`);
  succeeded(await stage.deploy('v1'));
  const refused: ActionResult = await maintenance('on', { reason: 'x' });
  expect(annotation(refused)).toMatch(
    /^RB-MAINTENANCE-UNSUITABLE: nginx has servers in \/tmp\/more\.conf, which would stay open/,
  );
  await expectOpen('v1');
});

it('a site whose nginx makes its files of templates as it starts is closed and opened without a dropped request', {
  tags: ['exhaustive'],
}, async () => {
  stage.restoreFiles();
  const text = stage.read('nginx/plain/default.conf');
  stage.write('nginx/plain/default.conf.template', text.replace('listen 443 ssl;', 'listen ${TLS_PORT} ssl;'));
  rmSync(join(stage.workspace, 'nginx/plain/default.conf'));
  const fill = `sed 's/$\${TLS_PORT}/443/' /etc/nginx/templates/default.conf.template >/etc/nginx/conf.d/default.conf`;
  stage.edit('docker-compose.prod.yml', (compose) =>
    compose
      .replace(':/etc/nginx/conf.d:ro', ':/etc/nginx/templates:ro')
      .replace(
        '\n  nginx:\n',
        (found) => `${found}    command: ["sh", "-c", "${fill} && exec nginx -g 'daemon off;'"]\n`,
      ),
  );
  succeeded(await stage.deploy('v1'));
  const was = await loaded();
  const load = await stage.load({ slow: [] });
  const closing = await maintenance('on', { reason: 'templates' });
  const report = await load.stop();
  succeeded(closing);
  expect(report.failures.filter((failure) => !failure.includes('503'))).toEqual([]);
  expect(await statusOf('https://localhost/')).toBe('503');
  expect(await statusOf('https://localhost/healthz')).toBe('200');
  expect(await inNginx('grep -c TLS_PORT /etc/nginx/templates/default.conf.template')).toBe('1\n');
  succeeded(await maintenance('off'));
  await expectOpen('v1');
  expect(await loaded()).toBe(was);
});
