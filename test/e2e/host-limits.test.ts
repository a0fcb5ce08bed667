/** Hosts that lack something: said beforehand, and the release before serves on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { total } from '../load/report';
import { expectNeverWorse } from './failed-try';
import { interpose, slowReload } from './interpose';
import { annotation, Stage, succeeded } from './stage';
import { planned, useNginx } from './stand-in-stage';

describe('a host with little disk and memory', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ smallDisk: 800, memory: 512 });
    await stage.host.root('mount -t tmpfs -o size=16m,mode=755 stack /srv/stack; chown deploy: /srv/stack');
    succeeded(await stage.deploy('v1'));
  });
  afterAll(() => stage?.close());

  it('has no room for the image', { tags: ['exhaustive'] }, async () => {
    const free = Number((await stage.host.root("df -Pm /var/lib/docker | awk 'NR == 2 { print $4 }'")).trim());
    await stage.host.root(
      `dd if=/dev/zero of=/var/lib/docker/ballast bs=1M count=${Math.max(1, free - 120)} status=none`,
    );
    const message = await expectNeverWorse(stage, {
      code: 'RB-DISK-FULL',
      try: () => stage.deploy('backend=v2-big\nworker=v1'),
    });
    expect(message).toMatch(/about \d+ MiB are needed/);
    await stage.host.root('rm /var/lib/docker/ballast');
  });

  it('is full for a moment, as the run records the containers: no unrecorded container is touched', {
    tags: ['exhaustive'],
  }, async () => {
    const fill = '/srv/stack/.runbook/fill';
    const mend = await interpose(stage, {
      tool: 'docker',
      when: 'ps*service=backend*',
      first: `case "$*" in *" -a "*) cat /dev/zero >${fill} 2>/dev/null ;; *) rm -f ${fill} ;; esac`,
    });
    await expectNeverWorse(stage, {
      code: 'RB-DISK-FULL',
      try: () =>
        stage.deploy('backend=v3-crash\nworker=v1').finally(async () => {
          await mend();
          await stage.host.root(`rm -f ${fill}`);
        }),
    });
  });

  it('cannot hold old and new at once', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) =>
      text.replace('memory: 64M', 'memory: 600M').replace('memory: 256M', 'memory: 700M'),
    );
    const message = await expectNeverWorse(stage, { code: 'RB-MEMORY-SHORT', try: () => stage.deploy('v1') });
    expect(message).toContain('allow-downtime: true');
    stage.restoreFiles();
  });

  it('hides the processes of its containers, which are not taken for ended', async () => {
    const before = await stage.running();
    await stage.host.root('mount -o remount,hidepid=2 /proc');
    const result = await stage.deploy('v2').finally(() => stage.host.root('mount -o remount,hidepid=0 /proc'));
    expect(result.code, result.shown).toBe(1);
    expect(annotation(result)).toMatch(/^RB-HOST-UNSUITABLE: [\s\S]*hidepid/);
    expect(await stage.running()).toEqual(before);
  });

  it('is full for a moment, as the run looks at the proxy: a slow reload still gets its time', {
    tags: ['exhaustive'],
  }, async () => {
    const fill = '/srv/stack/fill';
    const mend = await slowReload(
      stage,
      `case "$*" in
  'ps --no-trunc --format '*) [ -e /tmp/filled ] || { : >/tmp/filled; cat /dev/zero >${fill} 2>/dev/null; } ;;
  *"nginx -s reload") rm -f ${fill} ;;
esac`,
    );
    const load = await stage.load();
    const result = await stage.deploy('backend=v2\nworker=v1').finally(mend);
    const report = await load.stop();
    succeeded(result);
    expect(await stage.host.root('ls /tmp/filled /tmp/stopped')).toBe('/tmp/filled\n/tmp/stopped\n');
    expect(total(report).failed, await stage.failures(report)).toBe(0);
  });
});

describe('a host whose policy refuses the helper', { tags: ['exhaustive'] }, () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
    succeeded(await stage.deploy('v1'));
    // As an authorization plugin of Docker does.
    await stage.host.root(
      `printf '%s\\n' '#!/bin/sh' 'case " $* " in *" --pid=host "*) echo "docker: Error response from daemon: authorization denied by plugin: no host namespaces." >&2; exit 125 ;; esac' 'exec /usr/bin/docker "$@"' >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker`,
    );
  });
  afterAll(() => stage?.close());

  it('has the refusal in its plan, with the downtime', async () => {
    const planned = await stage.deploy('v2', { 'dry-run': 'true' });
    succeeded(planned);
    const plan = JSON.parse(planned.outputs.plan ?? '') as {
      changes: { service: string; kind: string; downtime: { seconds: number; why: string } | null }[];
    };
    const backend = plan.changes.find(({ service }) => service === 'backend');
    expect(backend?.kind).toBe('recreate');
    expect(backend?.downtime?.seconds).toBeGreaterThan(0);
    expect(backend?.downtime?.why).toContain('authorization denied');
  });

  it('has the refusal in its plan for the proxy, which no stand-in can serve for', {
    tags: ['exhaustive'],
  }, async () => {
    useNginx(stage, 'v2');
    const change = await planned(stage, 'v1', 'nginx');
    expect(change).toMatchObject({ kind: 'recreate', downtime: { code: 'RB-REDIRECT-REFUSED' } });
    expect(change?.downtime?.seconds).toBeGreaterThan(0);
    stage.restoreFiles();
  });

  it('changes nothing unless the downtime is allowed', async () => {
    const message = await expectNeverWorse(stage, { code: 'RB-REDIRECT-REFUSED', try: () => stage.deploy('v2') });
    expect(message).toContain('authorization denied');
  });

  it('recreates the service when the downtime is allowed', async () => {
    const result = await stage.deploy('v2', { 'allow-downtime': 'true' });
    succeeded(result);
    expect(await stage.images('backend')).toEqual(['v2']);
    await stage.serving();
  });

  it('gets the former release back when the recreated service fails', { tags: ['exhaustive'] }, async () => {
    const result = await stage.deploy('backend=v3-crash\nworker=v2', { 'allow-downtime': 'true' });
    expect(result.code).toBe(1);
    expect(annotation(result)).toMatch(/^RB-START-CRASHED: /);
    expect(await stage.images('backend')).toEqual(['v2']);
    expect(await stage.current()).toBe('2-v2');
    await stage.serving();
  });
});
