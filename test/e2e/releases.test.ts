/** From an empty host through releases and back. Each test goes on where the one before ended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJournal } from '../../actions/lib/steps/journal';
import { total } from '../load/report';
import { canaries, expectNoCanary, registryPassword } from './canary';
import { askedFromInside, slowReload } from './interpose';
import { expectScreen, expectWarned } from './screen';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

let first: string;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage?.close());

describe('deploy', () => {
  it('shows the plan for an empty host and changes nothing', async () => {
    const planned = await stage.deploy('v1', { 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.outputs['plan-hash']).toMatch(/^[0-9a-f]{64}$/);
    expect(planned.summary).toContain('dry run');
    expect(await stage.running()).toEqual([]);
    expect(await stage.host.root('find /srv/stack -mindepth 1')).toBe('');
  });

  it('of a failing first release ends its containers, and says what to do', { tags: ['exhaustive'] }, async () => {
    const result = await stage.deploy('backend=v3-crash\nworker=v1');
    expect(result.code, result.shown).toBe(1);
    expect(annotation(result)).toMatch(/^RB-START-CRASHED: [\s\S]*^What to do: /m);
    expect(result.shown + result.summary).not.toContain('release before');
    expect(await stage.running()).toEqual([]);
    expect(await stage.remains()).toBe('');
    expect(await stage.current()).toBe('');
  });

  it('brings the first release to an empty host, logged in to its registry, and shows no secret', async () => {
    await stage.host.registry.start({ login: { user: 'ci', password: registryPassword } });
    const watcher = await stage.host.root(
      `setsid sh -c 'while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n" | sort -u; sleep 0.1; done' >/run/seen 2>/dev/null & echo $!`,
    );
    const result = await stage.deploy('v1', {
      registry: stage.host.registry.address,
      'registry-user': 'ci',
      'registry-password': registryPassword,
    });
    const seen = await stage.host.root(`kill -- -${watcher.trim()}; cat /run/seen; rm /run/seen`);
    succeeded(result);
    expect(result.outputs.release).toBe('1-v1');
    expect(result.outputs['previous-release']).toBe('');
    expect(JSON.parse(result.outputs['changed-services'] ?? '')).toContain('backend');
    expect(seen).toContain('docker');
    expectNoCanary(canaries, seen);
    expect(await stage.host.root('grep -rl auth /home/deploy/.docker 2>/dev/null || :')).toBe('');
    await stage.serving();
    expect(await stage.current()).toBe('1-v1');
    first = JSON.stringify(await stage.running());
    await stage.host.registry.restore();
  });

  it('of the same again changes nothing and says so', async () => {
    const result = await stage.deploy('v1');
    succeeded(result);
    expect(result.outputs['changed-services']).toBe('[]');
    expect(result.summary).toContain('nothing to do');
    expect(JSON.stringify(await stage.running())).toBe(first);
  });

  it('refuses another plan than the expected one, and carries the expected one out', async () => {
    const planned = await stage.deploy('v2', { 'dry-run': 'true' });
    succeeded(planned);
    const hash = planned.outputs['plan-hash'] ?? '';
    const words = planned.outputs['plan-text'] ?? '';
    const other = await stage.deploy('backend=v2', { 'expected-plan': hash, 'expected-plan-text': words });
    expect(other.code).toBe(1);
    expect(annotation(other)).toMatch(/^RB-PLAN-CHANGED: /);
    expect(annotation(other)).toMatch(/^- worker rolls|^- worker is stopped/m);
    expect(annotation(other)).not.toMatch(/^[-+] (machine|1-v1 is live)/m);
    const old = words.replace(/^planned at \S+/, 'planned at 2024-02-29T12:00:00Z');
    const late = await stage.deploy('v2', { 'expected-plan': hash, 'expected-plan-text': old });
    expect(annotation(late)).toMatch(/^RB-PLAN-EXPIRED: the plan is \d+ days old/);
    expect(JSON.stringify(await stage.running())).toBe(first);
    expect(planned.summary).toMatch(/valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expectScreen(planned.summary);

    const load = await stage.load();
    const mend = await askedFromInside(stage);
    const result = await stage.deploy('v2', { 'expected-plan': hash, 'expected-plan-text': words }).finally(mend);
    const report = await load.stop();
    succeeded(result);
    // Before Compose has said which address the new one has.
    expect(await stage.host.root('cat /tmp/met')).toMatch(/^v1/);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    expect(total(report).versions.v2).toBeGreaterThan(0);
    expect(await stage.current()).toBe('2-v2');
    expect(await stage.images('backend')).toEqual(['v2']);
    expect(await stage.images('worker')).toEqual(['v2']);
    expect(await stage.redirected()).toBe('');
  });

  it('without a version keeps the running images instead of the tags of the Compose file', async () => {
    const before = await stage.running();
    const result = await stage.deploy('');
    succeeded(result);
    expect(result.outputs['changed-services']).toBe('[]');
    expect(await stage.running()).toEqual(before);
  });

  it('names changes by hand, with the command that restores the release, and leaves them alone', async () => {
    await stage.host.root(
      'docker rm -f $(docker ps -q --filter label=com.docker.compose.service=frontend); echo "# by hand" >>/srv/stack/nginx/upstream/default.conf',
    );
    const before = await stage.running();
    const result = await stage.deploy('v2');
    succeeded(result);
    const plan = JSON.parse(result.outputs.plan ?? '') as { drift: { service: string; what: string }[] };
    expect(plan.drift).toContainEqual({ service: 'frontend', what: 'runs 0 containers instead of 1' });
    expect(plan.drift).toContainEqual({ service: 'nginx/upstream/default.conf', what: 'was edited by hand' });
    expect(result.summary).toContain('Changed by hand');
    const command = /docker compose -p acme .* up -d --no-deps frontend/.exec(
      result.summary.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code))),
    )?.[0];
    expect(command, result.summary).toBeDefined();
    expect(await stage.running()).toEqual(before);

    // The command does what it says, and touches nothing else.
    await stage.host.root(command ?? '', { timeout: 60_000 });
    const after = await stage.running();
    expect(after.filter(({ service }) => service !== 'frontend')).toEqual(before);
    expect(after.map(({ service }) => service)).toContain('frontend');
  });
});

describe('rollback', () => {
  afterAll(() => stage.host.registry.restore());
  it('lists the releases that can be brought back', async () => {
    const result = await stage.rollback({ list: 'true' });
    succeeded(result);
    const releases = JSON.parse(result.outputs.releases ?? '') as { id: string; current: boolean; obstacle: unknown }[];
    expect(releases.map(({ id, current, obstacle }) => [id, current, obstacle])).toEqual([
      ['1-v1', false, null],
      ['2-v2', true, null],
    ]);
  });

  it('brings the former release back without the registry and without a failed request', async () => {
    await stage.host.registry.stop();
    const load = await stage.load();
    const result = await stage.rollback();
    const report = await load.stop();
    succeeded(result);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    expect(result.outputs.release).toBe('1-v1');
    expect(result.outputs['previous-release']).toBe('2-v2');
    expect(await stage.current()).toBe('1-v1');
    expect(await stage.images('backend')).toEqual(['v1']);
    expect(await stage.redirected()).toBe('');
    expect(await stage.remains()).toBe('');
  });

  it('brings a named release back', { tags: ['exhaustive'] }, async () => {
    const result = await stage.rollback({ release: '2-v2' });
    succeeded(result);
    expect(await stage.current()).toBe('2-v2');
    expect(await stage.images('backend')).toEqual(['v2']);
  });

  it('refuses a release that does not exist', async () => {
    const before = await stage.running();
    const result = await stage.rollback({ release: '7-v7' });
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-RELEASE-UNKNOWN: .*7-v7/);
    expect(annotation(result)).toContain('1-v1, 2-v2');
    expect(await stage.running()).toEqual(before);
  });
});

describe('the schema', () => {
  it('stays when the deploy fails after its migration, and that is said', async () => {
    const before = await stage.running();
    const planned = await stage.deploy('migrate=v2\nbackend=v3-crash', { 'dry-run': 'true' });
    expectWarned(planned.summary);
    const result = await stage.deploy('migrate=v2\nbackend=v3-crash');
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-START-CRASHED: /);
    expect(result.summary).toMatch(/migration of .* ran and its schema stays/);
    expect(await stage.schemas()).toEqual(['v1', 'v2']);
    expect(await stage.running()).toEqual(before);
  });

  it('is not migrated twice', { tags: ['exhaustive'] }, async () => {
    const result = await stage.deploy('migrate=v2\nbackend=v4\nworker=v2');
    succeeded(result);
    const plan = JSON.parse(result.outputs.plan ?? '') as { changes: { service: string }[] };
    expect(plan.changes.map(({ service }) => service)).toEqual(['backend']);
  });

  it('keeps a failed migration from changing any service', async () => {
    const before = await stage.running();
    const result = await stage.deploy('migrate=v2-fails\nbackend=v5\nworker=v2');
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-MIGRATION-FAILED: /);
    expect(annotation(result)).toContain('column "email" of relation "users" contains null values');
    expect(await stage.running()).toEqual(before);
    expect(await stage.remains()).toBe('');
  });

  it('keeps former releases from coming back after a breaking change', async () => {
    await stage.host.registry.tag('acme/migrate', 'v3', 'v1');
    await stage.host.registry.tag('acme/migrate', 'v1', 'v2');
    const result = await stage.deploy('migrate=v3\nbackend=v5\nworker=v2', { schema: 'breaking' });
    succeeded(result);
    const before = await stage.running();
    const refused = await stage.rollback();
    expect(refused.code).toBe(1);
    expect(annotation(refused)).toMatch(/^RB-SCHEMA-BREAKING: /);
    expect(await stage.running()).toEqual(before);
  });
});

it('an old release that hangs on SIGTERM gets its grace period and no more', { tags: ['exhaustive'] }, async () => {
  await stage.reset();
  succeeded(await stage.deploy('backend=v3-hangs\nworker=v1'));
  const load = await stage.load();
  const result = await stage.deploy('backend=v2\nworker=v1');
  const report = await load.stop();
  succeeded(result);
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  expect(await stage.images('backend')).toEqual(['v2']);
  // Docker's 10 s. How slow the machine is shows in all the rest of the step.
  const journal = parseJournal((await stage.host.root('cat /srv/stack/.runbook/journal.jsonl')).split('\n'));
  const secondsOf = (operation?: string) =>
    journal.findLast((entry) => entry.event === 'end' && entry.operation === operation)?.seconds ?? Number.NaN;
  const retired = secondsOf('retire backend');
  expect(retired).toBeGreaterThan(9.5);
  expect(retired).toBeLessThan(10 + (secondsOf() - retired));
});

it('a proxy that reloads slowly serves through the rules until then', { tags: ['exhaustive'] }, async () => {
  const mend = await slowReload(stage);
  const load = await stage.load();
  const result = await stage.deploy('backend=v4\nworker=v1').finally(mend);
  const report = await load.stop();
  succeeded(result);
  expect(await stage.host.root('ls /tmp/stopped')).toBe('/tmp/stopped\n');
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  // WebSockets have been sent on long ago.
  expect(result.shown).not.toContain('slow uploads');
});

it('an upload that the proxy has not read completely is answered by the new release', {
  tags: ['exhaustive'],
}, async () => {
  const upload = 'until [ -e /tmp/sent ]; do printf x; sleep 0.2; done | curl -skT - https://localhost/work >/tmp/got';
  await stage.host.root(`rm -f /tmp/sent /tmp/got; setsid sh -c '${upload}' >/dev/null 2>&1 &`);
  const send = () => stage.host.root('sleep 2; : >/tmp/sent');
  let sent: Promise<string> | undefined;
  const onLine = (line: string) => {
    if (line.includes('slow uploads that began before its reload: 1')) sent ??= send();
  };
  const result = await stage.deploy('backend=v5\nworker=v1', { 'drain-timeout': '12s' }, { onLine });
  await (sent ?? send());
  succeeded(result);
  await expect.poll(() => stage.host.root('cat /tmp/got'), { timeout: 20_000 }).toMatch(/^x+$/);
  expect(await stage.images('backend')).toEqual(['v5']);
  expect(await stage.redirected()).toBe('');
});
