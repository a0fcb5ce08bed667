import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { attempt, type Result } from '../lab/command';
import { startDelayProxy } from '../lab/delay';
import { LabHost } from '../lab/host';
import { composeUp, type NginxConfiguration } from '../lab/sample';

const setUp = 600_000;
let host: LabHost;
let keys: string;

beforeAll(async () => {
  host = await LabHost.start();
  keys = mkdtempSync(join(tmpdir(), 'lab-'));
}, setUp);

afterAll(async () => {
  await host?.destroy();
  rmSync(keys, { recursive: true, force: true });
});

/** The real client, as an operator would use it; nobody's own configuration or agent. */
function ssh(to: LabHost, command: string, options: { port?: number; user?: string } = {}): Promise<Result> {
  const port = options.port ?? to.sshPort;
  const [key, known] = [join(keys, 'key'), join(keys, 'known_hosts')];
  writeFileSync(key, to.privateKey, { mode: 0o600 });
  writeFileSync(known, to.knownHostsFor(port));
  return attempt('ssh', [
    ...['-F', 'none', '-o', 'BatchMode=yes', '-o', 'IdentityAgent=none', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `UserKnownHostsFile=${known}`, '-i', key, '-p', `${port}`, `${options.user ?? to.user}@${to.address}`],
    command,
  ]);
}

async function get(to: LabHost, path: string): Promise<string> {
  const target = { host: to.address, port: to.ports.https, servername: 'stack.test', ca: to.certificate };
  const [response] = (await once(request({ ...target, path, agent: false }).end(), 'response')) as [IncomingMessage];
  return text(response);
}

