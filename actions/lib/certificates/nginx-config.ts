/**
 * Reads the output of `nginx -T`, as far as it concerns certificates. Source: ngx_conf_file.c (words, quotes, comments)
 * and ngx_http_core_module (listen, server_name).
 */

import { isIP } from 'node:net';

interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | null;
}

/** A `server` block with TLS. */
export interface TlsServer {
  /** As written: `shop.example`, `*.shop.example`, `~^(.+)$`; empty: every name that no other server has. */
  readonly names: readonly string[];
  readonly ports: readonly number[];
  /** Sockets (`listen unix:/run/x.sock ssl`) of a server that listens on no port. */
  readonly sockets: readonly string[];
  /** Paths of `ssl_certificate`, absolute; a path with a `$` does not tell which file is meant. */
  readonly certificates: readonly string[];
  /** Ports on which the server takes names that no other server has. */
  readonly defaultOn: readonly number[];
  /** Ports that only the container itself can reach (`listen 127.0.0.1:8443 ssl`). */
  readonly inside: readonly number[];
  /** Port → the address of the machine on which alone the server listens there; others take every address. */
  readonly addresses: Readonly<Record<number, string>>;
  /** A client must first say for whom it connects (`proxy_protocol`). */
  readonly proxyProtocol: boolean;
  /** nginx orders these certificates itself (`acme_certificate`). */
  readonly ordersItself: boolean;
}

export interface NginxConfig {
  readonly servers: readonly TlsServer[];
  /** Paths of every certificate that it names, for clients, for servers behind it, or as roots. */
  readonly files: readonly string[];
  /** `ssl_stapling on`: nginx then warns of certificates without OCSP, which CAs do not offer any more. */
  readonly stapling: boolean;
  /** Folders of which each issuer of certificates (`acme_issuer`) keeps its state in one; empty: it keeps none. */
  readonly issuers: readonly (readonly string[])[];
}

/** @param dump standard output of `nginx -T` */
export function parseNginx(dump: string): NginxConfig {
  const files = filesIn(dump);
  const [root = ''] = files.keys();
  const trees = new Map([...files].map(([path, text]) => [path, parse(text)]));
  const tree = expand(trees.get(root) ?? [], trees, root.slice(0, root.lastIndexOf('/')), 0);
  const servers: TlsServer[] = [];
  const state: Seen = { stapling: false, issuers: [], files: [] };
  const shared = { tls: socketsWith('ssl', tree), balanced: socketsWith('proxy_protocol', tree) };
  walk(tree, shared, (server) => servers.push(server), state, root.slice(0, root.lastIndexOf('/')));
  return { servers: withDefaults(servers), ...state };
}

