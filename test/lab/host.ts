/** A throwaway production host: a container with real sshd, Docker Engine and Compose of its own. */
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { asRoot, attempt, type Result, type RunOptions, withLock } from './command';
import { docker, ensureEngine, ownerLabel, tryDocker } from './engine';
import { type HostKind, hostImage, hostKinds, ownPrograms } from './host-image';
import { LabRegistry } from './registry';
import { plantSeed } from './seed';
import { stackImages } from './stack-images';

export interface LabHostOptions {
  /** Default: the variable RUNBOOK_LAB_KIND, else `trixie`. */
  readonly kind?: HostKind;
  /** Part of the container's name; default: random. */
  readonly name?: string;
  /** Docker's data lies on a disk of this many MiB. */
  readonly smallDisk?: number;
  /** `false`: Docker begins with nothing at all; see seed.ts. */
  readonly seed?: boolean;
  /** What `/proc/meminfo` on the host says, in MiB; four fifths of it as available. */
  readonly memory?: number;
}

/** Milliseconds for each part of a reset, which takes seconds even on a busy machine. */
const RESET = 300_000;

/** Options of sshd_config, e.g. `{ AllowTcpForwarding: 'no' }`. */
export type SshdOptions = Readonly<Record<string, string>>;

interface Facts {
  readonly container: string;
  readonly volume: string | null;
  readonly ports: { readonly ssh: number; readonly http: number; readonly https: number };
  readonly privateKey: string;
  readonly hostKey: string;
  readonly certificate: string;
}

/** @throws {Error} for another word */
function usualKind(): HostKind {
  const { RUNBOOK_LAB_KIND: word = 'trixie' } = process.env;
  const kind = hostKinds.find((name) => name === word);
  if (kind === undefined) throw new Error(`RUNBOOK_LAB_KIND: ${hostKinds.join(' | ')}`);
  return kind;
}

export class LabHost {
  readonly address = '127.0.0.1';
  /** Not root: a member of group `docker`. */
  readonly user = 'deploy';
  /** The stack's directory on the host; belongs to `user`. */
  readonly directory = '/srv/stack';
  readonly sshPort: number;
  /** The host's ports 80 and 443, on this machine's 127.0.0.1. */
  readonly ports: { readonly http: number; readonly https: number };
  /** OpenSSH format, Ed25519, no passphrase. */
  readonly privateKey: string;
  /** PEM of the self-signed certificate for `stack.test` and `localhost`, at /etc/letsencrypt/live/stack.test. */
  readonly certificate: string;
  readonly registry: LabRegistry;
  /** Name of the container on the lab's engine. */
  readonly container: string;
  readonly #volume: string | null;
  #hostKey: string;

  private constructor(facts: Facts) {
    this.container = facts.container;
    this.#volume = facts.volume;
    this.sshPort = facts.ports.ssh;
    this.ports = { http: facts.ports.http, https: facts.ports.https };
    this.privateKey = facts.privateKey;
    this.certificate = facts.certificate;
    this.#hostKey = facts.hostKey;
    this.registry = new LabRegistry(this);
  }

