/** An SSH server in this process that misbehaves as it is told to. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, Server, type ServerChannel, utils } from 'ssh2';
import type { SshTarget } from '../../../actions/lib/host/connect';
import { BEGIN } from '../../../actions/lib/host/greeting';

export interface Misbehaviour {
  /** Called for every command, whose script has not been read yet. */
  readonly onExec?: (channel: ServerChannel, connection: Connection) => void;
  /** Leaves requests for a session unanswered. */
  readonly ignoreSessions?: boolean;
  /** Called for every new TCP forward; refused where it is not set. */
  readonly onForward?: (accept: () => ServerChannel) => void;
  /** Host key to show instead of the one in the known hosts. */
  readonly otherKey?: boolean;
}

export interface FaultyServer extends SshTarget {
  /** Methods of authentication that clients tried. */
  readonly attempts: string[];
  /** Resets all connections (RST). */
  reset(): void;
  /** Reads nothing any more from any connection, not even its end. */
  freeze(): void;
  stop(): Promise<void>;
}

export async function startFaultyServer(misbehaviour: Misbehaviour): Promise<FaultyServer> {
  const [key, other, user] = [generateKey(), generateKey(), generateKey()];
  const attempts: string[] = [];
  const sockets = new Set<Socket>();
  const server = new Server({ hostKeys: [(misbehaviour.otherKey ? other : key).privateKey] }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (context) => {
      attempts.push(context.method);
      if (context.method === 'publickey') context.accept();
      else context.reject();
    });
    connection.on('ready', () => {
      connection.on('session', (accept) => {
        if (misbehaviour.ignoreSessions) return;
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec();
          channel.on('error', () => {});
          misbehaviour.onExec?.(channel, connection);
        });
      });
      connection.on('tcpip', (accept, reject) => {
        if (misbehaviour.onForward) misbehaviour.onForward(accept as () => ServerChannel);
        else reject();
      });
    });
  });
  // ssh2 hands its server's connections on by this event, as net.Server does.
  (server as unknown as { _srv: NodeJS.EventEmitter })._srv.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    user: 'deploy',
    privateKey: user.privateKey,
    knownHosts: `[127.0.0.1]:${port} ${key.publicKey}`,
    timeout: 5000,
    attempts,
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Reads the script that the client sends first, begins it, and only then misbehaves. */
export function afterScript(channel: ServerChannel, then: (script: string) => void): void {
  let received = Buffer.alloc(0);
  let over = false;
  channel.on('data', (chunk: Buffer) => {
    if (over) return;
    received = Buffer.concat([received, chunk]);
    const lineEnd = received.indexOf('\n');
    const size = Number(received.toString('utf8', 0, lineEnd));
    if (lineEnd < 0 || received.length < lineEnd + 1 + size) return;
    over = true;
    channel.write(`${BEGIN}\n`);
    then(received.toString('utf8', lineEnd + 1, lineEnd + 1 + size));
  });
}

export interface KeyPair {
  readonly privateKey: string;
  /** `type base64`. */
  readonly publicKey: string;
}

/** @param options of ssh-keygen */
export function generateKey(...options: string[]): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  try {
    const file = join(folder, 'key');
    const passphrase = options.includes('-N') ? [] : ['-N', ''];
    const type = options.includes('-t') ? [] : ['-t', 'ed25519'];
    execFileSync('ssh-keygen', ['-q', ...type, ...passphrase, '-C', '', '-f', file, ...options]);
    return { privateKey: readFileSync(file, 'utf8'), publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function publicBytes(publicKey: string): Buffer {
  const parsed = utils.parseKey(publicKey);
  if (parsed instanceof Error) throw parsed;
  return parsed.getPublicSSH();
}
