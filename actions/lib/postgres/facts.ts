/** What the database servers of a stack tell before a restore. */
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { sectionsOf } from '../stack/sections';
import { FACTS } from './facts-sql';
import { maintenance } from './names';
import type { DatabaseProperties } from './properties';
import { factsPiece, psqlScript } from './scripts';

/** A service with databases, and the user who may do everything there. */
export interface Server {
  readonly service: string;
  readonly user: string;
  readonly databases: readonly string[];
}

export interface ServerFacts {
  readonly container: string;
  /** What it runs from, as the Compose file names it. */
  readonly image: string;
  /** The same, by its ID on the host. */
  readonly imageId: string;
  /** Major version. */
  readonly major: number;
  /** Name → bytes. */
  readonly databases: ReadonlyMap<string, number>;
  readonly properties: ReadonlyMap<string, DatabaseProperties>;
  readonly tablespaces: ReadonlySet<string>;
  /** Logical ones, each tied to one database. */
  readonly slots: readonly { readonly database: string; readonly name: string; readonly plugin: string }[];
  readonly subscriptions: readonly { readonly database: string; readonly name: string; readonly slot: string | null }[];
  readonly roles: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  /** Extension → the version that it gives to who names none. */
  readonly versions: ReadonlyMap<string, string>;
  /** `name=value`, by `ALTER ROLE ALL`. */
  readonly everyone: readonly string[];
  /** Names of what `ALTER SYSTEM` set. */
  readonly system: readonly string[];
  /** The user may do everything. */
  readonly super: boolean;
  /** Database → whom something in it belongs or is granted to. */
  readonly rolesOf: ReadonlyMap<string, readonly string[]>;
  /** The database `postgres` has no table, where it is none of those asked for. */
  readonly unused: boolean;
  /** Bytes free where its data lies; `null` where that cannot be measured. */
  readonly diskFree: number | null;
  /** Its container or the host can unpack zstd. */
  readonly unpacks: boolean;
}

export interface Facts {
  /** The host's time as `YYYYMMDDTHHMMSSZ`. */
  readonly now: string;
  /** A swap began and was neither committed nor reversed. */
  readonly pending: boolean;
  /** Of the writers asked for, those that run. */
  readonly writers: readonly string[];
  /** The host itself can unpack zstd. */
  readonly unpacks: boolean;
  readonly servers: ReadonlyMap<string, ServerFacts>;
}

interface FactsRequest {
  readonly stack: string;
  /** `<directory>/.runbook` */
  readonly root: string;
  readonly servers: readonly Server[];
  readonly writers: readonly string[];
  /** Called for a server that does not answer, which is left out then; without it that is an error. */
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

/** Whether a session can keep triggers on logins from running, which came with version 17. */
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
