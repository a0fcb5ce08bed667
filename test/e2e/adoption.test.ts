/** A stack that people started by hand: it becomes release 0, and can be rolled back to. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeUp } from '../lab/sample';
import { total } from '../load/report';
import { Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await composeUp(stage.host);
  // What people have in their repository is what they started from.
  await stage.takeFiles();
});
afterAll(() => stage?.close());

/** `ssh` as the user has it, told by a configuration of its own where the host is. */
function typed(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { host, workspace } = stage;
  const own = mkdtempSync(join(tmpdir(), 'runbook-ssh-'));
  try {
    writeFileSync(join(own, 'key'), host.privateKey, { mode: 0o600 });
    writeFileSync(join(own, 'known'), host.knownHosts);
    writeFileSync(
      join(own, 'config'),
      `Host production\n  HostName ${host.address}\n  Port ${host.sshPort}\n  User ${host.user}\n  IdentityFile ${own}/key\n  UserKnownHostsFile ${own}/known\n`,
    );
    writeFileSync(join(own, 'ssh'), `#!/bin/sh\nPATH=\${PATH#*:}\nexec ssh -F ${own}/config "$@"\n`, { mode: 0o755 });
    const cli = resolve(__dirname, '../../actions/cli.js');
    // Where there is a gh, nobody is logged in with it.
    const all = [cli, ...args, '--host', 'production', '--folder', workspace];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, {
      encoding: 'utf8',
      env: { HOME: own, PATH: `${own}:/usr/bin:/bin` },
    });
    return { status, said: stdout + stderr };
  } finally {
    rmSync(own, { recursive: true });
  }
}

it('a deploy with the runbook.yml that init writes adopts the running stack without restarting it', async () => {
  const before = await stage.running();
  const files = await stage.host.root('cd /srv/stack && find . -type f | sort | xargs sha256sum');
  const runbook = stage.read('runbook.yml');
  rmSync(join(stage.workspace, 'runbook.yml'));
  const { said } = typed('init', '--uses', 'acme/runbook-actions@v1');
  expect(said).toContain('project acme runs from /srv/stack');
  expect(said).toMatch(/Wrote\n {2}runbook\.yml/);
  expect(said).toMatch(/To set on GitHub\n(.*\n)* {2}production-plan: .*SSH_KEY \(secret\)/);
  const checked = typed('check');
  expect(checked.said).toContain('GitHub was not asked: ');
  expect(checked.said).toMatch(/✓ Docker \d.* answers deploy\.\n.*✓ Compose/);
  expect(checked.said).toContain('✓ /srv/stack belongs to deploy.');
  expect(checked.status).toBe(1);
  expect(await stage.host.root('cd /srv/stack && find . -type f | sort | xargs sha256sum')).toBe(files);
  const result = await stage.deploy('v1');
  succeeded(result);
  writeFileSync(join(stage.workspace, 'runbook.yml'), runbook);
  expect(result.stdout).toContain('0-adopted');
  expect(await stage.running()).toEqual(before);
  expect(await stage.current()).toMatch(/^(0-adopted|1-v1)$/);
});

it('an adopted stack goes to the next release, and back to the adopted one', async () => {
  const before = await stage.running();
  const load = await stage.load();
  const deployed = await stage.deploy('v2');
  succeeded(deployed);
  expect(await stage.images('backend')).toEqual(['v2']);
  const untouched = (list: typeof before) => list.filter(({ service }) => !['backend', 'worker'].includes(service));
  expect(untouched(await stage.running())).toEqual(untouched(before));

  await stage.host.registry.stop();
  const back = await stage.rollback({ release: '0-adopted' });
  const report = await load.stop();
  succeeded(back);
  expect(await stage.current()).toBe('0-adopted');
  expect(await stage.images('backend')).toEqual(['v1']);
  expect(await stage.images('worker')).toEqual(['v1']);
  expect(untouched(await stage.running())).toEqual(untouched(before));
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  expect(await stage.redirected()).toBe('');
});
