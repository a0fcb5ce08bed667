/** What cannot run twice is replaced behind a stand-in: nobody sees it, and the way back is open. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../actions/lib/errors';
import { expectNeverWorse } from './failed-try';
import { interpose } from './interpose';
import { killStep, when } from './moments';
import { annotation, Stage, succeeded } from './stage';
import { expectNoneFailed, expectNothingLeft, planned, useNginx } from './stand-in-stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.serving();
});
afterAll(() => stage?.close());

describe('nginx', () => {
  it('is replaced by a new image without a failed request', async () => {
    useNginx(stage, 'v2');
    expect(await planned(stage, 'v1', 'nginx')).toMatchObject({ kind: 'stand-in', downtime: null });
    const load = await stage.load();
    const result = await stage.deploy('v1');
    const report = await load.stop();
    succeeded(result);
    await expectNoneFailed(stage, report);
    expect(await stage.images('nginx')).toEqual(['v2']);
    await expectNothingLeft(stage);
  });

  it('comes back in the same way', { tags: ['exhaustive'] }, async () => {
    const load = await stage.load();
    const result = await stage.rollback();
    const report = await load.stop();
    succeeded(result);
    await expectNoneFailed(stage, report);
    expect(await stage.images('nginx')).toEqual(['v1']);
    await expectNothingLeft(stage);
  });
});

describe('a new nginx image that', () => {
  afterEach(() => stage.restoreFiles());

  it('crashes: the old one serves', { tags: ['exhaustive'] }, () =>
    failsAs('v3-crash', 'RB-START-CRASHED', 'fatal: module is missing'),
  );
  it('answers 502: the old one serves', () => failsAs('v3-502', 'RB-UNHEALTHY'));
  it('has a configuration that nginx refuses: the old one serves', { tags: ['exhaustive'] }, () =>
    failsAs('v3-config', 'RB-START-CRASHED', 'no_such_directive'),
  );

  async function failsAs(tag: string, code: ErrorCode, log?: string): Promise<void> {
    useNginx(stage, tag);
    stage.stableFor('5s');
    await expectNeverWorse(stage, {
      code,
      ...(log === undefined ? {} : { log }),
      try: () => stage.deploy('v1', { 'health-timeout': '5s' }),
    });
    await expectNothingLeft(stage);
  }
});

describe('a real container that fails after the watch, when the old one is stopped', () => {
  const nginxFile = () => `${stage.host.directory}/nginx/plain/default.conf`;
  const behind = /nginx: the stand-in serves; the old container is being stopped/;

  it('brings the former release back, while the stand-in serves', { tags: ['exhaustive'] }, async () => {
    const before = await stage.images('nginx');
    if (before[0] === 'v1') useNginx(stage, 'v2');
    stage.stableFor('3s');
    const load = await stage.load();
    let killed: Promise<string> | null = null;
    let replacing = false;
    const result = await stage.deploy(
      'v1',
      {},
      {
        onLine: (line) => {
          replacing ||= behind.test(line);
          if (replacing && /nginx: 1 of 1 healthy/.test(line)) killed ??= stage.host.root(`docker kill acme-nginx-1`);
        },
      },
    );
    await killed;
    const report = await load.stop();
    expect(result.code, result.shown).toBe(1);
    expect(annotation(result)).toMatch(/^RB-START-CRASHED: /);
    await expectNoneFailed(stage, report);
    expect(await stage.images('nginx')).toEqual(before);
    await expectNothingLeft(stage);
  });

  it('leaves the stand-in if the former release does not start either', { tags: ['exhaustive'] }, async () => {
    stage.restoreFiles();
    useNginx(stage, 'v2');
    stage.stableFor('3s');
    const file = nginxFile();
    const load = await stage.load();
    let broken: Promise<string> | null = null;
    const result = await stage.deploy(
      'v1',
      {},
      {
        onLine: (line) => {
          if (behind.test(line))
            broken ??= stage.host.root(`cp -p ${file} /root/kept; echo 'no_such_directive on;' >>${file}`);
        },
      },
    );
    await broken;
    const report = await load.stop();
    expect(result.code, result.shown).toBe(1);
    expect(result.stdout).toContain('the stand-in continues to serve until the next run');
    await expectNoneFailed(stage, report);
    await stage.serving();
  });

  it('leaves the stand-in to the next runs, until one can put it right', { tags: ['exhaustive'] }, async () => {
    const load = await stage.load();
    expect(annotation(await stage.deploy('v1'))).toMatch(/^RB-DRIFT: .*default\.conf was edited by hand/);
    const again = await stage.deploy('v1', { drift: 'accept' });
    expect(again.code, again.shown).toBe(1);
    // The stand-in is told to read its files again, and refuses.
    expect(annotation(again)).toMatch(/^RB-PROXY-CONFIG: /);
    expect(again.shown).toContain('no_such_directive');
    await stage.serving();
    await stage.host.root(`cp -p /root/kept ${nginxFile()}`);
    const mended = await stage.deploy('v1');
    const report = await load.stop();
    succeeded(mended);
    await expectNoneFailed(stage, report);
    expect(await stage.images('nginx')).toEqual(['v2']);
    await expectNothingLeft(stage);
  });
});

it('an old nginx that ends as a recovery tells it to reload is not waited for', { tags: ['exhaustive'] }, async () => {
  stage.restoreFiles();
  if ((await stage.images('nginx'))[0] !== 'v1') succeeded(await stage.deploy('v1'));
  useNginx(stage, 'v2');
  const load = await stage.load();
  const killed = await stage.deploy('v1', {}, { onLine: when(/^watch: 0 of/, killStep(stage)) });
  expect(killed.code).toBe(1);
  const mend = await interpose(stage, {
    tool: 'docker',
    when: '*"nginx -s reload"',
    first: '[ -e /var/tmp/ended ] || { : >/var/tmp/ended; /usr/bin/docker kill "$2"; }',
  });
  const next = await stage.deploy('v1').finally(mend);
  const report = await load.stop();
  succeeded(next);
  await stage.host.root('rm /var/tmp/ended');
  await expectNoneFailed(stage, report);
  expect(await stage.images('nginx')).toEqual(['v2']);
  await expectNothingLeft(stage);
});
