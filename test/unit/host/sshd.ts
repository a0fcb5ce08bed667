/** A real sshd on loopback, run by whoever runs the tests, with keys of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SshTarget } from '../../../actions/lib/host/connect';

export interface Sshd extends SshTarget {
  /** Path of the private key, for OpenSSH's own client. */
  readonly keyFile: string;
  /** Path of the known hosts, likewise. */
  readonly knownHostsFile: string;
  /** Path of the public host key. */
  readonly hostKeyFile: string;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Lines of sshd_config. */
  readonly config?: readonly string[];
  /** Type of the host key as ssh-keygen calls it. Default `ed25519`. */
  readonly hostKey?: 'ed25519' | 'ecdsa' | 'rsa';
}

export async function startSshd({ config = [], hostKey = 'ed25519' }: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'sshd-'));
  const file = (name: string) => join(folder, name);
  const keygen = (type: string, name: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file(name)]);
  keygen(hostKey, 'host');
  keygen('ed25519', 'user');
  writeFileSync(file('authorized_keys'), readFileSync(file('user.pub')));
  chmodSync(folder, 0o700);
  // sshd as root wants its folder for privilege separation, which only a service's start makes.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    'PidFile none',
    // The folder lies below /tmp, which others can write to.
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'MaxStartups 100',
    ...config,
  ];
  writeFileSync(file('sshd_config'), `${lines.join('\n')}\n`);
  const daemon = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  daemon.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await listening(port, daemon, () => log);
  const knownHosts = `[127.0.0.1]:${port} ${readFileSync(file('host.pub'), 'utf8')}`;
  writeFileSync(file('known_hosts'), knownHosts);
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    privateKey: readFileSync(file('user'), 'utf8'),
    knownHosts,
    keyFile: file('user'),
    knownHostsFile: file('known_hosts'),
    hostKeyFile: file('host.pub'),
    stop: async () => {
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      if (daemon.exitCode === null && daemon.kill()) await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function listening(port: number, daemon: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (daemon.exitCode !== null) throw new Error(`sshd ended: ${log()}`);
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('data', () => socket.destroy());
      socket.on('error', () => resolve(false));
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