  /** Starts a host; makes engine and images first where they are not there yet. Docker answers when it returns. */
  static async start(options: LabHostOptions = {}): Promise<LabHost> {
    await ensureEngine();
    const kind = options.kind ?? usualKind();
    const [image, content, programs] = await Promise.all([hostImage(kind), stackImages(), ownPrograms(kind)]);
    const container = `runbook-lab-${options.name ?? randomBytes(4).toString('hex')}`;
    const volume = options.smallDisk === undefined ? container : null;
    if (volume !== null) await docker(['volume', 'create', '--label', `${ownerLabel}=${process.pid}`, volume]);
    let ports: Facts['ports'] = { ssh: 0, http: 0, https: 0 };
    const disk =
      volume === null
        ? ['--tmpfs', `/var/lib/docker:exec,suid,dev,size=${options.smallDisk}m`]
        : ['-v', `${volume}:/var/lib/docker`];
    try {
      // The seed is of Docker's own store of images.
      if (volume !== null && options.seed !== false && kind !== 'engine-29')
        await plantSeed(volume, image, content, () => LabHost.start({ kind, seed: false }));
      // Nobody else may choose between the choice and its use.
      await withLock('ports', async () => {
        ports = await freePorts();
        await docker([
          ...['run', '-d', '--init', '--name', container, '--hostname', container],
          ...['--label', `${ownerLabel}=${process.pid}`],
          // What Docker inside and its containers need over the default. Named one by one and not by ALL or --privileged:
          // a machine that lacks a capability refuses those, or, with a newer Docker, refuses to drop what it lacks.
          ...['--cap-add=SYS_ADMIN', '--cap-add=NET_ADMIN', '--cap-add=SYS_PTRACE'],
          ...['--security-opt=seccomp=unconfined', '--security-opt=apparmor=unconfined'],
          ...['--security-opt=systempaths=unconfined'],
          ...['--cgroupns=host', '-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw'],
          ...['--sysctl', 'net.ipv6.conf.all.disable_ipv6=0'],
          ...['--tmpfs', '/run:exec,mode=755', ...disk],
          ...['-v', `${join(__dirname, 'machine')}:/opt/lab:ro`, '-v', `${content}:/opt/registry:ro`, ...programs],
          ...['-e', `LAB_NAME=${container}`, '-e', `LAB_MEMORY=${options.memory ?? ''}`],
          ...[
            '-p',
            `127.0.0.1:${ports.ssh}:22`,
            '-p',
            `127.0.0.1:${ports.http}:80`,
            '-p',
            `127.0.0.1:${ports.https}:443`,
          ],
          image,
        ]);
      });
      await waitForBoot(container);
      const read = (file: string) => docker(['exec', container, 'cat', file]);
      const [privateKey, hostKey, certificate] = await Promise.all([
        read('/etc/lab/user'),
        read('/etc/ssh/ssh_host_ed25519_key.pub'),
        read('/etc/letsencrypt/live/stack.test/fullchain.pem'),
      ]);
      return new LabHost({ container, volume, ports, privateKey, hostKey, certificate });
    } catch (error) {
      const logs = await tryDocker(['logs', '--tail', '20', container]);
      await removeHost(container, volume);
      throw new Error(`lab host ${container} did not start\n${logs.stdout}${logs.stderr}`, { cause: error });
    }
  }

  /** The line of `known_hosts` for this host. */
  get knownHosts(): string {
    return this.knownHostsFor(this.sshPort);
  }

  /** The same for another way here, e.g. by a delaying proxy's port, or by `bridgeAddress()` and port 22. */
  knownHostsFor(port: number, address: string = this.address): string {
    const [type = '', key = ''] = this.#hostKey.split(' ');
    return `${port === 22 ? address : `[${address}]:${port}`} ${type} ${key}\n`;
  }

  /** The address by which other lab hosts reach this one, e.g. over a jump host; sshd listens on port 22 there. */
  async bridgeAddress(): Promise<string> {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return (await docker(['inspect', '--format', format, this.container])).trim();
  }

  /** Runs a shell script on the host, not over SSH: for tests, what it tells is the truth. Default user: root. */
  exec(script: string, options: RunOptions & { readonly user?: 'root' | 'deploy' } = {}): Promise<Result> {
    const { user = 'root', ...rest } = options;
    const home = user === 'root' ? '/root' : `/home/${user}`;
    return tryDocker(
      ['exec', '-i', '-u', user, '-w', home, '-e', `HOME=${home}`, this.container, 'sh', '-c', script],
      rest,
    );
  }

  /** Runs a script as root that must succeed, and returns its output. */
  async root(script: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(script, options);
    if (code !== 0) throw new Error(`on ${this.container}: ${script}: exit ${code}\n${stderr || stdout}`);
    return stdout;
  }

  /** Writes a file on the host that belongs to `deploy`, folders included. */
  async put(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    const quoted = `'${path.replaceAll("'", "'\\''")}'`;
    const script = `set -e; f=${quoted}; mkdir -p "$(dirname "$f")"; cat > "$f"; chmod ${mode.toString(8)} "$f"`;
    const { code, stderr } = await this.exec(script, { user: 'deploy', input: content });
    if (code !== 0) throw new Error(`${this.container}: cannot write ${path}: ${stderr}`);
  }

