/** Runs that end in the middle: cancelled, killed, overtaken. The stack serves on, and the next run puts things right. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { journalOf, overlaps } from '../faults/check';
import { total } from '../load/report';
import { runAction } from '../run-action';
import { interpose } from './interpose';
import { killStep, when } from './moments';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

beforeEach(async () => {
  stage.restoreFiles();
  if ((await stage.current()) !== '1-v1') succeeded(await stage.rollback({ release: '1-v1' }));
});

async function clean(version: string): Promise<void> {
  expect(await stage.current()).toMatch(new RegExp(`^\\d+-${version}$`));
  expect(await stage.redirected(), 'no chain is left').toBe('');
  expect(await stage.remains(), 'no container is left').toBe('');
  const left = await stage.host.root(
    `cd /srv/stack; find . -name '*.rb-part' -o -path './.runbook/staging/*' -o -path './.runbook/releases/.*' -o -path './.runbook/steps/*/input' -o -path './.runbook/steps/*/room' -o -path './.runbook/steps/*/delivery'`,
  );
  expect(left, 'no temporary file is left').toBe('');
  expect(await stage.host.root('grep ^state= /srv/stack/.runbook/lease')).toBe('state=free\n');
  expect(await stage.images('backend')).toEqual([version]);
}

it('a cancelled deploy puts back what it did, gives the lease back and says so', async () => {
  const before = await stage.running();
  // What the new release has begun may end, also when somebody waits.
  const load = await stage.load({ slow: [{ share: 0.02, seconds: 5 }] });
  let pid = 0;
  let told = 0;
  const result = await stage.deploy(
    'v2',
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
  // GitHub waits so long before it sends SIGTERM.
  expect(performance.now() - told).toBeLessThan(7500);
  expect(result.code).toBe(1);
  expect(annotation(result)).toMatch(/^RB-CANCELLED: /);
  expect(result.summary).toContain('(cancelled)');
  // It may go on to put back for a moment; the next run waits for that.
  const again = await stage.deploy('v1');
  succeeded(again);
  const report = await load.stop();
  // The worker was replaced and is replaced again.
  const others = (list: typeof before) => list.filter(({ service }) => service !== 'worker');
  expect(others(await stage.running())).toEqual(others(before));
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  await clean('v1');
});

describe('a step that was killed on the host', () => {
  it('while it has committed: the next run recovers first, then does its own work', () => recovers(/^committed: /));
  it.each([
    ['starts beside', /^backend: 0 of 1 healthy/],
    ['watches', /^watch: 1 of/],
  ])('while it %s: so too', { tags: ['exhaustive'] }, (_name, line) => recovers(line));

  async function recovers(line: RegExp): Promise<void> {
    const load = await stage.load();
    const killed = await stage.deploy('v2', { 'watch-duration': '4s' }, { onLine: when(line, killStep(stage)) });
    expect(killed.code).toBe(1);
    // What the killed script asked Docker for may be done only now.
    const mend = await interpose(stage, {
      tool: 'docker',
      when: '"stop "[0-9a-f]*',
      first: '/usr/bin/docker rm -f "$2"',
    });
    const next = await stage.deploy('v2').finally(mend);
    const report = await load.stop();
    succeeded(next);
    expect(next.stdout).toContain('::group::Recover');
    expect(next.summary).toContain('Recovered first');
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    await clean('v2');
  }

  it('by a reboot: the next run recovers first', { tags: ['exhaustive'] }, async () => {
    const killed = await stage.deploy(
      'v2',
      { 'watch-duration': '60s' },
      {
        onLine: when(/^watch: 1 of/, () => stage.host.reboot()),
      },
    );
    expect(killed.code).toBe(1);
    await stage.serving();
    const next = await stage.deploy('v1');
    succeeded(next);
    expect(next.summary).toContain('Recovered first');
    await clean('v1');
  });

  it('what people changed by hand since is not undone unasked', async () => {
    const killed = await stage.deploy('v2', {}, { onLine: when(/^backend: 0 of 1 healthy/, killStep(stage)) });
    expect(killed.code).toBe(1);
    await stage.host.root('echo "# by hand" >>/srv/stack/nginx/upstream/default.conf');
    const refused = await stage.deploy('v2');
    expect(refused.code).toBe(1);
    expect(annotation(refused)).toMatch(/^RB-DRIFT: .*nginx\/upstream\/default.conf was edited by hand/);
    const accepted = await stage.deploy('v2', { drift: 'accept' });
    succeeded(accepted);
    expect(await stage.host.root('tail -n 1 /srv/stack/nginx/upstream/default.conf')).toBe('# by hand\n');
    await stage.host.root("sed -i '$d' /srv/stack/nginx/upstream/default.conf");
    await clean('v2');
  });
});

it('the command on the host takes every rule away, and a run recovers the rest', async () => {
  const killed = await stage.deploy(
    'v2',
    { 'watch-duration': '60s' },
    { onLine: when(/^watch: 1 of/, killStep(stage)) },
  );
  expect(killed.code).toBe(1);
  expect(await stage.redirected()).toContain('RUNBOOK');
  const { stdout, code } = await stage.host.exec('sh /srv/stack/.runbook/remove-redirects.sh', { user: 'deploy' });
  expect([code, stdout]).toEqual([0, 'no rule is left\n']);
  expect(await stage.redirected()).toBe('');
  succeeded(await stage.deploy('v1'));
  await clean('v1');
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
      'v2',
      { 'watch-duration': '60s' },
      {
        onStart: (started) => {
          pid = started;
        },
        onLine: when(/^watch: 1 of/, () => process.kill(pid, 'SIGKILL')),
      },
    );
  }

  it('is overtaken at once where GitHub says that its run has ended', async () => {
    const load = await stage.load();
    await killedDeploy();
    const next = await stage.deploy(
      'v2',
      { 'github-token': 'ghs_canaryOfTheToken' },
      {
        env: { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, GITHUB_RUN_ID: '2' },
      },
    );
    const report = await load.stop();
    succeeded(next);
    expect(asked[0]).toBe('/repos/acme/stack/actions/runs/1/attempts/1');
    expect(next.stdout).toContain('waiting for the lease: deploy of https://github.com/acme/stack/actions/runs/1');
    expect(next.shown).not.toContain('canaryOfTheToken');
    expect(next.stdout).toContain('has ended without giving its lease back: it is taken over');
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    await clean('v2');
  });

  it('is cleared up after by the post step', async () => {
    const killed = await killedDeploy();
    expect(killed.state.ended).toBeUndefined();
    const { host } = stage;
    const inputs = {
      'ssh-host': host.address,
      'ssh-port': String(host.sshPort),
      'ssh-user': host.user,
      'ssh-key': host.privateKey,
      'ssh-known-hosts': host.knownHosts,
    };
    const post = await runAction('deploy', inputs, stage.workspace, undefined, { step: { post: killed.state } });
    succeeded(post);
    expect(post.stdout).toContain('the step was ended and put back what it had not committed');
    await clean('v1');
    const idle = await runAction('deploy', inputs, stage.workspace, undefined, { step: { post: {} } });
    expect(idle.shown).toBe('');
  });
});

