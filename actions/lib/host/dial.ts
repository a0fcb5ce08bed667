/**
 * A TCP connection to a host by its name. Where the name has several addresses, attempts start one shortly after the
 * other and none is given up for the next, as in RFC 8305: the first connection that stands is taken. Node's own way
 * gives each address a quarter of a second, which is too short for a host that is far away.
 */
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';

/** Milliseconds between the starts of two attempts, unless the former failed before. */
const STAGGER = 250;

/** Error codes that say that the runner's own network lacks a family of addresses; they say nothing about the host. */
const NO_FAMILY = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/**
 * @param resolve gives the addresses of a name
 * @throws the error of an attempt, if all failed; ETIMEDOUT where none ended within `timeout` milliseconds
 */
export async function dialAny(
  host: string,
  port: number,
  timeout: number,
  resolve: (host: string) => Promise<readonly string[]> = addressesOf,
): Promise<Socket> {
  const sockets = new Set<Socket>();
  const ended = new AbortController();
  try {
    return await new Promise<Socket>((connected, reject) => {
      const late = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), timeout);
      ended.signal.addEventListener('abort', () => clearTimeout(late));
      resolve(host).then((addresses) => {
        const waiting = [...addresses];
        const failed: NodeJS.ErrnoException[] = [];
        let open = 0;
        let next: NodeJS.Timeout | undefined;
        const attempt = (): void => {
          clearTimeout(next);
          const address = waiting.shift();
          if (address === undefined || ended.signal.aborted) return;
          const socket = connect({ host: address, port, noDelay: true });
          sockets.add(socket);
          open += 1;
          socket.once('connect', () => {
            sockets.delete(socket);
            connected(socket);
          });
          socket.once('error', (error) => {
            open -= 1;
            failed.push(error);
            if (waiting.length > 0) attempt();
            else if (open === 0) reject(failed.find(({ code = '' }) => !NO_FAMILY.includes(code)) ?? error);
          });
          next = setTimeout(attempt, STAGGER);
          ended.signal.addEventListener('abort', () => clearTimeout(next));
        };
        attempt();
      }, reject);
    });
  } finally {
    ended.abort();
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.destroy();
    }
  }
}

/** Addresses of the two families in turn, otherwise in the order of the resolver. */
async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true, order: 'verbatim' });
  const first = found.filter(({ family }) => family === found[0]?.family);
  const others = found.filter(({ family }) => family !== found[0]?.family);
  return found.flatMap((_one, index) => [first[index], others[index]]).flatMap((one) => one?.address ?? []);
}
