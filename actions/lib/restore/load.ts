/**
 * Fills new databases and folders beside the live data: one step on the host, with archives from the host or the
 * runner.
 */
import type { Readable } from 'node:stream';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { COUNTS, type TableCount } from '../postgres/facts-sql';
import { printer, psqlScript } from '../postgres/scripts';
import type { Progress } from '../progress';
import { dataLockScript } from '../steps/data-lock';
import { onHost } from '../steps/on-host';
import { processes } from '../steps/scripts';
import type { StepEvent, StepObserver, Steps } from '../steps/step';
import { fillPiece, volumeScript } from '../volumes/scripts';
import { explainRestore } from './failures';
import { archivePiece, loadPiece } from './scripts';

/** Where an archive comes from. */
export type Archive =
  | { readonly on: 'host'; readonly path: string; readonly sha256: string }
  /** Opens an archive that the runner sends, already unpacked. */
  | { readonly on: 'runner'; readonly open: () => Promise<Feed> };

/** A new database or folder that an archive fills. */
export interface LoadTarget {
  /** The name that the stack knows: name of a database, name or path of a volume. */
  readonly subject: string;
  /** The name of the new database or folder. */
  readonly incoming: string;
  readonly archive: Archive;
  /** A clause on the work that takes time after the archive was read; `null`: there is none. */
  readonly rest: string | null;
  /**
   * Lines of the step that fill the target.
   *
   * @param index place among the targets
   * @param source the archive, as words of a shell
   */
  readonly commands: (index: number, source: string) => readonly string[];
}

/**
 * The content of a filled target: rows of a database's tables, or the number of files, folders and links in a volume.
 */
export interface Loaded {
  readonly tables: readonly TableCount[];
  readonly entries: number;
}

/** An archive that comes through the runner. */
export interface Feed {
  /** The unpacked archive, for `pg_restore` or `tar`. */
  readonly stream: Readable;
  /**
   * After the stream's end: resolves if size and hash of what was read are right. @throws {UserError} if they are not
   */
  readonly proven: () => Promise<void>;
  /** Bytes of the archive that were read, and its size in bytes. */
  readonly read: () => { readonly bytes: number; readonly of: number };
}

export interface LoadTools {
  readonly host: Host;
  readonly steps: Steps;
  /** `<directory>/.runbook/steps/<token>-load` */
  readonly folder: string;
  readonly progress: Pick<Progress, 'info' | 'remote'>;
  /** Whether no backup may be made meanwhile. Default true; false for a drill, which does not touch the stack. */
  readonly apart?: boolean;
}

const ID = 'load';
/** Milliseconds; the step ends by itself when the runner is gone. */
const FEED_TIMEOUT = 24 * 3600 * 1000;

/**
 * Fills all targets.
 *
 * @returns one entry for each target, in the order of the targets
 * @throws {UserError} for an archive that is damaged or does not fit; the new databases and folders are gone then
 */
export async function load(stack: string, targets: readonly LoadTarget[], tools: LoadTools): Promise<Loaded[]> {
  const observer = new LoadObserver(targets, tools);
  const error = await onHost(
    tools.steps,
    { id: ID, script: loadScript(stack, targets, tools.apart) },
    {
      ...observer.listening,
      onStart: (step) => observer.attach((word) => step.send(word)),
      onEnd: () => observer.end(),
      lost: {
        what: 'the connection to the host was lost during the restore',
        remedy: 'run it again: the live data serves, and the next run removes the data that this one was loading',
      },
      // Unless the run was cancelled, the runner's own finding comes first: the host saw only that its input ended.
      explain: (told) => (told.isEnded ? null : observer.refusal) ?? explainRestore(told),
    },
  );
  if (error !== null) throw error;
  return observer.loaded;
}

function loadScript(stack: string, targets: readonly LoadTarget[], apart = true): string {
  return [
    `PROJECT=${quote(stack)}`,
    processes(),
    psqlScript(),
    dataLockScript(),
    archivePiece(),
    loadPiece(),
    volumeScript(),
    fillPiece(),
    // A backup must not read a database that is about to change its name.
    ...(apart ? ['data_lock claim 1800 || { fail data-lock "$PROJECT"; exit 1; }'] : []),
    printer('counts_sql', COUNTS),
    ...targets.flatMap(({ archive, commands }, index) =>
      commands(index, archive.on === 'host' ? `${quote(archive.path)} ${archive.sha256}` : "feed ''"),
    ),
    'committed',
  ].join('\n');
}

