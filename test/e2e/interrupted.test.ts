/** Runs that end in the middle: cancelled, killed, overtaken. The stack serves on, and the next run puts things right. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { journalOf, overlaps } from '../faults/check';
import { total } from '../load/report';
import { runAction } from '../run-action';
import { cleared } from './cleared';
import { secondsOfCut } from './failed-try';
import { interpose } from './interpose';
import { killStep, when } from './moments';
import { annotation, Stage, succeeded } from './stage';
import { connection } from './workspace';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

/** The release that runs when a test begins, its version, and the version that comes next: the other one. */
let former: string;
let now: string;
let next: string;

beforeEach(async () => {
  stage.restoreFiles();
  former = await stage.current();
  [now, next] = former.endsWith('-v1') ? (['v1', 'v2'] as const) : (['v2', 'v1'] as const);
});

const clean = (version: string): Promise<void> => cleared(stage, version);

it('a cancelled deploy puts back what it did, gives the lease back and says so', async () => {
  const before = await stage.running();
  // What the new release has begun may end, also when somebody waits.
  const load = await stage.load({ slow: [{ share: 0.02, seconds: 5 }] });
  let pid = 0;
  let told = 0;
  const result = await stage.deploy(
    next,
    { 'watch-duration': '60s' },
    {
      onStart: (started) => {
        pid = started;
      },
      onLine: when(/^watch: 1 of/, () => {
        told = performance.now();
        process.kill(pid, 'SIGINT');
      }),
    },
  );
  const ended = performance.now();
  // GitHub waits so long before it sends SIGTERM. How slow the machine is shows in the cut, which is as long as the way back.
  expect(ended - told).toBeLessThan(Math.max(7500, 5000 * (await secondsOfCut(stage))));
  expect(result.code).toBe(1);
  expect(annotation(result)).toMatch(/^RB-CANCELLED: /);
  expect(result.summary).toContain('(cancelled)');
  // It may go on to put back for a moment; the next run waits for that.
  const again = await stage.deploy(now);
  succeeded(again);
  const report = await load.stop();
  // The worker was replaced and is replaced again.
  const others = (list: typeof before) => list.filter(({ service }) => service !== 'worker');
  expect(others(await stage.running())).toEqual(others(before));
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  await clean(now);
});

describe('a step that was killed on the host', () => {
  /** What others write pushes it out of the journal, and that is put aside. */
  const pushedOut = `mv journal.jsonl journal.1.jsonl
    yes '{"at":"","procedure":"backup","step":"dump","run":"r","actor":"a","release":null,"event":"begin","operation":"dump"}' | head -n 700 >journal.jsonl
    chown deploy: journal.jsonl`;
  /** As an earlier version left it. */
  const unrecorded = 'rm unfinished';

  it('while it has committed: the next run recovers first, then does its own work, whatever the journal still tells', () =>
    recovers(/^committed: /, pushedOut));
  it.each([
    ['starts beside', /^backend: 0 of 1 healthy/],
    ['watches', /^watch: 1 of/],
  ])('while it %s: the next run recovers', { tags: ['exhaustive'] }, (_name, line) => recovers(line, unrecorded));

  async function recovers(line: RegExp, forgotten: string): Promise<void> {
    const load = await stage.load();
    const killed = await stage.deploy(next, { 'watch-duration': '4s' }, { onLine: when(line, killStep(stage)) });
    expect(killed.code).toBe(1);
    await stage.host.root(`set -e; cd /srv/stack/.runbook; ${forgotten}`);
    // What the killed script asked Docker for may be done only now.
    const mend = await interpose(stage, {
      tool: 'docker',
      when: '"stop "[0-9a-f]*',
      first: '/usr/bin/docker rm -f "$2"',
    });
    const after = await stage.deploy(next).finally(mend);
    const report = await load.stop();
    succeeded(after);
    expect(after.stdout).toContain('::group::Recover');
    expect(after.summary).toContain('Recovered first');
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    await clean(next);
  }

  it('by a reboot: the next run recovers first', { tags: ['exhaustive'] }, async () => {
    const killed = await stage.deploy(
      next,
      { 'watch-duration': '60s' },
      {
        onLine: when(/^watch: 1 of/, () => stage.host.reboot()),
      },
    );
    expect(killed.code).toBe(1);
    await stage.serving();
    const after = await stage.deploy(now);
    succeeded(after);
    expect(after.summary).toContain('Recovered first');
    await clean(now);
  });

  it('is recovered without undoing changes by hand unasked', { tags: ['exhaustive'] }, async () => {
    const killed = await stage.deploy(next, {}, { onLine: when(/^backend: 0 of 1 healthy/, killStep(stage)) });
    expect(killed.code).toBe(1);
    await stage.host.root('echo "# by hand" >>/srv/stack/nginx/upstream/default.conf');
    const refused = await stage.deploy(next);
    expect(refused.code).toBe(1);
    expect(annotation(refused)).toMatch(/^RB-DRIFT: .*nginx\/upstream\/default.conf was edited by hand/);
    const accepted = await stage.deploy(next, { drift: 'accept' });
    succeeded(accepted);
    expect(await stage.host.root('tail -n 1 /srv/stack/nginx/upstream/default.conf')).toBe('# by hand\n');
    await stage.host.root("sed -i '$d' /srv/stack/nginx/upstream/default.conf");
    await clean(next);
  });
});

