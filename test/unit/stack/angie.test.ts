/** Angie, a fork of nginx whose command and processes have other names: with real processes of these names. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../../actions/lib/host/host';
import { lookAtNginx } from '../../../actions/lib/procedure/proxy-look';
import { proxyScript } from '../../../actions/lib/stack/apply/proxy-script';
import type { State } from '../../../actions/lib/stack/model';

let folder: string;
let master: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-angie-'));
});
afterEach(() => {
  // Its workers read the same pipe, and end with it.
  master?.stdin?.destroy();
  master = undefined;
  rmSync(folder, { recursive: true });
});

/** @returns PID of the master process, then of its workers */
async function started(title: string, ...workers: readonly string[]): Promise<string[]> {
  const program = join(folder, 'angie');
  copyFileSync('/bin/bash', program);
  const worker = workers.map((name) => `(exec -a '${name}' ${program} -c 'echo \\$\\$; read -r x' <&3) &`);
  const lines = ['exec 3<&0', `exec -a '${title}' ${program} -c "echo \\$\\$; ${worker.join(' ')} read -r x <&3"`];
  master = spawn('bash', ['-c', lines.join('\n')], { stdio: ['pipe', 'pipe', 'inherit'] });
  let told = '';
  for await (const chunk of master.stdout!) {
    told += String(chunk);
    if (told.split('\n').length > workers.length + 1) break;
  }
  const [first = '', ...others] = told.trim().split('\n');
  return [first, ...others.sort()];
}

const asked = (commands: string): string[] =>
  spawnSync('sh', ['-s'], { input: `RB_STEP=${folder} PROJECT=x PROXY=web\n${proxyScript()}\n${commands}` })
    .stdout.toString()
    .trim()
    .split('\n');

const TITLE = 'angie: master process v1.11.5 PRO #1 [/usr/sbin/angie -c /etc/angie/own.conf]';

it('The workers of Angie are known, also those that only finish their requests', async () => {
  const [pid, ...workers] = await started(
    TITLE,
    'angie: worker process #1',
    'angie: worker process #2 is shutting down',
  );
  expect(workers).toHaveLength(2);
  const found = asked(`proxy_workers ${pid}`);
  expect(found.map((line) => line.replace(/^\d+/, '')).sort()).toEqual(['', ' is shutting down']);
  expect(found.map((line) => line.replace(/ .*/, '')).sort()).toEqual(workers);
});

it("Angie's own command checks its files, and reloads it", async () => {
  const [pid] = await started(TITLE);
  expect(asked(`proxy_check nginx ${pid}`)).toEqual(['angie', '-t', '-c', '/etc/angie/own.conf']);
  const reload = `docker() { echo "$*" >&2; }; reload_nginx id ${pid}; cat ${folder}/reload.log`;
  expect(asked(reload)[0]).toBe('exec id angie -s reload');
});

it.each([
  [TITLE, '/usr/sbin/angie -T -c /etc/angie/own.conf'],
  ['angie: master process v1.11.5 #7 [angie -g daemon off;]', 'angie -T'],
  ['angie: master process v1.12.0', 'angie -T'],
  ['angie: master process', 'angie -T'],
  ['nginx: master process nginx -g daemon off;', 'nginx -T'],
  ['nginx: master process /opt/nginx -p /srv -c own.conf', '/opt/nginx -T -p /srv -c own.conf'],
  ['cat', 'nginx -T'],
])('The configuration of %s is read by `%s`', async (title, command) => {
  const double = join(folder, 'docker');
  writeFileSync(
    double,
    `#!/bin/sh
case $1 in
  top) printf 'COMMAND\\n%s\\n' '${title}' ;;
  exec) shift 2; echo "$*" >${folder}/asked; printf '# configuration file /etc/angie/angie.conf:\\nhttp { }\\n\\n' ;;
  inspect) echo null ;;
esac`,
  );
  chmodSync(double, 0o755);
  const run = async (script: string) => {
    const { stdout } = spawnSync('sh', ['-s'], { input: script, env: { PATH: `${folder}:${process.env.PATH}` } });
    return { outcome: 'exited', code: 0, stdout: stdout.toString(), stderr: '' };
  };
  const container = { id: 'c1', service: 'web', state: 'running', proxy: { program: 'nginx' } };
  const state = { containers: [container] } as unknown as State;
  const seen = await lookAtNginx({ run } as unknown as Host, state, { proxy: { service: 'web' } as never });
  expect(readFileSync(join(folder, 'asked'), 'utf8').trim()).toBe(command);
  expect([...seen.files.keys()]).toEqual(['/etc/angie/angie.conf']);
});
