/**
 * Changes a configuration of nginx so that its servers answer 503, and back. Only inserts text: without the insertions
 * each file is byte for byte what it was, in whatever encoding its comments are. Pure.
 *
 * The insertion comes first in each server, and nginx evaluates it when it rewrites for the whole server, before it
 * looks for a location. It depends only on the path as the client wrote it and on the client's address, which stay the
 * same through all internal redirects. The answer comes from a location of its own, so that for clients who pass no
 * `error_page`, header or type of the server changes. Source: ngx_http_rewrite_module.c, ngx_http_core_module.c
 * (phases), ngx_http_geo_module.c (values are taken as they are, no variable in them is read).
 */
import { createHash } from 'node:crypto';
import type { Directive } from './parse';
import { type Configuration, configurationOf, type Files, listensOf, namesOf, type Server } from './tree';

interface Closing {
  /** The whole HTML. */
  readonly page: string;
  /** Seconds, for the header Retry-After. */
  readonly retryAfter: number;
  /** Paths that pass, with any method and query. */
  readonly pass: readonly string[];
  /** Addresses and networks of clients that pass. */
  readonly allow: readonly string[];
  /** Paths that the container's healthcheck requests from inside. */
  readonly own: readonly string[];
}

/** Texts that are inserted into the files; like all texts of files here they have a character for each byte. */
export interface Insertions {
  /** Once, in `http`. */
  readonly http: string;
  /** In each server. */
  readonly server: string;
}

/** Header in the answers of a closed site; its value is a hash of the insertions. */
export const MARK = 'x-runbook-maintenance';

/** Largest page, in bytes. */
export const LARGEST_PAGE = 128 * 1024;
/** Bytes of one word in the configuration; nginx takes less than 4096. */
const LONGEST_WORD = 2000;
const BEGIN = '# runbook-maintenance begin';
const END = '# runbook-maintenance end';
const PLACE = '/runbook-maintenance';
/** Only characters of a token, so that no path leads out of the folder. Source: RFC 8555, 8.3 */
const CHALLENGE = '^/\\.well-known/acme-challenge/[A-Za-z0-9_.~-]*(\\?|$)';

export function insertionsOf({ page, retryAfter, pass, allow, own }: Closing): Insertions {
  const chunks = chunksOf(page);
  const paths = [CHALLENGE, ...pass.map((path) => `^${literally(path.replace(/(?<=.)\/$/, ''))}/?(\\?|$)`)];
  const lines = [
    `geo $runbook_client { default 1; ${allow.map((one) => `${one} 0; `).join('')}}`,
    `map $request_uri $runbook_path { default 1; ${paths.map((one) => `${quoted(`~${one}`)} 0; `).join('')}}`,
    ...(own.length === 0
      ? []
      : [
          `map "$remote_addr $request_uri" $runbook_own { default 1; ${own
            .map((path) => `${quoted(`~^(127\\.[0-9.]+|::1) ${literally(path)}$`)} 0; `)
            .join('')}}`,
        ]),
    own.length === 0
      ? 'map "$runbook_client $runbook_path" $runbook_maintenance { default 0; "1 1" 1; }'
      : 'map "$runbook_client $runbook_path $runbook_own" $runbook_maintenance { default 0; "1 1 1" 1; }',
    ...chunks.map((chunk, index) => `geo $runbook_page_${index} { default ${quoted(chunk)}; }`),
  ];
  const http = lines.join('\n');
  const body = chunks.map((_chunk, index) => `$runbook_page_${index}`).join('');
  const mark = createHash('sha256').update(`${http}${retryAfter}`).digest('hex').slice(0, 12);
  const server = `if ($runbook_maintenance) { rewrite ^ ${PLACE} last; }
location = ${PLACE} {
  internal;
  client_max_body_size 0;
  types { }
  default_type "text/html; charset=utf-8";
  charset off;
  add_header Retry-After ${Math.ceil(retryAfter)} always;
  add_header Cache-Control no-store always;
  add_header ${MARK} ${mark} always;
  return 503 "${body}";
}`;
  return { http: marked('http', Buffer.from(http).toString('latin1')), server: marked('server', server) };
}

/** The insertions in a configuration; `null`: the site is not closed. */
export function insertionsIn(texts: Iterable<string>): Insertions | null {
  let http: string | null = null;
  let server: string | null = null;
  for (const text of texts) {
    for (const [whole, kind] of text.matchAll(inserted()))
      if (kind === 'http') http ??= whole;
      else server ??= whole;
  }
  return http === null || server === null ? null : { http, server };
}

/** The text without insertions. */
export function opened(text: string): string {
  return text.replace(inserted(), '');
}

/** Whether the page contains the marks of an insertion. */
export function isConfusing(page: string): boolean {
  return page.includes(BEGIN) || page.includes(END);
}