it('the command on the host removes every rule, and a run recovers the rest', { tags: ['exhaustive'] }, async () => {
  const killed = await stage.deploy(
    next,
    { 'watch-duration': '60s' },
    { onLine: when(/^watch: 1 of/, killStep(stage)) },
  );
  expect(killed.code).toBe(1);
  expect(await stage.redirected()).toContain('RUNBOOK');
  const { stdout, code } = await stage.host.exec('sh /srv/stack/.runbook/remove-redirects.sh', { user: 'deploy' });
  expect([code, stdout]).toEqual([0, 'no rule is left\n']);
  expect(await stage.redirected()).toBe('');
  succeeded(await stage.deploy(now));
  await clean(now);
});

describe('a runner that was killed', () => {
  let server: Server;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'completed' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  async function killedDeploy() {
    let pid = 0;
    return stage.deploy(
      next,
      { 'watch-duration': '60s' },
      {
        onStart: (started) => {
          pid = started;
        },
        onLine: when(/^watch: 1 of/, () => process.kill(pid, 'SIGKILL')),
      },
    );
  }

  it('is overtaken at once where GitHub says that its run has ended', { tags: ['exhaustive'] }, async () => {
    const load = await stage.load();
    await killedDeploy();
    const after = await stage.deploy(
      next,
      { 'github-token': 'ghs_canaryOfTheToken' },
      {
        env: { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, GITHUB_RUN_ID: '2' },
      },
    );
    const report = await load.stop();
    succeeded(after);
    expect(asked[0]).toBe('/repos/acme/stack/actions/runs/1/attempts/1');
    expect(after.stdout).toContain('waiting for the lease: deploy of https://github.com/acme/stack/actions/runs/1');
    expect(after.shown).not.toContain('canaryOfTheToken');
    expect(after.stdout).toContain('has ended without giving its lease back: this run takes the lease over');
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    await clean(next);
  });

  it('is cleared up after by the post step', { tags: ['exhaustive'] }, async () => {
    const killed = await killedDeploy();
    expect(killed.state.ended).toBeUndefined();
    const inputs = connection(stage.host);
    const post = await runAction('deploy', inputs, stage.workspace, undefined, { step: { post: killed.state } });
    succeeded(post);
    expect(post.stdout).toContain('the step was ended and put back what it had not committed');
    await clean(now);
    const idle = await runAction('deploy', inputs, stage.workspace, undefined, { step: { post: {} } });
    expect(idle.shown).toBe('');
  });
});

it('a rollback with preempt ends a deploy that watches', { tags: ['exhaustive'] }, async () => {
  let overtaking: Promise<unknown> = Promise.resolve();
  const deployed = await stage.deploy(
    next,
    { 'watch-duration': '60s' },
    {
      onLine: when(/^watch: 1 of/, () => {
        overtaking = stage
          .rollback({ release: former, preempt: 'true' }, { env: { GITHUB_RUN_ID: '2' } })
          .then(succeeded);
      }),
    },
  );
  expect(deployed.code).toBe(1);
  expect(annotation(deployed)).toMatch(/^RB-PREEMPTED: [\s\S]*runs\/2/);
  await overtaking;
  await clean(now);
});

it('two runs started at once: one waits for the other and says for whom', { tags: ['exhaustive'] }, async () => {
  const before = (await journalOf(stage)).length;
  const results = await Promise.all(['2', '3'].map((run) => stage.deploy(next, {}, { env: { GITHUB_RUN_ID: run } })));
  for (const result of results) succeeded(result);
  expect(results.filter(({ stdout }) => stdout.includes('waiting for the lease: deploy of')).length).toBe(1);
  expect(results.map(({ outputs }) => outputs['changed-services']).sort()[1]).toBe('[]');
  expect(overlaps((await journalOf(stage)).slice(before)), 'never both at the same time').toEqual([]);
  await clean(next);
});

it('a run does not wait for the lease longer than its timeout', { tags: ['exhaustive'] }, async () => {
  let other: Promise<unknown> = Promise.resolve();
  const first = await stage.deploy(
    next,
    { 'watch-duration': '6s' },
    {
      onLine: when(/^watch: 0 of/, () => {
        other = stage.deploy(next, { 'lease-timeout': '1s' }, { env: { GITHUB_RUN_ID: '2' } }).then((result) => {
          expect(result.code).toBe(1);
          expect(annotation(result)).toMatch(/^RB-LEASE-HELD: .*at the step watch backend[\s\S]*runs\/1/);
        });
      }),
    },
  );
  await other;
  succeeded(first);
});

it('a deploy continues where a caller ends just as its rules are set', { tags: ['exhaustive'] }, async () => {
  // Dead, and not yet seen so by Docker: its shim is stopped meanwhile.
  await stage.host.root(`docker inspect --format '{{.State.Pid}}' acme-worker-1 >/run/victim
setsid sh -c 'until [ -s /run/shim ]; do sleep 0.1; done; sleep 2; kill -CONT $(cat /run/shim)' >/dev/null 2>&1 &`);
  const mend = await interpose(stage, {
    tool: 'nsenter',
    folder: '/usr/local/sbin',
    when: '-t\\ *',
    first: `if [ "$2" = "$(cat /run/victim)" ] && [ ! -e /run/shim ]; then
  shim=$(awk '$1 == "PPid:" { print $2 }' "/proc/$2/status")
  kill -STOP "$shim" && echo "$shim" >/run/shim
  kill -KILL "$2"
  until grep -q '^State:.*Z' "/proc/$2/status"; do sleep 0.05; done
fi`,
  });
  const result = await stage.deploy(`backend=${next}\nworker=${now}`).finally(mend);
  succeeded(result);
  expect(await stage.host.root('cat /run/shim')).toMatch(/^\d+\n$/);
  expect(await stage.redirected()).toBe('');
});
