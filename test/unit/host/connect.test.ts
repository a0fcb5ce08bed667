import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { utils } from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../actions/lib/host/connect';
import type { Host } from '../../../actions/lib/host/host';
import { readablePrivateKey } from '../../../actions/lib/host/key';
import { fingerprint } from '../../../actions/lib/host/known-hosts';
import { generateKey, publicBytes } from './faulty-server';
import { freePort, type Sshd, startSshd } from './sshd';

let sshd: Sshd;
let host: Host;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  sshd = await startSshd();
  host = await connect(sshd);
});
afterAll(async () => {
  host.close();
  await sshd.stop();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function sshdWith(...config: string[]): Promise<Sshd> {
  const other = await startSshd({ config });
  stops.push(() => other.stop());
  return other;
}

async function connected(target: Parameters<typeof connect>[0]): Promise<Host> {
  const other = await connect(target);
  stops.push(() => other.close());
  return other;
}

describe('connect', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('verifies a host key of type %s', async (hostKey) => {
    const other = await startSshd({ hostKey });
    stops.push(() => other.stop());
    expect(await (await connected(other)).run('echo in')).toMatchObject({ stdout: 'in\n' });
  });

  it('asks the host for the type of key that is known, not the one it likes best', async () => {
    const other = await startSshd({ hostKey: 'rsa', config: [`HostKey ${sshd.hostKeyFile.replace(/\.pub$/, '')}`] });
    stops.push(() => other.stop());
    expect(await (await connected(other)).run('echo in')).toMatchObject({ stdout: 'in\n' });
  });

  it('logs in with a key that only an ssh-agent has, and says where none of them is right', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-'));
    const socket = join(folder, 'socket');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    stops.push(() => rmSync(folder, { recursive: true }));
    stops.push(() => agent.kill());
    await vi.waitFor(() => expect(existsSync(socket)).toBe(true), 10_000);
    const target = { ...sshd, privateKey: '', agent: socket };
    await expect(connect(target)).rejects.toMatchObject({ code: 'RB-AUTH-FAILED' });
    execFileSync('ssh-add', ['-q', sshd.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
    expect(await (await connected(target)).run('echo in')).toMatchObject({ stdout: 'in\n' });
    const gone = connect({ ...target, agent: join(folder, 'gone') });
    await expect(gone).rejects.toMatchObject({ code: 'RB-AUTH-FAILED' });
  });

  it('prints both fingerprints and the exact line when the key has changed', async () => {
    const known = generateKey().publicKey;
    const offered = readFileSync(sshd.hostKeyFile, 'utf8').split(' ').slice(0, 2).join(' ');
    const error = await connect({ ...sshd, knownHosts: `[127.0.0.1]:${sshd.port} ${known}` }).catch(
      (caught: Error) => caught,
    );
    expect(error).toMatchObject({ code: 'RB-HOST-KEY-CHANGED' });
    const { message } = error as Error;
    expect(message).toContain(fingerprint(publicBytes(known)));
    expect(message).toContain(fingerprint(publicBytes(offered)));
    expect(message).toContain(`[127.0.0.1]:${sshd.port} ${offered}`);
  });

  it('says the same when the host has no key of the known type any more', async () => {
    const known = generateKey('-t', 'rsa').publicKey;
    const offered = readFileSync(sshd.hostKeyFile, 'utf8').split(' ').slice(0, 2).join(' ');
    const error = await connect({ ...sshd, knownHosts: `[127.0.0.1]:${sshd.port} ${known}` }).catch(
      (caught: Error) => caught,
    );
    expect(error).toMatchObject({ code: 'RB-HOST-KEY-CHANGED' });
    expect((error as Error).message).toContain(`[127.0.0.1]:${sshd.port} ${offered}`);
  });

  it('tells an unknown host by the line to add', async () => {
    const offered = readFileSync(sshd.hostKeyFile, 'utf8').split(' ').slice(0, 2).join(' ');
    const error = await connect({ ...sshd, knownHosts: `elsewhere ${offered}` }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'RB-HOST-KEY-UNKNOWN' });
    expect((error as Error).message).toContain(`[127.0.0.1]:${sshd.port} ${offered}`);
  });

  it.each(['', '@revoked * '])('refuses a revoked key (with a valid entry too: %j)', async (prefix) => {
    const knownHosts = `${prefix === '' ? '' : sshd.knownHosts}@revoked ${sshd.knownHosts}`;
    await expect(connect({ ...sshd, knownHosts })).rejects.toThrow(/RB-HOST-KEY-(CHANGED|UNKNOWN).*@revoked/s);
  });

  it('names user and public key when the login is refused', async () => {
    const stranger = generateKey();
    const error = await connect({ ...sshd, privateKey: stranger.privateKey }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'RB-AUTH-FAILED' });
    expect((error as Error).message).toContain(stranger.publicKey);
    await expect(connect({ ...sshd, user: 'nobody-here' })).rejects.toThrow(/RB-AUTH-FAILED.*nobody-here/s);
  });

  it('logs in with an encrypted key, and with one in PKCS#8', async () => {
    const locked = generateKey('-N', 'secret');
    const pkcs8 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const parsed = utils.parseKey(readablePrivateKey(pkcs8, undefined));
    if (parsed instanceof Error) throw parsed;
    const file = sshd.keyFile.replace(/user$/, 'authorized_keys');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}${locked.publicKey}\nssh-ed25519 ${parsed.getPublicSSH().toString('base64')}\n`);
    expect(
      await (await connected({ ...sshd, privateKey: locked.privateKey, passphrase: 'secret' })).run('echo in'),
    ).toMatchObject({ stdout: 'in\n' });
    expect(await (await connected({ ...sshd, privateKey: pkcs8 })).run('echo in')).toMatchObject({ stdout: 'in\n' });
  });

  it('explains a host that cannot be reached', async () => {
    const port = await freePort();
    const knownHosts = `127.0.0.1 ${generateKey().publicKey}`;
    await expect(connect({ ...sshd, port, knownHosts })).rejects.toThrow(/RB-HOST-UNREACHABLE.*nothing listens there/s);
    await expect(
      connect({ ...sshd, host: 'no-such-host.invalid', knownHosts: `* ${generateKey().publicKey}` }),
    ).rejects.toThrow(/RB-HOST-UNREACHABLE.*no-such-host/s);
  });

  it('refuses algorithms of SHA-1', async () => {
    await expect(connect(await sshdWith('KexAlgorithms diffie-hellman-group14-sha1'))).rejects.toThrow(
      /RB-HOST-UNSUITABLE.*key exchange/s,
    );
    await expect(connect(await sshdWith('Ciphers aes128-ctr', 'MACs hmac-sha1'))).rejects.toThrow(
      /RB-HOST-UNSUITABLE.*MAC/s,
    );
  });

  it('explains a post-quantum host', async () => {
    await expect(connect(await sshdWith('KexAlgorithms sntrup761x25519-sha512@openssh.com'))).rejects.toThrow(
      /RB-HOST-UNSUITABLE.*curve25519/s,
    );
  });

  it('says when the host allows no further session', async () => {
    const narrow = await connected(await sshdWith('MaxSessions 1'));
    const first = await narrow.open('cat');
    await expect(narrow.run('true')).rejects.toThrow(/RB-HOST-UNSUITABLE.*MaxSessions/s);
    first.close();
  });
});

describe('jump host', () => {
  const jumpOf = ({ host, port, user, privateKey, knownHosts }: Sshd) => ({ host, port, user, privateKey, knownHosts });

  it('is gone through, both hosts verified', async () => {
    const through = await connected({ ...(await sshdWith()), jump: jumpOf(sshd) });
    expect(await through.run('echo "$SSH_CONNECTION"')).toMatchObject({ code: 0 });
    expect(through.counters.handshakes).toBe(2);
  });

  it('takes its known hosts from those of the target', async () => {
    const target = await sshdWith();
    const { knownHosts, ...jump } = jumpOf(sshd);
    await connected({ ...target, knownHosts: `${knownHosts}${target.knownHosts}`, jump });
    await expect(connect({ ...target, jump })).rejects.toThrow(/RB-HOST-KEY-UNKNOWN/);
  });

  it.each<[string, (target: Sshd) => Promise<Parameters<typeof connect>[0]>, RegExp]>([
    [
      'shows another key',
      async (target) => ({
        ...target,
        jump: { ...jumpOf(sshd), knownHosts: `[127.0.0.1]:${sshd.port} ${generateKey().publicKey}` },
      }),
      /RB-HOST-KEY-CHANGED/,
    ],
    [
      'refuses the login',
      async (target) => ({ ...target, jump: { ...jumpOf(sshd), privateKey: generateKey().privateKey } }),
      /RB-JUMP-FAILED.*jump host.*refuses user/s,
    ],
    [
      'cannot be reached',
      async (target) => ({
        ...target,
        jump: { ...jumpOf(sshd), port: await freePort(), knownHosts: `* ${generateKey().publicKey}` },
      }),
      /RB-JUMP-FAILED.*nothing listens/s,
    ],
    [
      'forbids forwarding',
      async (target) => ({ ...target, jump: jumpOf(await sshdWith('AllowTcpForwarding no')) }),
      /RB-JUMP-FAILED.*AllowTcpForwarding/s,
    ],
    [
      'cannot reach the target',
      async (target) => ({
        ...target,
        port: await freePort(),
        knownHosts: `* ${generateKey().publicKey}`,
        jump: jumpOf(sshd),
      }),
      /RB-JUMP-FAILED.*cannot reach/s,
    ],
  ])('fails clearly when it %s', async (_case, targetOf, message) => {
    await expect(connect(await targetOf(await sshdWith()))).rejects.toThrow(message);
  });

  it('verifies the target behind it as well', async () => {
    const target = await sshdWith();
    await expect(
      connect({ ...target, knownHosts: `[127.0.0.1]:${target.port} ${generateKey().publicKey}`, jump: jumpOf(sshd) }),
    ).rejects.toThrow(/RB-HOST-KEY-CHANGED/);
  });
});

describe('forward', () => {
  it('reaches what only the host reaches', async () => {
    const server = createServer((socket) => socket.end('hello from inside'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const { port } = server.address() as { port: number };
    const sessions = host.counters.sessions;
    expect((await buffer(await host.forward('127.0.0.1', port))).toString()).toBe('hello from inside');
    expect(host.counters.sessions).toBe(sessions);
  });

  it('tells a port without listener from a host that forbids forwarding', async () => {
    await expect(host.forward('127.0.0.1', await freePort())).rejects.toMatchObject({ reason: 2 });
  });

  it('goes through a shell where the SSH server forbids it', async () => {
    const server = createServer((socket) => socket.on('data', (data) => socket.end(`heard ${data.length}`)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const { port } = server.address() as { port: number };
    const strict = await connected(await sshdWith('AllowTcpForwarding no'));
    for (const bytes of [1, 3]) {
      const connection = await strict.forward('127.0.0.1', port);
      connection.write(Buffer.alloc(bytes));
      expect((await buffer(connection)).toString()).toBe(`heard ${bytes}`);
    }
    await expect(strict.forward('127.0.0.1', await freePort())).rejects.toMatchObject({ reason: 2 });
    expect(await strict.run('echo fine')).toMatchObject({ stdout: 'fine\n' });
  });

  it('through a shell is over when we close it', async () => {
    const closed = new Promise<void>((resolve) => {
      const server = createServer((socket) => socket.on('close', () => resolve()).on('error', () => {}));
      server.listen(0, '127.0.0.1', async () => {
        stops.push(() => server.close());
        const strict = await connected(await sshdWith('AllowTcpForwarding no'));
        (await strict.forward('127.0.0.1', (server.address() as { port: number }).port)).destroy();
      });
    });
    await closed;
  });
});
