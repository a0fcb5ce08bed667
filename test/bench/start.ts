/** From process start to the first command's result: the bundled action against `ssh host true`, in turns. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAction } from '../run-action';
import { round, Site } from './site';

const ROUNDS = 9;

export async function run(): Promise<object> {
  const site = await Site.open();
  const folder = mkdtempSync(join(tmpdir(), 'runbook-start-'));
  try {
    writeFileSync(join(folder, 'key'), site.host.privateKey, { mode: 0o600 });
    writeFileSync(join(folder, 'known_hosts'), site.host.knownHosts);
    const action: number[] = [];
    const ssh: number[] = [];
    for (let index = 0; index < ROUNDS; index += 1) {
      action.push(await timeAction(site));
      ssh.push(await timeSsh(site, folder));
    }
    const seconds = median(action);
    const sshSeconds = median(ssh);
    return { seconds: round(seconds), sshSeconds: round(sshSeconds), ratio: round(seconds / sshSeconds) };
  } finally {
    rmSync(folder, { recursive: true });
    await site.close();
  }
}

/** Until the line about the host, which its first command's result makes. */
async function timeAction({ host, workspace }: Site): Promise<number> {
  let begun = 0;
  let seen = 0;
  const inputs = {
    'ssh-host': host.address,
    'ssh-port': String(host.sshPort),
    'ssh-user': host.user,
    'ssh-key': host.privateKey,
    'ssh-known-hosts': host.knownHosts,
    'dry-run': 'true',
    version: 'v1',
  };
  const onLine = (line: string): void => {
    if (line.includes('connected to')) seen ||= performance.now();
  };
  // Not before: what the bench itself prepares for the process is no part of it.
  const onStart = (): void => {
    begun = performance.now();
  };
  await runAction('deploy', inputs, workspace, onLine, { onStart });
  return (seen - begun) / 1000;
}

async function timeSsh({ host }: Site, folder: string): Promise<number> {
  const options = [
    '-F',
    '/dev/null',
    '-i',
    join(folder, 'key'),
    '-o',
    `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
    '-o',
    'BatchMode=yes',
    '-p',
    String(host.sshPort),
  ];
  const child = spawn('ssh', [...options, `${host.user}@${host.address}`, 'true'], { stdio: 'ignore' });
  const begun = performance.now();
  await new Promise((resolve) => child.on('close', resolve));
  return (performance.now() - begun) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
