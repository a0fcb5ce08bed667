/** What cannot run twice is replaced behind a stand-in: nobody sees it, and the way back is open. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { total } from '../load/report';
import { expectNeverWorse } from './failed-try';
import { Stage, succeeded } from './stage';

let stage: Stage;

const nginx = (tag: string) =>
  stage.edit('docker-compose.prod.yml', (text) => text.replace(/nginx:v\S+/, `nginx:${tag}`));

/** No stand-in, and no rule or chain of the host's. */
async function expectNothingLeft(): Promise<void> {
  expect(await stage.redirected()).toBe('');
  expect(await stage.host.root('iptables-save; ip6tables-save')).not.toContain('RUNBOOK');
  expect(await stage.host.root("docker ps -a --format '{{.Names}}'")).not.toContain('stand-in');
}

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.serving();
});
afterAll(() => stage?.close());

describe('nginx', () => {
  it('is replaced by a new image without a failed request', async () => {
    nginx('v2');
    const planned = await stage.deploy('v1', { 'dry-run': 'true' });
    succeeded(planned);
    expect(JSON.parse(planned.outputs.plan ?? '').changes).toMatchObject([
      { service: 'nginx', kind: 'stand-in', downtime: null },
    ]);
    const load = await stage.load();
    const result = await stage.deploy('v1');
    const report = await load.stop();
    succeeded(result);
    expect(total(report).failed, report.failures.join('\n')).toBe(0);
    expect(total(report).requests).toBeGreaterThan(200);
    expect(await stage.images('nginx')).toEqual(['v2']);
    await expectNothingLeft();
  });

  it('comes back in the same way', async () => {
    const load = await stage.load();
    const result = await stage.rollback();
    const report = await load.stop();
    succeeded(result);
    expect(total(report).failed, report.failures.join('\n')).toBe(0);
    expect(await stage.images('nginx')).toEqual(['v1']);
    await expectNothingLeft();
  });
});

describe('a new nginx image that', () => {
  afterEach(() => stage.restoreFiles());

  it.each([
    ['crashes', 'v3-crash', ['RB-START-CRASHED'], 'fatal: module is missing'],
    ['has a configuration that nginx refuses', 'v3-config', ['RB-START-CRASHED'], 'no_such_directive'],
    ['answers 502', 'v3-502', ['RB-UNHEALTHY'], undefined],
  ] as const)('%s: the old one serves', async (_what, tag, code, log) => {
    nginx(tag);
    await expectNeverWorse(stage, {
      code,
      ...(log === undefined ? {} : { log }),
      try: () => stage.deploy('v1', { 'health-timeout': '5s' }),
    });
    await expectNothingLeft();
  });
});