describe('a lab host', () => {
  beforeEach(() => host.reset());

  it('is reached by ssh as an ordinary user who may use Docker, and has Compose 2.20 or newer', async () => {
    const { code, stdout } = await ssh(
      host,
      'id -un; docker version -f "{{.Server.Version}}"; docker compose version --short',
    );
    const [user, docker = '', compose = ''] = stdout.split('\n');
    expect(code).toBe(0);
    expect(user).toBe('deploy');
    expect(Number.parseInt(docker, 10)).toBeGreaterThanOrEqual(20);
    expect(compose.split(/[.-]/).slice(0, 2).map(Number)).toSatisfy(
      ([major = 0, minor = 0]: number[]) => major > 2 || (major === 2 && minor >= 20),
    );
  });

  it('refuses other users, a changed host key, and forwarding when told to', async () => {
    expect((await ssh(host, 'true', { user: 'root' })).stderr).toContain('Permission denied');
    const before = host.knownHosts;
    await host.newHostKey();
    expect(host.knownHosts).not.toBe(before);
    expect((await ssh(host, 'true')).code).toBe(0);
    await host.sshd({ AllowTcpForwarding: 'no' });
    expect(await host.root('/usr/sbin/sshd -T | grep -i allowtcpforwarding')).toContain('no');
    await host.reset();
    expect(await host.root('/usr/sbin/sshd -T | grep -i allowtcpforwarding')).toContain('yes');
  });

  it('loses its connections when they are cut', { tags: ['exhaustive'] }, async () => {
    const session = ssh(host, 'echo begun > /tmp/begun; sleep 60');
    await host.root('until [ -e /tmp/begun ]; do sleep 0.1; done');
    await host.cutConnections();
    expect((await session).code).toBe(255);
    expect((await ssh(host, 'true')).code).toBe(0);
  });

  it.each(['plain', 'upstream', 'resolver'] as const)(
    'serves the sample stack with nginx configured %s',
    { tags: ['exhaustive'] },
    serves,
  );

  async function serves(nginx: NginxConfiguration): Promise<void> {
    await composeUp(host, nginx);
    expect(await get(host, '/')).toBe('v1\n');
    expect(await get(host, '/readyz')).toBe('ready\n');
    expect(await get(host, '/app/')).toContain('frontend v1');
    const schema = "docker exec acme-db-1 psql -U acme -Atc 'select version from schema_version'";
    expect(await host.root(schema)).toBe('v1\n');
    expect(
      await host.root(
        'until docker logs acme-worker-1 | grep calls= | tail -n 1 | grep -v calls=0; do sleep 0.5; done',
      ),
    ).toMatch(/calls=\d+ failed=0/);
  }

  it('carries WebSockets through nginx', { tags: ['exhaustive'] }, async () => {
    await composeUp(host, 'upstream');
    const url = `wss://localhost:${host.ports.https}/ws`;
    const socket = new WebSocket(url, { ca: host.certificate });
    const messages: string[] = [];
    socket.on('message', (data) => messages.push(data.toString()));
    await once(socket, 'open');
    socket.send('hello');
    await expect.poll(() => messages, { timeout: 10_000 }).toEqual(expect.arrayContaining(['hello', 'tick v1']));
    socket.close();
    await once(socket, 'close');
  });

  it('has images that fail in the ways that their tags say', { tags: ['exhaustive'] }, async () => {
    const run = (name: string, image: string) =>
      host.root(
        `docker run -d --name ${name} ${name.startsWith('v3') ? '--network none' : ''} localhost:5000/acme/${image}`,
      );
    for (const tag of ['v3-crash', 'v3-dies', 'v3-hangs', 'v3-unhealthy', 'v3-error500'])
      await run(tag, `backend:${tag}`);
    const state = async (name: string) =>
      (
        await host.root(
          `docker inspect -f '{{.State.Status}} {{.State.ExitCode}}{{with .State.Health}} {{.Status}}{{end}}' ${name}`,
        )
      ).trim();
    const status = (name: string, path: string) =>
      host.root(`docker exec ${name} busybox wget -S -q -O /dev/null http://127.0.0.1:8080${path} 2>&1 | head -n 1`);
    await expect.poll(() => state('v3-crash')).toMatch(/^exited 3/);
    await expect.poll(() => state('v3-dies'), { timeout: 30_000 }).toBe('exited 4');
    await expect.poll(() => state('v3-unhealthy'), { timeout: 30_000 }).toBe('running 0 unhealthy');
    await expect.poll(() => state('v3-error500'), { timeout: 30_000 }).toBe('running 0 healthy');
    expect(await status('v3-error500', '/healthz')).toContain('200');
    expect(await status('v3-error500', '/')).toContain('500');
    await host.root('docker kill -s TERM v3-hangs');
    await expect.poll(() => host.root('docker logs v3-hangs')).toContain('SIGTERM: ignored');
    expect(await state('v3-hangs')).toMatch(/^running/);
  });

  it('serves again after a reboot', { tags: ['exhaustive'] }, async () => {
    await composeUp(host);
    await host.reboot();
    await expect.poll(() => get(host, '/readyz'), { timeout: 60_000 }).toBe('ready\n');
  });

  it('is empty after a reset, but for the images unless asked otherwise', { tags: ['exhaustive'] }, async () => {
    await composeUp(host);
    await host.root('iptables -t nat -N TEST; iptables -t nat -A OUTPUT -m comment --comment "of a test" -j TEST');
    await host.reset();
    expect(
      await host.root('docker ps -aq; docker volume ls -q; ls -A /srv/stack; iptables -t nat -S | grep TEST || :'),
    ).toBe('');
    expect(await host.root('docker image ls -q')).not.toBe('');
    await host.reset({ images: true });
    expect(await host.root('docker image ls -aq')).toBe('');
  });
});

