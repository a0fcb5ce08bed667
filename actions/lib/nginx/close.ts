/**
 * A configuration of nginx whose servers answer 503, and back again. Only insertions: taken out, each file is byte for byte
 * what it was. Pure.
 *
 * What a server gets stands before all else of it and is decided in the phase in which nginx rewrites for the whole
 * server, before it looks for a location. It depends on nothing but the path as the client wrote it and its address, which
 * stay the same through whatever nginx does with the request inside; the answer comes from a location of its own, so that
 * no `error_page`, header or type of the server changes for who passes. Source: ngx_http_rewrite_module.c,
 * ngx_http_core_module.c (phases), ngx_http_geo_module.c (values are taken as they are, no variable in them is read).
 */
import { createHash } from 'node:crypto';
import { type Configuration, configurationOf, type Files, listensOf, namesOf, type Server } from './tree';

interface Closing {
  /** HTML, whole. */
  readonly page: string;
  /** Seconds, for Retry-After. */
  readonly retryAfter: number;
  /** Paths that pass, with any method and query. */
  readonly pass: readonly string[];
  /** Addresses and networks of clients that pass. */
  readonly allow: readonly string[];
  /** Paths that the container itself asks for, by its healthcheck. */
  readonly own: readonly string[];
}

/** What is written into the files. */
export interface Insertions {
  /** Once in `http`. */
  readonly http: string;
  /** In each server. */
  readonly server: string;
}

/** Header of the answer of a closed site, and what it says there. */
export const MARK = 'x-runbook-maintenance';

/** Bytes of a page. */
export const LARGEST_PAGE = 128 * 1024;
/** Bytes of one word of a configuration, of which nginx takes less than 4096. */
const LONGEST_WORD = 2000;
const BEGIN = '# runbook-maintenance begin';
const END = '# runbook-maintenance end';
const PLACE = '/runbook-maintenance';
/** Of the alphabet of a token, so that no way leads out of the folder. Source: RFC 8555, 8.3 */
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
  return { http: marked('http', http), server: marked('server', server) };
}

/** Those that a configuration has; `null`: it is not closed. */
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

/** A file as it was before. */
export function opened(text: string): string {
  return text.replace(inserted(), '');
}

/** Whether a text could not be told from what is inserted. */
export function isConfusing(page: string): boolean {
  return page.includes(BEGIN) || page.includes(END);
}

export interface ClosedSite {
  /** Path → text, of files that differ. */
  readonly texts: ReadonlyMap<string, string>;
  readonly closed: readonly Server[];
  /** Only the container itself gets there. */
  readonly left: readonly Server[];
  readonly others: Configuration['others'];
}

/**
 * @param files as they were, or closed already
 * @param editable whether a file can be written; a server of another stays open
 * @throws {NginxSyntaxError}
 */
export function close(
  files: Files,
  { http, server }: Insertions,
  editable: (path: string) => boolean = () => true,
): ClosedSite {
  const plain = new Map([...files].map(([path, text]) => [path, opened(text)]));
  const { servers, others } = configurationOf(plain);
  const reachable = servers.filter((one) => editable(one.path));
  const left = reachable.filter((one) => isOwn(one, others));
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

/** Where something else than HTTP leads to it, others than the container get there, too. */
function isOwn(server: Server, others: readonly string[]): boolean {
  const listens = listensOf(server);
  return others.length === 0 && listens.every(({ loopback, proxyProtocol }) => loopback && !proxyProtocol);
}

/** A question that a closed server answers with the page. */
export interface Door {
  readonly port: number;
  readonly tls: boolean;
  /** `null`: it takes what no other has. */
  readonly name: string | null;
}

/** One for each port of each server that can be asked by a name. */
export function doorsOf(servers: readonly Server[]): Door[] {
  const doors = servers.flatMap((server) => {
    const names = namesOf(server);
    const name = names.find((one) => /^[A-Za-z0-9.-]*[A-Za-z0-9]$/.test(one) && one.includes('.')) ?? null;
    // Another server may be the one for what has no name.
    if (name === null && names.some((one) => one !== '_' && one !== 'localhost')) return [];
    const refused = refusesStrangers(server);
    return listensOf(server).flatMap(({ port, tls, proxyProtocol, loopback }) =>
      port === null || proxyProtocol || loopback || (tls && refused) ? [] : [{ port, tls, name }],
    );
  });
  return [...new Map(doors.map((door) => [`${door.port} ${door.tls} ${door.name}`, door])).values()];
}

/** By TLS, before any answer: it wants a certificate of the client, or speaks to nobody. Source: ngx_http_ssl_module */
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

/** A word for nginx. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A text for a regular expression. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** So that each is a word that nginx reads. */
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
