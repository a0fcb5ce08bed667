/** The questions about certificates that the configuration of nginx leads to. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { NginxConfig, TlsServer } from './nginx-config';

/** One question to a proxy. */
export interface Question {
  /** Name for SNI; `null`: none is sent. */
  readonly name: string | null;
  readonly port: number;
  /** Path of the file that must be served; at most one. */
  readonly certificates: readonly string[];
  /** The server has more files for this name, for clients that know other signatures. */
  readonly several: boolean;
  readonly ordersItself: boolean;
  /** The name was made up for an entry of `server_name` that begins with a star. */
  readonly madeUp?: true;
  /** The address of the machine on which alone nginx listens; left out: any. */
  readonly only?: string;
  /** Only the container itself can reach the port. */
  readonly inside: boolean;
  readonly proxyProtocol: boolean;
  /** The lineage that must be served, whatever paths the program uses; left out: `certificates` tell. */
  readonly lineage?: string;
}

/** A server that no question reaches. */
export interface Unasked extends TlsServer {
  /** Addresses with a port on which it alone answers, while a server before it is asked for the same name and port. */
  readonly behind: readonly string[];
}

/** Questions for each name on each of its ports, and the servers that cannot be asked. */
export function questionsOf({ servers }: NginxConfig): { ask: Question[]; unasked: Unasked[] } {
  const seen = new Map<string, { readonly only: string | undefined; readonly files: string }>();
  const ask: Question[] = [];
  const unasked: Unasked[] = [];
  for (const server of servers) {
    const { certificates, ordersItself, proxyProtocol } = server;
    const files = [...certificates].sort().join('\n');
    const behind = new Set<string>();
    let heard = false;
    for (const port of server.ports) {
      const isDefault = server.defaultOn.includes(port);
      // A client that asks for an address sends no name, and gets the certificate of the default server.
      const names = server.names.flatMap(nameToAsk).filter(({ name }) => isDefault || isIP(name) === 0);
      const wanted = isDefault && names.length === 0 ? [{ name: null }] : names;
      for (const { name, ...more } of wanted) {
        heard = true;
        const only = server.addresses[port];
        const first = seen.get(`${name} ${port}`);
        if (first !== undefined) {
          // Of two servers with the same name nginx takes the first one, unless they listen on different addresses.
          if (first.only !== only && first.files !== files) behind.add(`${only ?? 'any other address'}:${port}`);
          continue;
        }
        seen.set(`${name} ${port}`, { only, files });
        const inside = server.inside.includes(port);
        const question = {
          ...{ name, port, ordersItself, inside, proxyProtocol },
          ...more,
          ...(only === undefined ? {} : { only }),
        };
        // One question for each kind of key: a client gets the certificate whose signatures it knows.
        if (certificates.length < 2) ask.push({ ...question, certificates, several: false });
        else ask.push(...certificates.map((path) => ({ ...question, certificates: [path], several: true })));
      }
    }
    if (!heard || behind.size > 0) unasked.push({ ...server, behind: [...behind] });
  }
  return { ask, unasked };
}

/** Whether an entry of `server_name` is a pattern that does not tell a name to ask for. */
export function isPattern(name: string): boolean {
  return name.startsWith('~') || name.endsWith('.*') || name.includes('$');
}

/** A name to ask for, which leads to this entry of `server_name`. */
function nameToAsk(entry: string): { name: string; madeUp?: true }[] {
  if (isPattern(entry)) return [];
  if (entry.startsWith('*.')) return [{ name: asSent(`runbook-check${entry.slice(1)}`), madeUp: true }];
  if (entry.startsWith('.')) return [{ name: asSent(entry.slice(1)) }];
  return [{ name: asSent(entry.replace(/^\[(.*)\]$/, '$1')) }];
}

/** As clients send it: with other characters than ASCII in the spelling of the DNS (RFC 5890). */
function asSent(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all characters of ASCII
  return (/^[\x00-\x7f]*$/.test(name) ? '' : domainToASCII(name)) || name.toLowerCase();
}