describe('its registry', () => {
  const pull = (tag: string) => host.exec(`docker pull -q localhost:5000/acme/static:${tag}`, { user: 'deploy' });
  beforeEach(() => host.reset({ images: true }));

  it('is open, or wants the right login', async () => {
    expect((await pull('v1')).code).toBe(0);
    await host.registry.start({ login: { user: 'ci', password: 'let me in' } });
    const login = (password: string) =>
      `export DOCKER_CONFIG=$(mktemp -d); printf '%s' '${password}' | docker login -u ci --password-stdin localhost:5000 && docker pull -q localhost:5000/acme/static:v2`;
    expect((await pull('v2')).stderr).toContain('no basic auth credentials');
    expect((await host.exec(login('wrong'), { user: 'deploy' })).stderr).toMatch(/unauthorized/i);
    expect((await host.exec(login('let me in'), { user: 'deploy' })).code).toBe(0);
    await host.registry.stop();
    expect((await pull('v2')).stderr).toContain('connection refused');
  });

  it('can serve what it did not promise, and be honest again', { tags: ['exhaustive'] }, async () => {
    // No test pulls v3 before: the engine keeps a manifest for some time after its image is gone, and takes it from
    // there instead of from the registry.
    const digest = await host.registry.digest('acme/static', 'v3');
    expect(await host.registry.digest('acme/static', 'v2')).not.toBe(digest);
    await host.registry.corrupt('acme/static', 'v3');
    expect((await host.exec(`docker pull -q localhost:5000/acme/static@${digest}`)).code).not.toBe(0);
    await host.registry.corrupt('acme/static', 'v2', 'layer');
    expect((await pull('v2')).code).not.toBe(0);
    await host.registry.restore();
    expect((await host.exec(`docker pull -q localhost:5000/acme/static@${digest}`)).code).toBe(0);
  });

  it('moves, makes and removes tags', { tags: ['exhaustive'] }, async () => {
    await host.registry.tag('acme/static', 'v1', 'v2');
    await host.registry.tag('acme/static', 'v9', 'v2');
    const digest = await host.registry.digest('acme/static', 'v2');
    expect(await host.registry.digest('acme/static', 'v1')).toBe(digest);
    expect((await pull('v9')).code).toBe(0);
    await host.registry.removeTag('acme/static', 'v9');
    expect((await pull('v9')).stderr).toMatch(/not found|unknown/);
  });
});

describe('several hosts', () => {
  it('live side by side, one of them with little disk and memory', { tags: ['exhaustive'] }, async () => {
    const small = await LabHost.start({ smallDisk: 64, memory: 512 });
    const viaBridge = `ssh-keyscan -t ed25519 ${await small.bridgeAddress()} 2>/dev/null | grep -v '^#'`;
    try {
      expect(small.sshPort).not.toBe(host.sshPort);
      expect(small.privateKey).not.toBe(host.privateKey);
      expect((await ssh(small, 'true')).code).toBe(0);
      expect((await ssh(host, 'true')).code).toBe(0);
      expect(await host.root(viaBridge)).toBe(small.knownHostsFor(22, await small.bridgeAddress()));
      expect(await small.root("awk '/MemTotal/ { print $2 }' /proc/meminfo")).toBe('524288\n');
      const pull = await small.exec('docker pull -q localhost:5000/acme/backend:v1', { user: 'deploy' });
      expect(pull.stderr).toContain('no space left on device');
    } finally {
      await small.destroy();
    }
  });
});

describe('the delaying proxy', () => {
  it('delays by its time, keeps order and half-closed connections, and cuts', async () => {
    // Answers with everything that it got, but only when the other side has ended.
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('end', () => socket.end(Buffer.concat(chunks)));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = (server.address() as { port: number }).port;
    const proxy = await startDelayProxy({ target, delayMs: 50 });
    const payload = Buffer.alloc(3_000_000, 'abcdefghijk');
    const begin = performance.now();
    const client = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true });
    client.end(payload);
    const chunks: Buffer[] = [];
    for await (const chunk of client) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(payload)).toBe(true);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(95);

    const idle: Socket = connect(proxy.port, '127.0.0.1');
    const closed = new Promise<string>((resolve) =>
      idle.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')),
    );
    await expect.poll(() => proxy.connections).toBe(2);
    proxy.cut();
    expect(await closed).toBe('ECONNRESET');
    await proxy.close();
    server.close();
  });

  it('carries ssh', { tags: ['exhaustive'] }, async () => {
    const proxy = await startDelayProxy({ target: host.sshPort, delayMs: 20 });
    expect(await ssh(host, 'echo there', { port: proxy.port })).toMatchObject({ code: 0, stdout: 'there\n' });
    await proxy.close();
  });
});
