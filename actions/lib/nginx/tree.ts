/** All files of a configuration of nginx together: which file includes which, and what stands in `http`. */
import { posix } from 'node:path';
import { type Directive, parseNginx } from './parse';

/** Path in the container → text, with a character for each byte. nginx begins to read with the first file. */
export type Files = ReadonlyMap<string, string>;

export interface Server {
  readonly path: string;
  readonly directive: Directive;
  /** Its directives, with those of included files. */
  readonly body: readonly Directive[];
}

export interface Configuration {
  /** Servers in `http`, in the order in which nginx reads them, each once. */
  readonly servers: readonly Server[];
  /** `stream`, `mail`: kinds of servers that do not speak HTTP. */
  readonly others: readonly string[];
}

/** Splits the output of `nginx -T`: each file begins with a line of its own. */
export function filesIn(dump: string): Files {
  const files = new Map<string, string>();
  const parts = dump.split(/^# configuration file (\/.*):$\n/m);
  for (let index = 1; index < parts.length; index += 2) {
    const text = parts[index + 1] ?? '';
    // nginx adds a line break after each file.
    files.set(parts[index] ?? '', text.replace(/\n$/, ''));
  }
  return files;
}

const DEEPEST = 20;

/** @throws {NginxSyntaxError} */
export function configurationOf(files: Files): Configuration {
  const [root = ''] = files.keys();
  const servers = new Map<string, Server>();
  const others = new Set<string>();
  const trees = new Map<string, readonly Directive[]>();
  const treeOf = (path: string): readonly Directive[] => {
    if (!trees.has(path)) trees.set(path, parseNginx(files.get(path) ?? ''));
    return trees.get(path)!;
  };
  const included = ({ name, args }: Directive, depth: number): string[] =>
    name !== 'include' || args[0] === undefined || depth > DEEPEST ? [] : matching(args[0], posix.dirname(root), files);
  const bodyOf = (block: readonly Directive[], depth: number): Directive[] =>
    block.flatMap((one) => [one, ...included(one, depth).flatMap((path) => bodyOf(treeOf(path), depth + 1))]);
  const read = (path: string, block: readonly Directive[], context: string, depth: number): void => {
    for (const directive of block) {
      for (const file of included(directive, depth)) read(file, treeOf(file), context, depth + 1);
      if (directive.block === null) continue;
      if (context === 'http' && directive.name === 'server')
        servers.set(`${path} ${directive.from}`, { path, directive, body: bodyOf(directive.block, depth) });
      if (context !== 'main') continue;
      if (directive.name === 'stream' || directive.name === 'mail') others.add(directive.name);
      read(path, directive.block, directive.name, depth);
    }
  };
  read(root, treeOf(root), 'main', 0);
  return { servers: [...servers.values()], others: [...others] };
}

/** Files that an `include` matches. Source: ngx_conf_include; glob(3) */
function matching(pattern: string, folder: string, files: Files): string[] {
  const whole = pattern.startsWith('/') ? pattern : posix.join(folder, pattern);
  const expression = posix
    .normalize(whole)
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('[!', '[^');
  const wanted = new RegExp(`^${expression}$`);
  // glob(3) leaves out names that begin with a dot.
  const hidden = posix.basename(whole).startsWith('.');
  return [...files.keys()]
    .filter((path) => wanted.test(path) && (hidden || !posix.basename(path).startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** One address on which a server of `http` listens. */
interface Listen {
  /** `null`: it listens on a socket of the file system, or the port is not known. */
  readonly port: number | null;
  readonly tls: boolean;
  /** `null`: every address. */
  readonly address: string | null;
  readonly loopback: boolean;
  readonly proxyProtocol: boolean;
}

/** Without a `listen` nginx listens on port 80, or on 8000 where it is not root. */
export function listensOf({ body }: Pick<Server, 'body'>): Listen[] {
  const everywhere = body.some(({ name, args }) => name === 'ssl' && args[0] === 'on');
  const found = body.flatMap(({ name, args }) => {
    if (name !== 'listen') return [];
    const [address = '', ...words] = args;
    const port = portOf(address);
    return [
      {
        port,
        tls: everywhere || words.includes('ssl') || words.includes('quic'),
        address: addressIn(address),
        loopback: /^(127\.|localhost(:|$)|\[::1\])/.test(address),
        proxyProtocol: words.includes('proxy_protocol'),
      },
    ];
  });
  return found.length > 0 ? found : [{ port: 80, tls: false, address: null, loopback: false, proxyProtocol: false }];
}

export function namesOf({ body }: Pick<Server, 'body'>): string[] {
  return body.flatMap(({ name, args }) => (name === 'server_name' ? args.filter((one) => one !== '') : []));
}

function addressIn(listen: string): string | null {
  if (/^\d+$/.test(listen) || listen.startsWith('unix:') || listen.includes('$')) return null;
  const name = /^(?:\[([^\]]*)\]|([^:]*))/.exec(listen);
  const address = name?.[1] ?? name?.[2] ?? '';
  return ['', '*', '0.0.0.0', '::'].includes(address) ? null : address;
}

function portOf(address: string): number | null {
  // The port of a template is known only when the template is filled in.
  if (address.startsWith('unix:') || address.includes('$')) return null;
  if (/^\d+$/.test(address)) return Number(address);
  const port = /:(\d+)$/.exec(address.replace(/^\[.*\]/, ''))?.[1];
  return port === undefined ? 80 : Number(port);
}
