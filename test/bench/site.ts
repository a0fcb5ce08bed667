/** A lab host and a workspace for the benches. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabHost } from '../lab/host';
import { type NginxConfiguration, stackFolder } from '../lab/sample';
import { type ActionResult, type RunActionOptions, runAction } from '../run-action';

export interface Cost {
  readonly handshakes: number;
  readonly sessions: number;
}

export class Site {
  readonly host: LabHost;
  readonly workspace: string;
  /** Where the action connects to; another port where a proxy stands before sshd. */
  port: number;

  private constructor(host: LabHost, nginx: NginxConfiguration) {
    this.host = host;
    this.port = host.sshPort;
    this.workspace = mkdtempSync(join(tmpdir(), 'runbook-bench-'));
    cpSync(stackFolder, this.workspace, { recursive: true });
    const environment = join(this.workspace, '.env.production');
    writeFileSync(environment, `${readFileSync(environment, 'utf8')}NGINX_CONFIG=${nginx}\n`);
  }

  static async open(nginx: NginxConfiguration = 'plain'): Promise<Site> {
    return new Site(await LabHost.start(), nginx);
  }

  async close(): Promise<void> {
    rmSync(this.workspace, { recursive: true });
    await this.host.destroy();
  }

  edit(path: string, change: (text: string) => string): void {
    const file = join(this.workspace, path);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }

  /** Runs an action; a failure ends the bench. */
  async run(
    name: 'deploy' | 'rollback' | 'scale' | 'restore' | 'backup' | 'rotate-secrets',
    inputs: Record<string, string>,
    { onLine, ...options }: RunActionOptions & { readonly onLine?: (line: string) => void } = {},
  ): Promise<ActionResult & Cost & { seconds: number }> {
    const { host } = this;
    const begun = performance.now();
    const result = await runAction(
      name,
      {
        'ssh-host': host.address,
        'ssh-port': String(this.port),
        'ssh-user': host.user,
        'ssh-key': host.privateKey,
        'ssh-known-hosts': this.port === host.sshPort ? host.knownHosts : host.knownHostsFor(this.port),
        ...inputs,
      },
      this.workspace,
      onLine,
      options,
    );
    const seconds = (performance.now() - begun) / 1000;
    if (result.code !== 0) throw new Error(`${name} failed:\n${result.stdout}`);
    const [, handshakes, sessions] = /connection: (\d+) handshakes, (\d+) sessions/.exec(result.stdout) ?? [];
    return { ...result, seconds, handshakes: Number(handshakes), sessions: Number(sessions) };
  }
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
