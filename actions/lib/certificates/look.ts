/** What the host has: proxies with their configuration and files, certbot's state, ways to run certbot. */
import { createHash } from 'node:crypto';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { composeScript } from '../stack/compose-script';
import type { Container } from '../stack/model';
import { sectionsOf } from '../stack/sections';
import { volumeScript } from '../volumes/scripts';
import { type Accounts, accountsIn } from './accounts';
import { type Attempt, parseAttempts } from './attempts';
import { type Certificate, type Chain, chainOf } from './certificate';
import { type ComposeServices, composeIn } from './compose-services';
import { type Generations, generationsOf, type Lineage, linkedTo, parseRenewal } from './lineages';
import { type NginxConfig, parseNginx } from './nginx-config';
import { authorityKeyIn, parseSuggestions, type Suggestions } from './renewal-info';
import { parseRuns } from './runs';
import { lookPiece } from './scripts';
import { livePath, placeOf, STATE, type StatePlace, stateOf } from './state';

/** A container that answers over TLS. */
export interface Front {
  readonly container: Container;
  /** Its configuration; `null`: it is not nginx. */
  readonly nginx: NginxConfig | null;
  /** Output of `nginx -t` if the configuration fails with the files that lie there now. */
  readonly broken: readonly string[];
  /** Its container has a certbot of its own, which renews by itself, as in Nginx Proxy Manager. */
  readonly certbot: boolean;
}

/** A lineage, or a folder in `live/` without a usable renewal file. */
export interface KnownLineage {
  readonly name: string;
  /** `null`: there is no renewal file, or certbot could not use it. */
  readonly renewal: Lineage | null;
  readonly generations: Generations;
  /** Generation → chain, of the newest three. */
  readonly chains: ReadonlyMap<number, Chain>;
  /** Generation → SHA-256 of its fullchain.pem. */
  readonly hashes: ReadonlyMap<number, string>;
  /** Generation → key identifier of its issuer, hexadecimal; `null`: openssl on the host does not print it. */
  readonly issuers: ReadonlyMap<number, string | null>;
}

export interface Found {
  readonly proxies: readonly Front[];
  /** `CONTAINER PATH` → chain of the file; `null`: it cannot be read. */
  readonly files: ReadonlyMap<string, Chain | null>;
  /** Where certbot keeps its state; `null`: no file of a proxy leads there. */
  readonly state: StatePlace | null;
  readonly lineages: readonly KnownLineage[];
  readonly accounts: Accounts;
  /** Images of certbot on the host. */
  readonly images: readonly string[];
  /** A certbot that is installed on the host itself; `null`: none was found. */
  readonly installed: { readonly program: string; readonly asRoot: boolean } | null;
  /** What runs certbot by itself on the host: a timer of systemd, a file of cron, a user's crontab. */
  readonly timers: readonly string[];
  /** Last lines of the log of a proxy that does not start. */
  readonly lastWords: readonly string[];
  /** The stack's Compose files as Docker Compose reads them; `null`: it cannot. */
  readonly compose: ComposeServices | null;
  /** Seconds since the epoch, by the host's clock. */
  readonly now: number;
  readonly attempts: readonly Attempt[];
  /** Times of earlier renewals and of runs in which nothing was due. Milliseconds since the epoch, oldest first. */
  readonly runs: readonly number[];
  /** What the CA suggested in an earlier run. */
  readonly suggestions: Suggestions;
  /** False where certbot takes any certificate of its CA (`no-verify-ssl`). */
  readonly verified: boolean;
}

interface LookRequest {
  readonly runbook: Runbook;
  /** `<directory>/.runbook` */
  readonly root: string;
  /** Containers of the proxies that run. */
  readonly proxies: readonly Container[];
  /** The container of a proxy that does not start; `null`: not needed. */
  readonly down: Container | null;
  /** The host's env file, relative to the directory; `null`: none. */
  readonly envFile: string | null;
}

