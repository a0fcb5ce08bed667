/** A TCP proxy on loopback that delays every byte: latency where the kernel has no netem. */
import { connect, createServer, type Socket } from 'node:net';

export interface DelayProxy {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Resets all open connections, on both sides; new ones are accepted. */
  cut(): void;
  /** Cuts all and listens no more. */
  close(): Promise<void>;
}

export interface DelayOptions {
  /** Port on 127.0.0.1. */
  readonly target: number;
  /** Milliseconds per direction: half a round trip. */
  readonly delayMs: number;
}

export async function startDelayProxy({ target, delayMs }: DelayOptions): Promise<DelayProxy> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections++;
    const upstream = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true, noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    delay(client, upstream, delayMs);
    delay(upstream, client, delayMs);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the delaying proxy has no port');

  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** More than this on the way, in bytes, and the sender must wait. */
const window = 16 * 1024 * 1024;

/** Carries bytes, end and reset of one direction, each `delayMs` after it came, in order. */
function delay(from: Socket, to: Socket, delayMs: number): void {
  // Timers of the same length fire in the order in which they were set, so bytes cannot overtake each other.
  let travelling = 0;
  const holdOrRelease = () => {
    if (travelling > window || to.writableNeedDrain) from.pause();
    else from.resume();
  };
  from.on('data', (chunk: Buffer) => {
    travelling += chunk.length;
    holdOrRelease();
    setTimeout(() => {
      travelling -= chunk.length;
      if (!to.destroyed) to.write(chunk);
      holdOrRelease();
    }, delayMs);
  });
  to.on('drain', holdOrRelease);
  from.on('end', () => setTimeout(() => to.end(), delayMs));
  from.on('error', () => setTimeout(() => to.resetAndDestroy(), delayMs));
}
