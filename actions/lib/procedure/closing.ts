/** The uploaded files of a release as they are while its site is closed, and as they were. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { UploadedFile } from '../config/files';
import type { Runbook } from '../config/runbook';
import type { UserError } from '../errors';
import { type ClosedSite, close, type Door, doorsOf, type Insertions, opened, refusesStrangers } from '../nginx/close';
import { NginxSyntaxError } from '../nginx/parse';
import { configurationOf, listensOf, namesOf, type Server } from '../nginx/tree';
import type { State } from '../stack/model';
import { type SeenNginx, unsuitable } from './proxy-look';

export interface ClosedFiles {
  /** All uploaded files, the unchanged ones included. */
  readonly files: readonly UploadedFile[];
  /** For files that differ from the repository: path → SHA-256 of the repository's content. */
  readonly originals: Readonly<Record<string, string>>;
  readonly doors: readonly Door[];
  /** Sentences. */
  readonly notes: readonly string[];
}

interface ClosingRequest {
  readonly seen: SeenNginx;
  readonly uploads: readonly UploadedFile[];
  /** Whether the proxy has loaded exactly these files. */
  readonly loaded: boolean;
  readonly insertions: Insertions;
  readonly state: Pick<State, 'physicalDirectory' | 'containers'>;
  readonly runbook: Pick<Runbook, 'directory' | 'proxy'>;
}

/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE */
export function closedFiles(request: ClosingRequest): ClosedFiles {
  const { seen, uploads, insertions } = request;
  const { texts, origins } = configured(request);
  const site = parsed(() => close(texts, insertions, (path) => origins.has(path), isAlone(request)));
  refuseOthers(site, texts, origins, request);
  const changed = new Map([...site.texts].map(([path, text]) => [origins.get(path)!, text]));
  const originals: Record<string, string> = {};
  const files = uploads.map((file) => {
    const text = changed.get(file.path);
    if (text === undefined) return file;
    originals[file.path] = sha256(openedBytes(file));
    return { ...file, content: Buffer.from(text, 'latin1') };
  });
  // In the network of the host nginx's own addresses and ports are those of the host.
  const inHost = Object.hasOwn(seen.container.networks, 'host');
  const doors = doorsOf(site.closed).flatMap(({ address, ...door }): Door[] =>
    inHost
      ? [{ ...door, ...(address === undefined ? {} : { address }) }]
      : (seen.ports.get(door.port) ?? []).map((place) => ({ ...door, ...place })),
  );
  return { files, originals, doors, notes: notesOf(site, [...changed.keys()], texts, origins) };
}

/**
 * The files as they were before the site was closed.
 *
 * @param originals as the release has them
 * @throws {UserError} RB-MAINTENANCE-UNSUITABLE: one of them has changed
 */
export function openedFiles(
  uploads: readonly UploadedFile[],
  originals: Readonly<Record<string, string>>,
): UploadedFile[] {
  return uploads.map((file) => {
    const wanted = originals[file.path];
    if (wanted === undefined) return file;
    const content = openedBytes(file);
    if (sha256(content) === wanted) return { ...file, content };
    throw unsuitable(
      `${file.path} cannot be brought back to what it was before the site was closed`,
      'its copy on the host differs from the one that the release records',
      'deploy, with the repository as it should be: its files take the place of those on the host',
    );
  });
}

