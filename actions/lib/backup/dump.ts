/** Writes the parts of a backup on the host: one step that reads every archive to its end before it counts. */
import type { DumpFormat } from '../config/runbook';
import type { UserError } from '../errors';
import { quote } from '../host/quote';
import type { Beyond } from '../postgres/beyond';
import { COUNTS, DUMP_FACTS, type TableCount } from '../postgres/facts-sql';
import { dumpPiece, printer, psqlScript } from '../postgres/scripts';
import { connection } from '../stack/psql';
import { dataLockScript } from '../steps/data-lock';
import { type Conversation, onHost, Told } from '../steps/on-host';
import type { RunningStep, StepEvent, Steps } from '../steps/step';
import { readPiece, volumeScript } from '../volumes/scripts';
import { explainBackup } from './failures';
import { partPiece } from './scripts';

/** One file of a backup, before it is made. `file` has no suffix of a packer yet. */
export type DumpItem =
  | {
      readonly kind: 'database';
      readonly file: string;
      readonly service: string;
      readonly user: string;
      readonly database: string;
      readonly format: DumpFormat;
    }
  | {
      readonly kind: 'globals';
      readonly file: string;
      readonly service: string;
      readonly user: string;
      readonly format: DumpFormat;
    }
  /** A volume as the Compose file names it, or a directory of the host. */
  | { readonly kind: 'volume'; readonly file: string; readonly name: string };

interface DumpFacts {
  /** `server_version_num` */
  readonly version: number;
  readonly server: string;
  readonly bytes: number;
  readonly extensions: readonly string[];
  readonly beyond: Beyond;
  /** In which a table or an index of it lies, but for the database's own. */
  readonly tablespaces: readonly string[];
}

/** What became of an item. */
export interface Dumped {
  readonly file: string;
  /** On the host; `null` where the runner took it along. */
  readonly bytes: number | null;
  readonly sha256: string;
  readonly facts: DumpFacts | null;
  /** `pg_dump`'s own words on its version. */
  readonly tool: string | null;
  readonly tables: readonly TableCount[];
  /** Of a volume: files, folders and links in it. */
  readonly entries: number;
}

interface DumpRequest {
  readonly stack: string;
  readonly items: readonly DumpItem[];
  /** Folder on the host for the files; `null`: each goes through the runner, see {@link DumpTools.take}. */
  readonly folder: string | null;
  /** Seconds to wait for a restore or a migration. */
  readonly patience: number;
}

interface DumpTools {
  readonly steps: Steps;
  readonly info: (text: string) => void;
  readonly remote: (line: string) => void;
  /** A line of the record of migrations, as it is while nobody can migrate. */
  readonly migration: (line: string) => void;
  /** So many bytes of an item are written. */
  readonly progress: (item: DumpItem, bytes: number) => void;
  /** Reads an item's archive from a FIFO of the host, to its end. Its rejection ends the dump. */
  readonly take: (item: DumpItem, file: string, fifo: string) => Promise<void>;
}

/** What became of it. */
interface DumpResult {
  /** Those that are proven. */
  readonly items: readonly DumpItem[];
  /** One entry for each of these items, in their order. */
  readonly dumped: readonly Dumped[];
  /** Of those that are not, why; the others are as good as without them. */
  readonly left: readonly { readonly item: DumpItem; readonly error: UserError }[];
}

/** @throws {UserError} nothing is left on the host then */
export async function dump(request: DumpRequest, tools: DumpTools): Promise<DumpResult> {
  const observer = new DumpObserver(request, tools);
  const error = await onHost<unknown>(
    tools.steps,
    { id: 'dump', script: dumpScript(request) },
    {
      ...observer.listening,
      onStart: (step) => observer.attach(step),
      onEnd: () => observer.end(),
      lost: {
        what: 'the connection to the host was lost during the backup',
        remedy: 'run it again: nothing was published, and the next run removes what this one began',
      },
      // What the runner found wrong comes first, but for a cancellation: the host saw only that its reader went away.
      explain: (told) => (told.isEnded ? null : observer.refusal) ?? explainBackup(told),
    },
  );
  if (error !== null) throw error;
  return observer.dumped();
}

function dumpScript({ stack, items, folder, patience }: DumpRequest): string {
  const servers = new Map(items.flatMap((item) => (item.kind === 'volume' ? [] : [[item.service, item.user]])));
  return [
    `PROJECT=${quote(stack)} FOLDER=${quote(folder ?? '')}`,
    psqlScript(),
    dataLockScript(),
    partPiece(),
    dumpPiece(),
    volumeScript(),
    readPiece(),
    printer('counts_sql', COUNTS),
    printer('facts_sql', DUMP_FACTS),
    `data_lock shared ${patience} || { fail data-lock "$PROJECT"; exit 1; }`,
    // Of half-exchanged data nobody wants a backup; who came first has the lock no more.
    `[ ! -e "\${RB_DATA_LOCK%/*}/restore.pending" ] || { fail unsettled "$PROJECT"; exit 1; }`,
    'tell_migrations',
    'prepare_folder || exit 1',
    `dump_begin ${[...servers].map(([service, user]) => `"$(database_container ${quote(service)}):"${quote(user)}`).join(' ')}`,
    // Files of their own may come at once; the runner takes one after the other.
    ...(folder === null ? [] : items.flatMap(beginOf)),
    ...items.flatMap((item, index) => [
      `operation ${quote(`${item.kind} ${item.file}`)}`,
      `${commandOf(item, index)} || leave_part ${index} ${quote(item.file)} || exit 1`,
    ]),
    'committed',
  ].join('\n');
}