class LoadObserver {
  readonly loaded: { tables: TableCount[]; entries: number }[];
  readonly #targets: readonly LoadTarget[];
  readonly #tools: LoadTools;
  readonly #feeds: Promise<void>[] = [];
  readonly #reading = new Map<number, { readonly since: number; readonly read: Feed['read'] | null }>();
  refusal: UserError | null = null;
  readonly #over = new AbortController();
  #send: (word: string) => void = () => {};

  constructor(targets: readonly LoadTarget[], tools: LoadTools) {
    this.#targets = targets;
    this.#tools = tools;
    this.loaded = targets.map(() => ({ tables: [], entries: 0 }));
  }

  attach(send: (word: string) => void): void {
    this.#send = send;
  }

  get listening(): StepObserver {
    return { onEvent: (event) => this.#hear(event), onLine: (line) => this.#read(line) };
  }

  #hear({ name, fields }: StepEvent): void {
    const target = this.#targets[Number(fields.index)];
    const subject = target?.subject ?? '';
    if (name === 'loading') {
      this.#reading.set(Number(fields.index), { since: Date.now(), read: null });
      this.#tools.progress.info(`${subject}: filling ${target?.incoming}`);
    } else if (name === 'progress') this.#progress(Number(fields.index), subject, fields);
    else if (name === 'counting') this.#tools.progress.info(`${subject}: filled; counting rows`);
    else if (name === 'entries') this.#entries(Number(fields.index), subject, Number(fields.count));
    else if (name === 'feed') this.#feeds.push(this.#feed(Number(fields.index)));
  }

  #read(line: string): void {
    const [, index, json] = /^counts (\d+) (\[.*\])$/.exec(line) ?? [];
    if (json === undefined) {
      this.#tools.progress.remote(line);
      return;
    }
    const [schema = '', table = '', rows = null] = JSON.parse(json) as [string, string, number | null];
    this.loaded[Number(index)]?.tables.push({ schema, table, rows });
  }

  /** Stops sending: no reader is left. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#feeds);
  }

  #entries(index: number, subject: string, count: number): void {
    const loaded = this.loaded[index];
    if (loaded !== undefined) loaded.entries = count;
    this.#tools.progress.info(`${subject}: filled with ${count} files, folders and links`);
  }

  #progress(index: number, subject: string, { bytes, of }: StepEvent['fields']): void {
    const { since, read } = this.#reading.get(index) ?? { since: Date.now(), read: null };
    const at = read?.() ?? { bytes: Number(bytes), of: Number(of) };
    const text = sayProgress(at, (Date.now() - since) / 1000, this.#targets[index]?.rest ?? null);
    this.#tools.progress.info(`${subject}: ${text}`);
  }

  async #feed(index: number): Promise<void> {
    const archive = this.#targets[index]?.archive;
    if (archive?.on !== 'runner') return;
    const { host, folder } = this.#tools;
    try {
      const { stream, proven, read } = await archive.open();
      this.#reading.set(index, { since: this.#reading.get(index)?.since ?? Date.now(), read });
      const sent = await host.run(`cat >${quote(`${folder}/feed-${index}`)}`, {
        input: stream,
        timeout: FEED_TIMEOUT,
        signal: this.#over.signal,
      });
      // If the reader stopped reading, the step itself reports why.
      if (sent.outcome === 'unknown' || sent.code !== 0) return;
      await proven();
      this.#send(`whole ${index}`);
    } catch (error) {
      this.refusal ??= error instanceof UserError ? error : damaged(error);
      this.#send('abort');
    }
  }
}

/**
 * A sentence on how much is read, and how long the rest may take.
 *
 * @param seconds since the reading began
 * @param rest see {@link LoadTarget}
 */
export function sayProgress(
  { bytes, of }: { readonly bytes: number; readonly of: number },
  seconds: number,
  rest: string | null,
): string {
  const share = bytes / of;
  const since = `after ${Math.round(seconds)} s`;
  if (!(share > 0)) return `still filling ${since}`;
  if (share >= 0.999) return `the archive is read to its end ${since}${rest === null ? '' : `; ${rest}`}`;
  const left = Math.ceil((seconds * (1 - share)) / share);
  return `${Math.floor(share * 100)} % of the archive is read ${since}; the rest takes about ${left} s`;
}

function damaged(error: unknown): UserError {
  return new UserError('RB-ARCHIVE-DAMAGED', {
    what: 'the archive cannot be read to its end',
    why: error instanceof Error ? error.message : String(error),
    remedy: 'restore another backup; `list: true` shows the backups',
  });
}