/** What nginx will read, with the uploaded files in the place of those that the container has of them. */
function configured({ seen, uploads, state, runbook }: ClosingRequest) {
  const roots = [runbook.directory, state.physicalDirectory].filter((root) => root !== '');
  const { mounts } = seen.container;
  const places = new Map<string, UploadedFile>();
  for (const file of uploads) for (const target of targetsOf(file.path, roots, mounts)) places.set(target, file);
  const made = rendered(seen, places);
  const texts = new Map<string, string>();
  const origins = new Map<string, string>();
  const put = (path: string, file: UploadedFile): void => {
    texts.set(path, file.content.toString('latin1'));
    origins.set(path, file.path);
  };
  // The first file stays the first, because nginx begins there. Files that were uploaded before and no longer are, are
  // left out.
  for (const [path, text] of seen.files) {
    const file = places.get(path) ?? made.get(path);
    if (file !== undefined) put(path, file);
    else if (!isOfStack(path, roots, mounts)) texts.set(path, text);
  }
  for (const [path, file] of [...places, ...made]) if (!texts.has(path) && isText(file)) put(path, file);
  return { texts, origins };
}

/** Whether the proxy shares its network neither with the host nor with another container, as of a tunnel. */
function isAlone({ seen: { container }, state }: ClosingRequest): boolean {
  const { id, name, joins, networks } = container;
  const joined = state.containers.some((other) => other.joins.includes(id) || other.joins.includes(name));
  return !joined && joins.length === 0 && !Object.hasOwn(networks, 'host');
}

type Mounts = SeenNginx['container']['mounts'];

/** The paths at which the container sees a file. */
function targetsOf(path: string, roots: readonly string[], mounts: Mounts): string[] {
  return mounts.flatMap((mount) => {
    const whole = roots.map((root) => posix.join(root, path)).find((one) => isBelow(one, mount.source));
    if (whole === undefined || mount.type !== 'bind') return [];
    const place = posix.join(mount.target, posix.relative(mount.source, whole));
    return mountOf(place, mounts) === mount ? [place] : [];
  });
}

/** Whether a path of the container lies in the stack's directory. */
function isOfStack(path: string, roots: readonly string[], mounts: Mounts): boolean {
  const mount = mountOf(path, mounts);
  if (mount?.type !== 'bind') return false;
  const whole = posix.join(mount.source, posix.relative(mount.target, path));
  return roots.some((root) => isBelow(whole, root));
}

/** A mount below another mount hides that part of it. */
function mountOf(path: string, mounts: Mounts): Mounts[number] | undefined {
  return mounts.filter(({ target }) => isBelow(path, target)).sort((a, b) => b.target.length - a.target.length)[0];
}

function isBelow(path: string, folder: string): boolean {
  const base = folder.replace(/(?<=.)\/+$/, '');
  return path === base || path.startsWith(base === '/' ? '/' : `${base}/`);
}

/**
 * The files that the entrypoint of nginx's image renders from templates: path of the result → template. Source:
 * 20-envsubst-on-templates.sh
 */
function rendered({ environment }: SeenNginx, places: ReadonlyMap<string, UploadedFile>): Map<string, UploadedFile> {
  const from = environment.NGINX_ENVSUBST_TEMPLATE_DIR || '/etc/nginx/templates';
  const to = environment.NGINX_ENVSUBST_OUTPUT_DIR || '/etc/nginx/conf.d';
  const suffix = environment.NGINX_ENVSUBST_TEMPLATE_SUFFIX || '.template';
  const found = [...places].flatMap(([path, file]) =>
    isBelow(path, from) && path.endsWith(suffix)
      ? [[posix.join(to, posix.relative(from, path)).slice(0, -suffix.length), file] as const]
      : [],
  );
  return new Map(found);
}

