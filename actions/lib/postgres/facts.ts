/** Reads facts of a stack's database servers before a restore. */
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { sectionsOf } from '../stack/sections';
import { FACTS } from './facts-sql';
import { maintenance } from './names';
import type { DatabaseProperties } from './properties';
import { factsPiece, psqlScript } from './scripts';

/** A service with databases, and the role that may do everything there. */
export interface Server {
  readonly service: string;
  readonly user: string;
  readonly databases: readonly string[];
}

export interface ServerFacts {
  readonly container: string;
  /** The image that the server runs, as the Compose file names it. */
  readonly image: string;
  /** ID of that image on the host. */
  readonly imageId: string;
  /** Major version. */
  readonly major: number;
  /** Name → bytes. */
  readonly databases: ReadonlyMap<string, number>;
  readonly properties: ReadonlyMap<string, DatabaseProperties>;
  readonly tablespaces: ReadonlySet<string>;
  /** Logical replication slots, each of which belongs to one database. */
  readonly slots: readonly { readonly database: string; readonly name: string; readonly plugin: string }[];
  readonly subscriptions: readonly { readonly database: string; readonly name: string; readonly slot: string | null }[];
  readonly roles: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  /** Extension → the version that the server installs by default. */
  readonly versions: ReadonlyMap<string, string>;
  /** `name=value`: settings for every session, by `ALTER ROLE ALL`. */
  readonly everyone: readonly string[];
  /** Names of the settings that `ALTER SYSTEM` made. */
  readonly system: readonly string[];
  /** Whether the user is a superuser. */
  readonly super: boolean;
  /** Database → roles that own something in it or have rights there. */
  readonly rolesOf: ReadonlyMap<string, readonly string[]>;
  /** Whether the database `postgres` has no tables and is not among the databases asked for. */
  readonly unused: boolean;
  /** Bytes free on the disk of the server's data; `null` if that cannot be measured. */
  readonly diskFree: number | null;
  /** Whether the container or the host can unpack zstd. */
  readonly unpacks: boolean;
}

export interface Facts {
  /** The host's time as `YYYYMMDDTHHMMSSZ`. */
  readonly now: string;
  /** Whether a swap began and was neither committed nor reversed. */
  readonly pending: boolean;
  /** The running ones of the writers asked for. */
  readonly writers: readonly string[];
  /** Whether the host itself can unpack zstd. */
  readonly unpacks: boolean;
  readonly servers: ReadonlyMap<string, ServerFacts>;
}

interface FactsRequest {
  readonly stack: string;
  /** `<directory>/.runbook` */
  readonly root: string;
  readonly servers: readonly Server[];
  readonly writers: readonly string[];
  /** Called for a server that does not answer, which is then left out. Without this callback it is an error. */
  readonly onDown?: (service: string, error: UserError) => void;
}

interface Answer {
  version: number;
  databases: { name: string; bytes: number; properties: DatabaseProperties; roles: string[] }[];
  tablespaces: string[];
  slots: ServerFacts['slots'];
  subscriptions: ServerFacts['subscriptions'];
  roles: string[];
  unused: boolean;
  extensions: { name: string; version: string }[];
  everyone: string[];
  system: string[];
  super: boolean;
}

/** Whether a session can keep login triggers from running; version 17 brought both. */
export function canSilence(server: Pick<ServerFacts, 'major' | 'super'> | undefined): boolean {
  return server !== undefined && server.major >= 17 && server.super;
}

/** @throws {UserError} RB-DATABASE-DOWN, RB-CONNECTION-LOST */
export async function readFacts(host: Host, request: FactsRequest): Promise<Facts> {
  const outcome = await host.run(factsScript(request));
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the database servers could not be queried',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  }
  const sections = sectionsOf(outcome.stdout);
  const one = (name: string): string => sections.get(name)?.[0] ?? '';
  const unpacks = one('unpacks') !== '';
  return {
    now: one('now'),
    pending: one('pending') !== '',
    writers: sections.get('writers') ?? [],
    unpacks,
    servers: new Map(
      request.servers.flatMap(({ service }) => {
        const answer = answerOf(service, one(`container:${service}`), sections.get(`server:${service}`) ?? []);
        if (answer instanceof UserError) {
          if (request.onDown === undefined) throw answer;
          request.onDown(service, answer);
          return [];
        }
        const free = one(`disk:${service}`);
        const [imageId = '', image = ''] = one(`image:${service}`).split(' ');
        const facts: ServerFacts = {
          container: one(`container:${service}`),
          image,
          imageId,
          major: Math.floor(answer.version / 10_000),
          databases: new Map(answer.databases.map(({ name, bytes }) => [name, bytes])),
          properties: new Map(answer.databases.map(({ name, properties }) => [name, properties])),
          tablespaces: new Set(answer.tablespaces),
          slots: answer.slots,
          subscriptions: answer.subscriptions,
          roles: new Set(answer.roles),
          unused: answer.unused,
          extensions: new Set(answer.extensions.map(({ name }) => name)),
          versions: new Map(answer.extensions.map(({ name, version }) => [name, version])),
          everyone: answer.everyone,
          system: answer.system,
          super: answer.super,
          rolesOf: new Map(answer.databases.map(({ name, roles }) => [name, roles])),
          diskFree: free === '' ? null : Number(free) * 1024,
          unpacks: unpacks || one(`unpacks:${service}`) !== '',
        };
        return [[service, facts] as const];
      }),
    ),
  };
}

function factsScript({ stack, root, servers, writers }: FactsRequest): string {
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} RB_ROOT=${quote(root)} FACTS_SQL=${quote(FACTS)} WRITERS=${quote(writers.join(' '))}`,
    'section() { printf \'\\n#rb-section %s\\n\' "$1"; }',
    psqlScript(),
    factsPiece(),
    'facts_begin',
    ...servers.map(
      ({ service, user, databases }) =>
        `facts_of ${quote(service)} ${quote(user)} ${quote(maintenance(databases))} </dev/null`,
    ),
  ].join('\n');
}

function answerOf(service: string, container: string, lines: readonly string[]): Answer | UserError {
  try {
    return JSON.parse(lines.join('\n')) as Answer;
  } catch {
    return new UserError('RB-DATABASE-DOWN', {
      what: `the database service ${service} does not answer`,
      why: container === '' ? 'none of its containers runs' : lines.join(' ').slice(0, 500),
      remedy: `see \`docker compose ps ${service}\` on the host, start it or deploy the stack, and run this again`,
    });
  }
}