export interface ClosedSite {
  /** Path → text, for files that change. */
  readonly texts: ReadonlyMap<string, string>;
  readonly closed: readonly Server[];
  /** Servers that only the container itself can reach, which stay open. */
  readonly left: readonly Server[];
  readonly others: Configuration['others'];
}

/**
 * @param files open or closed already
 * @param editable whether a file can be written; servers in other files stay open
 * @param alone whether no other process reaches the loopback on which nginx listens
 * @throws {NginxSyntaxError}
 */
export function close(
  files: Files,
  { http, server }: Insertions,
  editable: (path: string) => boolean = () => true,
  alone = true,
): ClosedSite {
  const plain = new Map([...files].map(([path, text]) => [path, opened(text)]));
  const { servers, others } = configurationOf(plain);
  const reachable = servers.filter((one) => editable(one.path));
  const left = reachable.filter((one) => isOwn(one, others, alone));
  const closed = reachable.filter((one) => !left.includes(one));
  const places = new Map<string, (readonly [at: number, text: string])[]>();
  const put = (path: string, at: number, text: string): void =>
    void places.set(path, [...(places.get(path) ?? []), [at, text]]);
  const [first] = closed;
  if (first !== undefined) put(first.path, first.directive.from, http);
  for (const { path, directive } of closed) put(path, directive.open, server);
  const texts = [...places].map(([path, all]) => {
    const sorted = all.toSorted(([a], [b]) => b - a);
    const made = sorted.reduce((text, [at, more]) => text.slice(0, at) + more + text.slice(at), plain.get(path)!);
    return [path, made] as const;
  });
  return { texts: new Map(texts), closed, left, others };
}

/**
 * Whether only the container itself reaches the server. Servers of `stream` or `mail` may pass others through to it, and
 * so may programs that share its network; a server that only tells how nginx is doing shows them no site.
 */
function isOwn(server: Server, others: readonly string[], alone: boolean): boolean {
  const listens = listensOf(server);
  const isLocal = others.length === 0 && listens.every(({ loopback, proxyProtocol }) => loopback && !proxyProtocol);
  return isLocal && (alone || tellsStatus(server.body));
}

function tellsStatus(body: readonly Directive[]): boolean {
  const all = body.flatMap(({ name, block }) => [name, ...(block ?? []).map((one) => one.name)]);
  return all.includes('stub_status') && !all.some((name) => /_pass$|^(root|alias)$/.test(name));
}

/** A request that a closed server answers with the page. */
export interface Door {
  readonly port: number;
  readonly tls: boolean;
  /** Name for the request; `null`: the server answers every name that no other has. */
  readonly name: string | null;
  /** Address that leads to the port; left out: all of them do. */
  readonly address?: string;
}

/** One for each address and port of each server that has a name to ask for, as nginx itself sees them. */
export function doorsOf(servers: readonly Server[]): Door[] {
  const doors = servers.flatMap((server) => {
    const names = namesOf(server);
    const name = names.find((one) => /^[A-Za-z0-9.-]*[A-Za-z0-9]$/.test(one) && one.includes('.')) ?? null;
    // Another server may answer requests without a name.
    if (name === null && names.some((one) => one !== '_' && one !== 'localhost')) return [];
    const refused = refusesStrangers(server);
    return listensOf(server).flatMap(({ port, tls, address, proxyProtocol, loopback }) =>
      port === null || proxyProtocol || loopback || (tls && refused)
        ? []
        : [{ port, tls, name, ...(address === null ? {} : { address }) }],
    );
  });
  return [...new Map(doors.map((door) => [Object.values(door).join(' '), door])).values()];
}

/**
 * Whether TLS fails before any answer: the server wants a client certificate, or rejects every handshake. Source:
 * ngx_http_ssl_module
 */
export function refusesStrangers({ body }: Pick<Server, 'body'>): boolean {
  return body.some(
    ({ name, args }) => (name === 'ssl_verify_client' || name === 'ssl_reject_handshake') && args[0] === 'on',
  );
}

function marked(kind: keyof Insertions, text: string): string {
  return `\n${BEGIN} ${kind}\n${text}\n${END}\n`;
}

function inserted(): RegExp {
  return new RegExp(`\\n${BEGIN} (http|server)\\n[^]*?\\n${END}\\n`, 'g');
}

/** Quotes a word for nginx. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Escapes a text for a regular expression. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Splits the page into words that are short enough for nginx. */
function chunksOf(page: string): string[] {
  const chunks: string[] = [];
  let chunk = '';
  let size = 0;
  for (const character of page) {
    const bytes = Buffer.byteLength(character) + (/["\\]/.test(character) ? 1 : 0);
    if (size + bytes > LONGEST_WORD) {
      chunks.push(chunk);
      chunk = '';
      size = 0;
    }
    chunk += character;
    size += bytes;
  }
  return chunk === '' ? chunks : [...chunks, chunk];
}
