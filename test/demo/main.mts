/** The demo: a throwaway production host, and what happens to its users while it is deployed to. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../lab/command';
import { LabHost } from '../lab/host';
import { stackFolder } from '../lab/sample';
import { type Load, startLoad } from '../load/load';
import { total } from '../load/report';
import { runAction } from '../run-action';
import { retell, tableOf } from './story';

interface Row {
  readonly phase: string;
  readonly result: string;
  readonly seconds: number;
}

const RATE = 100;
const workspace = mkdtempSync(join(tmpdir(), 'runbook-demo-'));
cpSync(stackFolder, workspace, { recursive: true });
say('starting a throwaway production host (sshd, Docker, Compose, a registry), still empty');
const host = await LabHost.start();
const rows: Row[] = [];
let load: Load | null = null;

try {
  await phase('deploy v1', () => deploy('v1'));
  load = startLoad({
    address: host.address,
    port: host.ports.https,
    serverName: 'stack.test',
    rate: RATE,
    webSockets: 5,
  });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await phase('deploy v2', () => deploy('v2'));
  await phase('deploy v3 (answers 500)', () => deploy('backend=v3-error500'));
  await host.registry.stop();
  say('the registry is stopped');
  await phase('roll back to v1', () => action('rollback', { release: '1-v1' }));
  const report = await load.stop();
  load = null;
  console.log(`\n${RATE} requests a second, half of them POST, from v2 on:\n`);
  const cells = rows.map(({ phase: name, result, seconds }) => {
    const { requests, failed, staleRetries, stalePosts, versions } = total(report, [slug(name)]);
    const seen = Object.entries(versions).map(([version, count]) => `${count} ${version}`);
    return [name, Math.round(seconds), requests, failed, staleRetries + stalePosts, seen.join(', ') || '-', result];
  });
  console.log(tableOf(['phase', 'seconds', 'requests', 'failed', 'stale', 'answers by', 'then'], cells));
  console.log();
  // The answers of v3 are what the demo is about; anything else would be ours.
  for (const line of report.failures.filter((text) => !text.endsWith('status 500'))) console.log(`  ${line}`);
  console.log(
    'failed: answers with an error, cut off or missing. v3 was met by real traffic until it was turned back.',
  );
  console.log('stale: a kept-alive connection that the proxy had just closed; clients send such a request again.');
  console.log('\nWhere to look next: actions/deploy/README.md, .github/workflows/deploy.yml, test/lab/README.md');
} finally {
  await load?.stop();
  await host.destroy();
  rmSync(workspace, { recursive: true });
}

function deploy(version: string): Promise<string> {
  return action('deploy', { version });
}

/** Runs the bundled action and shows what it says; resolves with the outcome in a few words. */
async function action(name: 'deploy' | 'rollback', inputs: Record<string, string>): Promise<string> {
  const { code, stdout, outputs } = await runAction(
    name,
    {
      'ssh-host': host.address,
      'ssh-port': String(host.sshPort),
      'ssh-user': host.user,
      'ssh-key': host.privateKey,
      'ssh-known-hosts': host.knownHosts,
      'drain-timeout': '4s',
      ...inputs,
    },
    workspace,
    (line) => {
      for (const text of retell(line)) console.log(text);
    },
  );
  const live = `${outputs.release} is live`;
  return code === 0 ? live : `${live} (${/RB-[A-Z-]+/.exec(stdout)?.[0] ?? 'failed'})`;
}

async function phase(name: string, run: () => Promise<string>): Promise<void> {
  say(name);
  load?.phase(slug(name));
  const begun = performance.now();
  const result = await run();
  rows.push({ phase: name, result, seconds: (performance.now() - begun) / 1000 });
  say(`${name}: ${result}`);
}

function slug(name: string): string {
  return name.replace(/\W+/g, '-');
}