/** Opens two session channels. @throws {UserError} RB-CONNECTION-LOST, RB-CERT-UNSEEN */
export async function look(host: Host, request: LookRequest): Promise<Found> {
  const { runbook, proxies: containers, down, envFile } = request;
  const env = envFile === null ? '/dev/null' : `${runbook.directory}/${envFile}`;
  const first = await read(host, request, [
    ...containers.map(({ id }) => `look_at_proxy ${quote(id)}`),
    ...(down === null ? [] : ['section words', `docker logs --tail 20 ${down.id} 2>&1 </dev/null`]),
    `look_at_certbot ${[env, ...runbook.compose].map(quote).join(' ')}`,
  ]);
  const proxies = containers.map((container) =>
    frontOf(container, (part) => first.get(`${part}:${container.id}`) ?? []),
  );
  const wanted = proxies.flatMap(({ container, nginx }) => {
    const paths = (nginx?.servers ?? []).flatMap(({ certificates }) => certificates);
    return [...new Set(paths)]
      .filter((path) => path.startsWith('/') && !path.includes('$'))
      .map((path) => ({ container, path }));
  });
  // Before the first certificate no file of a proxy leads to certbot's folder.
  const usual = [...containers, ...(down === null ? [] : [down])].map(({ mounts }) => placeOf(mounts, STATE));
  const [led = null] = wanted.map(({ container, path }) => stateOf(container, path)).filter((place) => place !== null);
  const state = led ?? usual.find((place) => place !== null) ?? null;
  const second = await read(host, request, [
    ...wanted.map(({ container, path }, index) => `look_at_file ${index} ${container.id} ${quote(path)}`),
    ...(state === null ? [] : [`look_at_state ${quote(state.source)} ${quote(state.inner)}`]),
  ]);
  // Without certbot's folder nothing would be due, and the run would be green.
  if (state !== null && !second.has('state') && (led !== null || !second.has('nostate')))
    throw new UserError('RB-CERT-UNSEEN', {
      what: `certbot's folder ${state.source}${state.inner} cannot be read`,
      why: second.has('nostate') ? 'it is not there' : 'the container that should read it did not start',
      remedy: 'try `docker run` on the host, and see whether the folder or volume is there; nothing was changed',
    });
  const lineages = lineagesIn(second);
  return {
    proxies,
    files: new Map([
      ...lineages.map(({ name, generations, chains }): [string, Chain | null] => [
        lineageKey(name),
        chains.get(linkedTo(generations) ?? -1) ?? null,
      ]),
      ...wanted.map(({ container, path }, index): [string, Chain | null] => [
        fileKey(container.id, path),
        chainIn(second.get(`file:${index}`)),
      ]),
    ]),
    state: second.has('state') ? state : null,
    lineages,
    accounts: accountsIn(second.get('accounts') ?? [], second.get('state') ?? []),
    images: first.get('images') ?? [],
    installed: installedIn(first.get('host-certbot') ?? []),
    timers: first.get('timers') ?? [],
    lastWords: first.get('words') ?? [],
    compose: composeIn(first.get('compose')?.[0] ?? ''),
    now: Number(first.get('clock')?.[0] ?? Number.NaN),
    attempts: parseAttempts((first.get('attempts') ?? []).join('\n')),
    runs: parseRuns((first.get('runs') ?? []).join('\n')),
    suggestions: parseSuggestions((first.get('suggestions') ?? []).join('\n')),
    verified: !(second.get('state') ?? []).some((line) =>
      /^ *no[-_]verify[-_]ssl *(= *(true|yes|on|1))? *$/i.test(line),
    ),
  };
}

/** The record of orders as it is now: the CA may have turned one of this very run away. `null`: it could not be read. */
export async function readAttempts(host: Host, root: string): Promise<Attempt[] | null> {
  const { outcome, stdout } = await host.run(`cat ${quote(`${root}/certificates.jsonl`)} 2>/dev/null`);
  return outcome === 'exited' ? parseAttempts(stdout) : null;
}

/**
 * @param part lines of `config`; of `status`: exit status of `nginx -T`, then the output of `nginx -t` if it is not 0;
 *   of `certbot`: its path
 */