/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE where a server would stay open, or may */
function refuseOthers(
  { closed, left }: ClosedSite,
  texts: ReadonlyMap<string, string>,
  origins: ReadonlyMap<string, string>,
  { seen, loaded, runbook }: ClosingRequest,
): void {
  const service = runbook.proxy.service ?? '';
  const { servers } = parsed(() => configurationOf(plainly(texts)));
  const open = servers.filter((server) => !origins.has(server.path) && !isWelcome(server));
  if (open.length > 0) {
    const paths = [...new Set(open.map(({ path }) => path))];
    throw unsuitable(
      `${service} has servers in ${paths.join(', ')}, which would stay open`,
      'no file of the stack is mounted there: the file is in the image or in a volume, or the container writes it as it starts',
      `mount ${paths.length === 1 ? 'it' : 'them'} from a file of the repository, or as a template of nginx's image (/etc/nginx/templates), and deploy that`,
    );
  }
  if (closed.length === 0) throw noServer(service, servers, left);
  if (!loaded) return;
  const count = (all: readonly Server[]): string =>
    all
      .map(({ path }) => path)
      .sort()
      .join('\n');
  if (count(parsed(() => configurationOf(plainly(seen.files))).servers) !== count(servers))
    throw unsuitable(
      `${service} has loaded a configuration that differs from the files of the current release`,
      'its files were edited by hand on the host or in the container',
      'deploy first, then run this again',
    );
}

function noServer(service: string, servers: readonly Server[], left: readonly Server[]): UserError {
  const what = `${service} has no server that could answer`;
  if (left.length > 0)
    return unsuitable(
      what,
      "its servers listen only on the container's own loopback, which nobody else reaches",
      'let a server of it listen on a port that visitors reach, and deploy that',
    );
  const [first] = servers;
  if (first === undefined)
    return unsuitable(what, 'its `http` block contains no `server`', 'see `nginx -T` in its container');
  return unsuitable(
    what,
    `its only server is that of its image, in ${first.path}, which is no file of the stack`,
    `mount ${first.path} from a file of the repository, and deploy that`,
  );
}

function plainly(texts: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...texts].map(([path, text]) => [path, opened(text)]));
}

/** The default server of nginx's image, for a site that is not set up yet. */
function isWelcome(server: Server): boolean {
  const passes = server.body.some(
    ({ name, block }) => /_pass$/.test(name) || (block ?? []).some((one) => /_pass$/.test(one.name)),
  );
  return namesOf(server).every((name) => name === 'localhost') && !passes && namesOf(server).length > 0;
}

function notesOf(
  { closed, left, others }: ClosedSite,
  paths: readonly string[],
  texts: ReadonlyMap<string, string>,
  origins: ReadonlyMap<string, string>,
): string[] {
  const addresses = (servers: readonly Server[]): string =>
    servers
      .map((server) =>
        listensOf(server)
          .map(({ port }) => port ?? 'a socket')
          .join(' and '),
      )
      .join(', ');
  const silent = closed.filter(refusesStrangers);
  const nameOf = (server: Server): string => namesOf(server)[0] ?? `port ${addresses([server])}`;
  const welcome = parsed(() => configurationOf(plainly(texts))).servers.filter(({ path }) => !origins.has(path));
  return [
    `Closed: ${closed.length} ${closed.length === 1 ? 'server' : 'servers'} of nginx in ${paths.join(', ')}.`,
    ...(left.length === 0
      ? []
      : [`Not closed: servers that listen only on the container's own loopback (port ${addresses(left)}).`]),
    ...(welcome.length === 0 ? [] : [`Not closed: the server of the image for localhost (${welcome[0]!.path}).`]),
    ...(silent.length === 0
      ? []
      : [
          `Closed, and not asked for a proof: what refuses whoever has no certificate by TLS (${silent.map(nameOf).join(', ')}).`,
        ]),
    ...(others.length === 0
      ? []
      : [
          `Not closed: \`${others.join('`, `')}\`, whose servers do not speak HTTP; where they lead to a server of \`http\`, that one is closed.`,
        ]),
  ];
}

/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE */
function parsed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NginxSyntaxError)) throw error;
    throw unsuitable('the configuration of the proxy cannot be read', error.message, 'correct that line and deploy it');
  }
}

/** Other mounted files may be certificates or pictures. */
function isText({ content }: UploadedFile): boolean {
  return content.length < 2 ** 20 && !content.includes(0);
}

function openedBytes({ content }: UploadedFile): Buffer {
  return Buffer.from(opened(content.toString('latin1')), 'latin1');
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
