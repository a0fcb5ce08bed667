/** What a dumping step tells (its parts, what it counted, what it waits for), and what the runner answers. */
import type { UserError } from '../errors';
import type { Beyond } from '../postgres/beyond';
import type { TableCount } from '../postgres/facts-sql';
import { readRow, sayWait, type Wait, waitKey } from '../stack/waits';
import { type Conversation, Told } from '../steps/on-host';
import type { RunningStep, StepEvent } from '../steps/step';
import { explainBackup } from './failures';
import type { Manifest, Part } from './manifest';

/** One file of a backup, before it is made. */
export interface DumpItem {
  /** Name without the suffix of a compressor. */
  readonly file: string;
  /** Name of its content for people. */
  readonly title: string;
  /** Kind of its content, in a word for the host's journal. */
  readonly kind: string;
  /** Bytes that its content has now; `null`: not known. */
  readonly bytes: number | null;
  /** The server and the user whose sessions end with the dump; `null`: the dump has no sessions. */
  readonly server: { readonly service: string; readonly user: string } | null;
  /** It is worth nothing without the other items. */
  readonly extra: boolean;
  /** The step also tells facts about it, and without them it does not count. */
  readonly hasFacts: boolean;
  /** A line of the step that makes it. @param index its place among the items */
  readonly command: (index: number) => string;
  /** A line of the step that begins it before its turn; `null`: it has none. */
  readonly begin: ((index: number) => string) | null;
  /** Its entry for the manifest. @param part its file in the backup @param dumped what the step told about it */
  readonly entry: (part: Part, dumped: Dumped) => ManifestEntry;
}

/** One part in its list of a manifest. */
export type ManifestEntry = Partial<Pick<Manifest, 'databases' | 'globals' | 'volumes'>>;

interface DumpFacts {
  /** `server_version_num` of PostgreSQL. */
  readonly version: number;
  readonly server: string;
  readonly bytes: number;
  readonly extensions: readonly string[];
  readonly beyond: Beyond;
  /** Tablespaces that a table or an index of it uses, besides the database's own. */
  readonly tablespaces: readonly string[];
}

/** What became of an item. */
export interface Dumped {
  readonly file: string;
  /** Bytes of the file on the host; `null` where the runner took the data away. */
  readonly bytes: number | null;
  readonly sha256: string;
  readonly facts: DumpFacts | null;
  /** The version as `pg_dump` prints it. */
  readonly tool: string | null;
  readonly tables: readonly TableCount[];
  /** Number of files, folders and links in a volume. */
  readonly entries: number;
}

export interface DumpTools {
  readonly info: (text: string) => void;
  readonly remote: (line: string) => void;
  /** Called when an item begins to wait for a lock or to keep others waiting, and again when that changes. */
  readonly waits: (item: DumpItem, text: string) => void;
  /** Called with a line of the record of migrations, read while no migration can run. */
  readonly migration: (line: string) => void;
  /** Called when so many bytes of an item are written. */
  readonly progress: (item: DumpItem, bytes: number) => void;
  /** Reads an item's archive to its end from a FIFO on the host. Its rejection ends the dump. */
  readonly take: (item: DumpItem, file: string, fifo: string) => Promise<void>;
}

/** The result of a dump. */
export interface DumpResult {
  /** The items that are proven. */
  readonly items: readonly DumpItem[];
  /** One entry for each of these items, in their order. */
  readonly dumped: readonly Dumped[];
  /** Items that are not proven, with the reason; the others are complete without them. */
  readonly left: readonly { readonly item: DumpItem; readonly error: UserError }[];
}

/** The consequence for a part that is not proven. */
const LEFT = 'it was left out, the rest of the backup is not affected, and no older backup was removed';

export class DumpObserver {
  readonly #items: readonly DumpItem[];
  readonly #parts = new Map<number, { file: string; bytes: number | null; sha256: string }>();
  readonly #facts = new Map<number, DumpFacts>();
  readonly #tools: DumpTools;
  readonly #versions = new Map<number, string>();
  readonly #tables: TableCount[][];
  readonly #told = new Told();
  readonly #feeds = new Map<number, Promise<void>>();
  readonly #entries = new Map<number, number>();
  readonly #left = new Map<number, UserError>();
  /** Index of an item → the last wait for a lock, as a clause. */
  readonly #waited = new Map<number, string>();
  readonly #said = new Set<string>();
  refusal: unknown = null;
  #step: Pick<RunningStep, 'send'> | null = null;

  constructor(items: readonly DumpItem[], tools: DumpTools) {
    this.#items = items;
    this.#tools = tools;
    this.#tables = items.map(() => []);
  }

  attach(step: Pick<RunningStep, 'send'>): void {
    this.#step = step;
  }

  get listening(): Pick<Conversation<unknown>, 'told' | 'onEvent' | 'onLine'> {
    return { told: this.#told, onEvent: (event) => this.#hear(event), onLine: (line) => this.#read(line) };
  }

  #hear({ name, fields }: StepEvent): void {
    const index = Number(fields.index);
    const item = this.#items[index];
    if (name === 'migration') this.#tools.migration(fields.line ?? '');
    else if (item === undefined) return;
    else if (name === 'tool') this.#versions.set(index, fields.version ?? '');
    else if (name === 'progress') this.#tools.progress(item, Number(fields.bytes));
    else if (name === 'waits') this.#wait(item, index, fields.row);
    else if (name === 'behind') this.#sayOnce(item, 'behind', behindOf(Number(fields.count)));
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
    const failure = this.#told.taken();
    const waited = failure.kind === 'blocked' ? this.#waited.get(index) : undefined;
    this.#left.set(index, explainBackup(waited === undefined ? failure : { ...failure, log: [waited] }, LEFT));
  }

  #wait(item: DumpItem, index: number, row: string | undefined): void {
    const wait = readRow<Wait>(row);
    if (wait === null) return;
    const text = sayWait(wait, 'the dump');
    this.#waited.set(index, text);
    this.#sayOnce(item, waitKey(wait), text);
  }

  #sayOnce(item: DumpItem, key: string, text: string): void {
    const known = `${item.title} ${key}`;
    if (this.#said.has(known)) return;
    this.#said.add(known);
    this.#tools.waits(item, text);
  }

  dumped(): DumpResult {
    const items = this.#items;
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
    if (part === undefined || (item.hasFacts && facts === null))
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
      `${item.title}: every process ended well, the archive was read to its end, SHA-256 ${sha256.slice(0, 12)}…`,
    );
    // The last bytes of the part may still be on their way.
    const feed = this.#feeds.get(index);
    if (feed !== undefined) void feed.then(() => this.#step?.send(this.refusal === null ? `taken ${index}` : 'abort'));
  }

  async #take(item: DumpItem, index: number, { file = '', fifo = '' }: StepEvent['fields']): Promise<void> {
    try {
      // A former attempt at the same file has to end first, because the new one takes its place.
      await this.#feeds.get(index);
      await this.#tools.take(item, file, fifo);
    } catch (error) {
      this.refusal ??= error;
      this.#step?.send('abort');
    }
  }
}

function behindOf(count: number): string {
  const others = count === 1 ? 'a session' : `${count} sessions`;
  return `keeps ${others} waiting for locks: a session that changes a table waits for the end of the dump, and others wait behind it`;
}