function beginOf(item: DumpItem, index: number): string[] {
  return item.kind === 'globals' ? [`begin_globals ${argumentsOf(item, index)} || :`] : [];
}

function commandOf(item: DumpItem, index: number): string {
  return `${item.kind === 'volume' ? 'read_volume' : `dump_${item.kind}`} ${argumentsOf(item, index)}`;
}

function argumentsOf(item: DumpItem, index: number): string {
  if (item.kind === 'volume') return `${index} ${quote(item.name)} ${quote(item.file)}`;
  const server = `${index} ${quote(item.service)} ${quote(item.user)}`;
  const connected = item.kind === 'database' ? `${server} ${quote(connection(item.database))}` : server;
  return `${connected} ${quote(item.file)} ${item.format}`;
}

/** What became of a part that is not proven. */
const LEFT = 'it was left out, what else is in the backup is as good as ever, and no older one was removed';

class DumpObserver {
  readonly #request: DumpRequest;
  readonly #parts = new Map<number, { file: string; bytes: number | null; sha256: string }>();
  readonly #facts = new Map<number, DumpFacts>();
  readonly #tools: DumpTools;
  readonly #versions = new Map<number, string>();
  readonly #tables: TableCount[][];
  readonly #told = new Told();
  readonly #feeds = new Map<number, Promise<void>>();
  readonly #entries = new Map<number, number>();
  readonly #left = new Map<number, UserError>();
  refusal: unknown = null;
  #step: Pick<RunningStep, 'send'> | null = null;

  constructor(request: DumpRequest, tools: DumpTools) {
    this.#request = request;
    this.#tools = tools;
    this.#tables = request.items.map(() => []);
  }

  attach(step: Pick<RunningStep, 'send'>): void {
    this.#step = step;
  }

  get listening(): Pick<Conversation<unknown>, 'told' | 'onEvent' | 'onLine'> {
    return { told: this.#told, onEvent: (event) => this.#hear(event), onLine: (line) => this.#read(line) };
  }

  #hear({ name, fields }: StepEvent): void {
    const index = Number(fields.index);
    const item = this.#request.items[index];
    if (name === 'migration') this.#tools.migration(fields.line ?? '');
    else if (item === undefined) return;
    else if (name === 'tool') this.#versions.set(index, fields.version ?? '');
    else if (name === 'progress') this.#tools.progress(item, Number(fields.bytes));
    else if (name === 'feed') this.#feeds.set(index, this.#take(item, index, fields));
    else if (name === 'left') this.#leave(index);
    else if (name === 'entries') this.#entries.set(index, Number(fields.count));
    else if (name === 'part') this.#part(item, index, fields);
  }

  #read(line: string): void {
    const [, word, index, json] = /^(counts|facts) (\d+) ([[{].*)$/.exec(line) ?? [];
    if (json === undefined) {
      this.#tools.remote(line);
      return;
    }
    if (word === 'facts') {
      this.#facts.set(Number(index), JSON.parse(json) as DumpFacts);
      return;
    }
    const [schema = '', table = '', rows = null] = JSON.parse(json) as [string, string, number | null];
    this.#tables[Number(index)]?.push({ schema, table, rows });
  }

  async end(): Promise<void> {
    await Promise.all(this.#feeds.values());
  }

  #leave(index: number): void {
    this.#left.set(index, explainBackup(this.#told.taken(), LEFT));
  }

  dumped(): DumpResult {
    const { items } = this.#request;
    const proven = items.filter((_item, index) => !this.#left.has(index));
    return {
      items: proven,
      dumped: proven.map((item) => this.#of(item, items.indexOf(item))),
      left: [...this.#left].map(([index, error]) => ({ item: items[index]!, error })),
    };
  }

  #of(item: DumpItem, index: number): Dumped {
    const part = this.#parts.get(index);
    const facts = this.#facts.get(index) ?? null;
    if (part === undefined || (item.kind === 'database' && facts === null))
      throw explainBackup({ kind: 'silent', subject: item.file, log: [] });
    return {
      ...part,
      facts,
      tool: this.#versions.get(index) ?? null,
      tables: this.#tables[index] ?? [],
      entries: this.#entries.get(index) ?? 0,
    };
  }

  #part(item: DumpItem, index: number, { file = '', bytes, sha256 = '' }: StepEvent['fields']): void {
    const size = Number(bytes);
    this.#parts.set(index, { file, sha256, bytes: size < 0 ? null : size });
    this.#tools.info(
      `${titleOf(item)}: every process ended well, the archive was read to its end, SHA-256 ${sha256.slice(0, 12)}…`,
    );
    // Its last bytes may still be on their way.
    const feed = this.#feeds.get(index);
    if (feed !== undefined) void feed.then(() => this.#step?.send(this.refusal === null ? `taken ${index}` : 'abort'));
  }

  async #take(item: DumpItem, index: number, { file = '', fifo = '' }: StepEvent['fields']): Promise<void> {
    try {
      // An earlier try of the same file ends first: the later one takes its place.
      await this.#feeds.get(index);
      await this.#tools.take(item, file, fifo);
    } catch (error) {
      this.refusal ??= error;
      this.#step?.send('abort');
    }
  }
}

export function titleOf(item: DumpItem): string {
  if (item.kind === 'volume') return item.name;
  return item.kind === 'database' ? `${item.service}/${item.database}` : `roles of ${item.service}`;
}