it('a rollback may preempt a deploy that watches', async () => {
  let overtaking: Promise<unknown> = Promise.resolve();
  const deployed = await stage.deploy(
    'v2',
    { 'watch-duration': '60s' },
    {
      onLine: when(/^watch: 1 of/, () => {
        overtaking = stage
          .rollback({ release: '1-v1', preempt: 'true' }, { env: { GITHUB_RUN_ID: '2' } })
          .then(succeeded);
      }),
    },
  );
  expect(deployed.code).toBe(1);
  expect(annotation(deployed)).toMatch(/^RB-PREEMPTED: [\s\S]*runs\/2/);
  await overtaking;
  await clean('v1');
});

it('two runs started at once: one waits for the other and says for whom', async () => {
  const before = (await journalOf(stage)).length;
  const results = await Promise.all(['2', '3'].map((run) => stage.deploy('v2', {}, { env: { GITHUB_RUN_ID: run } })));
  for (const result of results) succeeded(result);
  expect(results.filter(({ stdout }) => stdout.includes('waiting for the lease: deploy of')).length).toBe(1);
  expect(results.map(({ outputs }) => outputs['changed-services']).sort()[1]).toBe('[]');
  expect(overlaps((await journalOf(stage)).slice(before)), 'never both at the same time').toEqual([]);
  await clean('v2');
});

it('does not wait longer than it may', async () => {
  let other: Promise<unknown> = Promise.resolve();
  const first = await stage.deploy(
    'v2',
    { 'watch-duration': '6s' },
    {
      onLine: when(/^watch: 0 of/, () => {
        other = stage.deploy('v2', { 'lease-timeout': '1s' }, { env: { GITHUB_RUN_ID: '2' } }).then((result) => {
          expect(result.code).toBe(1);
          expect(annotation(result)).toMatch(/^RB-LEASE-HELD: .*at the step watch backend[\s\S]*runs\/1/);
        });
      }),
    },
  );
  await other;
  succeeded(first);
});

it('goes on where a caller ends just as its rules are set', async () => {
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
  const result = await stage.deploy('backend=v2').finally(mend);
  succeeded(result);
  expect(await stage.host.root('cat /run/shim')).toMatch(/^\d+\n$/);
  expect(await stage.redirected()).toBe('');
});