/** Splits the dump into files; each begins with a line of its own. */
function filesIn(dump: string): Map<string, string> {
  const files = new Map<string, string>();
  const parts = dump.split(/^# configuration file (\/.*):$/m);
  for (let index = 1; index < parts.length; index += 2) files.set(parts[index] ?? '', parts[index + 1] ?? '');
  return files;
}

function parse(text: string): Directive[] {
  const tokens = tokensOf(text);
  let next = 0;
  const block = (): Directive[] => {
    const found: Directive[] = [];
    let words: string[] = [];
    for (; next < tokens.length; next++) {
      const token = tokens[next] as Token;
      if (token.mark === null) words.push(token.text);
      else if (token.mark === '}') return found;
      else {
        next += token.mark === '{' ? 1 : 0;
        const [name = '', ...args] = words;
        found.push({ name, args, block: token.mark === '{' ? block() : null });
        words = [];
      }
    }
    return found;
  };
  return block();
}

interface Token {
  readonly text: string;
  readonly mark: '{' | '}' | ';' | null;
}

function tokensOf(text: string): Token[] {
  // A word may contain ${variable}; a backslash escapes the next character.
  const pattern = /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{[^}]*\}|\\.|[^\s{};\\])+)/gs;
  return [...text.matchAll(pattern)].flatMap(([all, double, single, mark, word]): Token[] => {
    if (mark !== undefined) return [{ text: all, mark: mark as Token['mark'] }];
    if (word !== undefined) return [{ text: word, mark: null }];
    const quoted = double ?? single;
    return quoted === undefined ? [] : [{ text: quoted.replace(/\\(["'\\])/g, '$1'), mark: null }];
  });
}

const DEEPEST = 20;

/** Puts included files in the place of their `include`. */
function expand(
  tree: readonly Directive[],
  trees: ReadonlyMap<string, readonly Directive[]>,
  folder: string,
  depth: number,
): Directive[] {
  if (depth > DEEPEST) return [];
  return tree.flatMap((directive): Directive[] => {
    if (directive.name === 'include' && directive.args[0] !== undefined) {
      const wanted = globOf(absolute(directive.args[0], folder));
      const found = [...trees].filter(([path]) => wanted.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
      return found.flatMap(([, included]) => expand(included, trees, folder, depth + 1));
    }
    const { block } = directive;
    return [block === null ? directive : { ...directive, block: expand(block, trees, folder, depth) }];
  });
}

function absolute(path: string, folder: string): string {
  return path.startsWith('/') ? path : `${folder}/${path}`;
}

function globOf(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${body}$`);
}

interface Seen {
  stapling: boolean;
  readonly issuers: string[][];
  readonly files: string[];
}

interface Inherited {
  readonly certificates?: readonly string[];
  /** Sockets with `ssl`, and with `proxy_protocol`: nginx applies both to all servers of a socket. */
  readonly tls: ReadonlySet<string>;
  readonly balanced: ReadonlySet<string>;
}

/** Sockets on which some server listens with this option. */
function socketsWith(option: string, tree: readonly Directive[]): Set<string> {
  const found = tree.flatMap(({ name, args, block }): string[] => {
    if (block !== null) return [...socketsWith(option, block)];
    return name === 'listen' && args.includes(option) ? [socketOf(args)] : [];
  });
  return new Set(found);
}

/** One spelling for each socket: `443`, `*:443` and `0.0.0.0:443` are the same. */
function socketOf([listen = '']: readonly string[]): string {
  const [port] = portOf(listen);
  if (port === undefined) return listen;
  const address = /^\d+$/.test(listen) ? '' : listen.replace(/:\d+$/, '');
  return `${/^(\*|0\.0\.0\.0|)$/.test(address) ? '*' : address}:${port}`;
}

function walk(
  tree: readonly Directive[],
  inherited: Inherited,
  add: (server: TlsServer) => void,
  state: Seen,
  folder: string,
): void {
  const own = certificatesOf(tree, folder);
  const here = own.length > 0 ? { ...inherited, certificates: own } : inherited;
  for (const { name, args, block } of tree) {
    if (/certificate/.test(name) && args[0] !== undefined) state.files.push(absolute(args[0], folder));
    if (name === 'ssl_stapling' && args[0] === 'on') state.stapling = true;
    if (block === null) continue;
    if (name === 'acme_issuer') state.issuers.push(stateOf(args[0] ?? '', block, folder));
    if (name === 'server') {
      const server = serverOf(block, here, folder);
      if (server !== null) add(server);
    }
    walk(block, here, add, state, folder);
  }
}

/**
 * nginx-acme keeps the account and the certificates of an issuer in `acme_NAME` of nginx's prefix, or of a folder that
 * its build names, unless the configuration names another folder or `off`. Source: `state_path` in
 * https://nginx.org/en/docs/http/ngx_http_acme_module.html
 */
function stateOf(name: string, block: readonly Directive[], folder: string): string[] {
  const path = block.findLast((one) => one.name === 'state_path')?.args[0] ?? `acme_${name}`;
  if (path === 'off') return [];
  return path.startsWith('/') ? [path] : [folder, '/var/cache/nginx'].map((prefix) => `${prefix}/${path}`);
}

function certificatesOf(tree: readonly Directive[], folder: string): string[] {
  return tree
    .filter(({ name }) => name === 'ssl_certificate')
    .map(({ args: [path = ''] }) => (/^(\$|data:|engine:)/.test(path) ? path : absolute(path, folder)));
}

function serverOf(block: readonly Directive[], inherited: Inherited, folder: string): TlsServer | null {
  const all = (name: string): readonly Directive[] => block.filter((one) => one.name === name);
  const everywhere = all('ssl').some(({ args }) => args[0] === 'on');
  const own = certificatesOf(block, folder);
  const certificates = own.length > 0 ? own : (inherited.certificates ?? []);
  const { tls, balanced } = inherited;
  // A server that leaves out `ssl`, and has a certificate, serves it where another server of the socket says `ssl`.
  const listens = all('listen').filter(
    ({ args }) => everywhere || args.includes('ssl') || (certificates.length > 0 && tls.has(socketOf(args))),
  );
  if (all('ssl_reject_handshake').some(({ args }) => args[0] === 'on')) return null;
  const ports = listens.flatMap(({ args: [address = ''] }) => portOf(address));
  const sockets = listens.flatMap(({ args: [address = ''] }) => (address.startsWith('unix:') ? [address] : []));
  if (ports.length === 0 && sockets.length === 0) return null;
  const outside = listens.filter(({ args: [address = ''] }) => !/^(127\.|localhost:|\[::1\])/.test(address));
  const open = outside.flatMap(({ args: [address = ''] }) => portOf(address));
  return {
    inside: [...new Set(ports)].filter((port) => !open.includes(port)),
    addresses: addressesOf(outside.map(({ args: [address = ''] }) => address)),
    proxyProtocol: listens.some(({ args }) => balanced.has(socketOf(args))),
    names: all('server_name').flatMap(({ args }) => args.filter((name) => name !== '' && name !== '_')),
    ports: [...new Set(ports)],
    sockets: ports.length === 0 ? [...new Set(sockets)] : [],
    certificates,
    defaultOn: listens
      .filter(({ args }) => args.includes('default_server') || args.includes('default'))
      .flatMap(({ args: [address = ''] }) => portOf(address)),
    ordersItself: all('acme_certificate').length > 0 || certificates.some((path) => path.startsWith('$acme_')),
  };
}

/** Only ports that have no listener for all addresses. */
function addressesOf(listens: readonly string[]): Record<number, string> {
  const own = listens.flatMap((listen) => {
    const address = listen.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
    const named = isIP(address) !== 0 && !/^(0\.0\.0\.0|::)$/.test(address) ? address : null;
    return portOf(listen).map((port) => ({ port, named }));
  });
  const everywhere = new Set(own.filter(({ named }) => named === null).map(({ port }) => port));
  const found: Record<number, string> = {};
  for (const { port, named } of own) if (named !== null && !everywhere.has(port)) found[port] ??= named;
  return found;
}

function portOf(address: string): number[] {
  if (address.startsWith('unix:')) return [];
  if (/^\d+$/.test(address)) return [Number(address)];
  const port = /:(\d+)$/.exec(address.replace(/^\[.*\]/, ''))?.[1];
  return [port === undefined ? 80 : Number(port)];
}

/** If no server of a port is marked as its default, the first one is the default. */
function withDefaults(servers: readonly TlsServer[]): TlsServer[] {
  const taken = new Set(servers.flatMap(({ defaultOn }) => defaultOn));
  return servers.map((server) => {
    const more = server.ports.filter((port) => !taken.has(port));
    for (const port of more) taken.add(port);
    return { ...server, defaultOn: [...new Set([...server.defaultOn, ...more])] };
  });
}