export function frontOf(
  container: Container,
  part: (name: 'config' | 'status' | 'certbot') => readonly string[],
): Front {
  const [code, ...said] = part('status');
  const certbot = part('certbot').some((line) => line.startsWith('/'));
  // These are Docker's words; nginx uses others for missing files.
  if (code !== '0' && said.some((line) => /exec: "nginx": executable file not found/.test(line)))
    return { container, nginx: null, broken: [], certbot };
  const silent = 'nginx -T failed without a message';
  return {
    container,
    certbot,
    nginx: parseNginx(part('config').join('\n')),
    broken: code === '0' ? [] : said.length > 0 ? said : [silent],
  };
}

/** Key of the files to which the links of a lineage lead, whatever container reads them. */
export function lineageKey(lineage: string): string {
  return fileKey('', lineage);
}

export function fileKey(container: string, path: string): string {
  return `${container} ${path}`;
}

async function read(
  host: Host,
  { runbook, root }: LookRequest,
  lines: readonly string[],
): Promise<Map<string, string[]>> {
  const script = [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(runbook.stack)} DIRECTORY=${quote(runbook.directory)} RB_ROOT=${quote(root)}`,
    'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
    volumeScript(),
    composeScript(),
    lookPiece(),
    ...lines,
    'section end',
  ].join('\n');
  const outcome = await host.run(script, { timeout: 120_000 });
  const sections = outcome.outcome === 'unknown' ? null : sectionsOf(outcome.stdout);
  if (sections?.has('end')) return sections;
  throw new UserError('RB-CONNECTION-LOST', {
    what: 'the certificates could not be looked at',
    why: outcome.outcome === 'unknown' ? outcome.reason : outcome.stderr.slice(-500),
    remedy: 'run it again; nothing was changed',
  });
}

function lineagesIn(sections: ReadonlyMap<string, string[]>): KnownLineage[] {
  const names = [...sections.keys()].flatMap((section) => /^(?:renewal|links):(.+)$/.exec(section)?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => {
    const conf = sections.get(`renewal:${name}`)?.[0];
    const files = [...sections].flatMap(([section, lines]): [number, string][] => {
      const number = section.startsWith(`chain:${name}:`) ? section.slice(`chain:${name}:`.length) : '';
      return /^\d+$/.test(number) ? [[Number(number), lines[0] ?? '']] : [];
    });
    const chains = files.flatMap(([number, encoded]): [number, Chain][] => {
      const chain = chainIn([encoded]);
      return chain === null ? [] : [[number, chain]];
    });
    return {
      name,
      renewal: conf === undefined ? null : parseRenewal(name, Buffer.from(conf, 'base64').toString('utf8')),
      generations: generationsOf(sections.get(`links:${name}`) ?? [], sections.get(`files:${name}`) ?? []),
      chains: new Map(chains),
      hashes: new Map(files.map(([number, encoded]) => [number, sha256(Buffer.from(encoded, 'base64'))])),
      issuers: new Map(
        files.map(([number]) => [number, authorityKeyIn((sections.get(`issuer:${name}:${number}`) ?? []).join('\n'))]),
      ),
    };
  });
}

function installedIn([program, user]: readonly string[]): Found['installed'] {
  return program?.startsWith('/') === true ? { program, asRoot: user === '0' } : null;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function chainIn(lines: readonly string[] | undefined): Chain | null {
  try {
    const chain = chainOf(Buffer.from(lines?.[0] ?? '', 'base64').toString('latin1'));
    return chain.length === 0 ? null : chain;
  } catch {
    return null;
  }
}

/** A lineage with the same certificate; for a proxy's files that lie elsewhere. */
export function copiedFrom(
  { lineages }: Pick<Found, 'lineages'>,
  { fingerprint }: Certificate,
): KnownLineage | undefined {
  return lineages.find(({ chains }) => [...chains.values()].some(([own]) => own?.fingerprint === fingerprint));
}

/** The lineage of a file that a proxy reads; `null`: the file lies elsewhere. */
export function lineageOf(found: Pick<Found, 'state'>, container: Container, path: string): string | null {
  const place = stateOf(container, path);
  const { state } = found;
  if (place === null || state === null || place.source !== state.source || place.inner !== state.inner) return null;
  return livePath(path)?.lineage ?? null;
}
