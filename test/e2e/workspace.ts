/** The user's repository as tests begin with it, and how an action reaches the host. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '../lab/host';
import { stackFolder } from '../lab/sample';
import { canaries, loggedCanary } from './canary';

/** Of every service. What is to be seen within it wants longer: see `Stage.stableFor`. */
const STABLE_FOR = '1s';

/** Inputs of every action. */
export function connection(host: LabHost): Readonly<Record<string, string>> {
  return {
    'ssh-host': host.address,
    'ssh-port': String(host.sshPort),
    'ssh-user': host.user,
    'ssh-key': host.privateKey,
    'ssh-known-hosts': host.knownHosts,
  };
}

/** A copy of the sample stack's folder, with secrets of ours in its env file. */
export function freshWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-stack-'));
  cpSync(stackFolder, folder, { recursive: true });
  const runbook = join(folder, 'runbook.yml');
  const settings = readFileSync(runbook, 'utf8').replace(/^ +stable-for: .*\n/m, '');
  writeFileSync(runbook, `${settings}defaults:\n  stable-for: ${STABLE_FOR}\n`);
  const file = join(folder, '.env.production');
  const [token, password, dsn] = canaries;
  writeFileSync(
    file,
    `${readFileSync(file, 'utf8').replace(/^APP_MESSAGE=.*\n/m, '')}API_TOKEN=${token}
SMTP_PASSWORD='${password}'
CACHE_URL=redis://app:${dsn}@cache:6379/0
LOGGED_KEY=${loggedCanary}
APP_MESSAGE="hello ${loggedCanary}"
`,
  );
  return folder;
}