  /**
   * Back to an empty host within seconds: containers, volumes, networks, files, rules, sshd's options and the
   * registry's content. Pulled images stay unless asked otherwise.
   */
  async reset(options: { readonly images?: boolean } = {}): Promise<void> {
    // Traced: a reset that does not come to its end says where it stands.
    const traced = (script: string): Promise<string> => this.root(`sh -x /opt/lab/${script}`, { timeout: RESET });
    await traced(`reset.sh ${options.images ? 'images' : ''}`);
    await this.registry.restore();
    await traced('sshd.sh');
  }

  /** Power off without a goodbye, and on again. Restart policies bring containers back. */
  async reboot(): Promise<void> {
    await docker(['kill', this.container]);
    await docker(['start', this.container]);
    await waitForBoot(this.container);
  }

  /** Ends the host's Docker Engine, and with it its containers. */
  async stopDocker(): Promise<void> {
    await this.root('sh /opt/lab/docker.sh stop');
  }

  async startDocker(): Promise<void> {
    await this.root('sh /opt/lab/docker.sh start');
  }

  /** Gives sshd these options over Debian's own (`{}`: none) for new connections; present ones stay. */
  async sshd(options: SshdOptions): Promise<void> {
    const lines = Object.entries(options).map(([key, value]) => `${key} ${value}\n`);
    await this.root('sh /opt/lab/sshd.sh', { input: lines.join('') });
  }

  /** Cuts every SSH connection, as a broken line would; new ones are possible at once. */
  async cutConnections(): Promise<void> {
    // OpenSSH 10 and newer have a program of their own for sessions; the listener lives on.
    await this.root('pkill -KILL -f ^sshd-session: || :');
  }

  /** The host gets a new key, as after a reinstallation; `knownHosts` then has the new one. */
  async newHostKey(): Promise<void> {
    const file = '/etc/ssh/ssh_host_ed25519_key';
    await this.root(
      `rm ${file} ${file}.pub; ssh-keygen -q -t ed25519 -N '' -f ${file}; sh /opt/lab/sshd.sh </dev/null`,
    );
    this.#hostKey = await this.root(`cat ${file}.pub`);
  }

  /** Ends and removes the host with all that is on it. */
  async destroy(): Promise<void> {
    await removeHost(this.container, this.#volume);
  }
}

async function waitForBoot(container: string): Promise<void> {
  const ready =
    'i=0; until docker version && [ -e /run/sshd.pid ] && [ -e /run/lab/registry.pid ]; do i=$((i+1)); [ $i -lt 400 ] || exit 1; sleep 0.2; done';
  const { code, stderr } = await tryDocker(['exec', container, 'sh', '-c', `{ ${ready}; } >/dev/null 2>&1`]);
  if (code !== 0) {
    const log = await tryDocker(['exec', container, 'tail', '-n', '20', '/var/log/docker.log']);
    throw new Error(`Docker on ${container} does not answer: ${stderr}\n${log.stdout}`);
  }
}

async function removeHost(container: string, volume: string | null): Promise<void> {
  await tryDocker(['rm', '-f', '-v', container]);
  if (volume !== null) await tryDocker(['volume', 'rm', '-f', volume]);
  // Its containers' cgroups lay beside its own, and nobody else removes them.
  const path = `*/runbook-lab/${container}*`;
  await attempt(
    ...asRoot('find', ['/sys/fs/cgroup', '-depth', '-type', 'd', '-path', path, '-exec', 'rmdir', '{}', '+']),
  );
}

/** Three that differ, below those that the kernel gives to outgoing connections. */
async function freePorts(): Promise<{ ssh: number; http: number; https: number }> {
  const held: Server[] = [];
  try {
    while (held.length < 3) {
      const server = createServer();
      const bound = await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(randomInt(20_000, 32_000), '127.0.0.1', () => resolve(true));
      });
      if (bound) held.push(server);
    }
    const [ssh = 0, http = 0, https = 0] = held.map((server) => (server.address() as AddressInfo).port);
    return { ssh, http, https };
  } finally {
    for (const server of held) await once(server.close(), 'close');
  }
}
