/** Fills what stands beside the live data: one step on the host, and its archives from there or from here. */
import type { Readable } from 'node:stream';
import type { DumpFormat } from '../config/runbook';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { COUNTS, type TableCount } from '../postgres/facts-sql';
import { maintenance } from '../postgres/names';
import { printer, psqlScript } from '../postgres/scripts';
import type { Progress } from '../progress';
import { connection } from '../stack/psql';
import { dataLockScript } from '../steps/data-lock';
import { onHost } from '../steps/on-host';
import { processes } from '../steps/scripts';
import type { StepEvent, StepObserver, Steps } from '../steps/step';
import { fillPiece, volumeScript } from '../volumes/scripts';
import { explainRestore } from './failures';
import { archivePiece, loadPiece } from './scripts';
import { createSql, dropSql, emptySql, finishSql, type Making } from './sql';

type Archive =
  | { readonly on: 'host'; readonly path: string; readonly sha256: string }
  /** Resolves once everything was sent and proven; what arrives in the sink is unpacked. */
  | { readonly on: 'runner'; readonly open: () => Promise<Feed> };

interface DatabaseTarget {
  readonly service: string;
  readonly user: string;
  /** The database that the stack knows. */
  readonly database: string;
  /** The name of the new one. */
  readonly incoming: string;
  readonly format: DumpFormat;
  readonly archive: Archive;
  readonly making: Making;
}

interface VolumeTarget {
  /** As the Compose file names it, or a path. */
  readonly volume: string;
  /** The name of the new folder in it. */
  readonly incoming: string;
  readonly archive: Archive;
}

export type LoadTarget = DatabaseTarget | VolumeTarget;

/** What became of a target: rows of a database's tables, or how many files, folders and links a volume has. */
export interface Loaded {
  readonly tables: readonly TableCount[];
  readonly entries: number;
}

/** An archive that comes through the runner. */
export interface Feed {
  /** As `pg_restore` or `tar` reads it. */
  readonly stream: Readable;
  /** After the stream's end: resolves when size and hash of what was read are right. @throws {UserError} */
  readonly proven: () => Promise<void>;
  /** How much of the archive was read, of how much. */
  readonly read: () => { readonly bytes: number; readonly of: number };
}

interface LoadTools {
  readonly host: Host;
  readonly steps: Steps;
  /** `<directory>/.runbook/steps/<token>-load` */
  readonly folder: string;
  readonly progress: Pick<Progress, 'info' | 'remote'>;
  /** Not while a backup is made. Default true; a drill touches nothing of the stack. */
  readonly apart?: boolean;
}

const ID = 'load';
/** Milliseconds; the step ends by itself when the runner is gone. */
const FEED_TIMEOUT = 24 * 3600 * 1000;

/**
 * @returns one entry for each target, in their order
 * @throws {UserError} for an archive that is damaged or does not fit; what is new is gone then
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
        remedy: 'run it again: the live data serves, and the next run removes what this one was filling',
      },
      // What the runner found wrong comes first, but for a cancellation: the host saw only that its input ended.
      explain: (told) => (told.isEnded ? null : observer.refusal) ?? explainRestore(told),
    },
  );
  if (error !== null) throw error;
  return observer.loaded;
}

function loadScript(stack: string, targets: readonly LoadTarget[], apart = true): string {
  const used = targets.flatMap((target) => ('volume' in target ? [] : [target.database]));
  return [
    `PROJECT=${quote(stack)}`,
    processes(),
    psqlScript(),
    dataLockScript(),
    archivePiece(),
    loadPiece(),
    volumeScript(),
    fillPiece(),
    // A backup of a database that is about to change its name would be of neither.
    ...(apart ? ['data_lock claim 1800 || { fail data-lock "$PROJECT"; exit 1; }'] : []),
    printer('counts_sql', COUNTS),
    ...targets.flatMap((target, index) => {
      const { archive, incoming } = target;
      const source = archive.on === 'host' ? `${quote(archive.path)} ${archive.sha256}` : "feed ''";
      if ('volume' in target) {
        return [`fill_volume ${index} ${quote(target.volume)} ${quote(incoming)} ${source} || exit 1`];
      }
      const { service, user, making, format } = target;
      const how = making.tablespaces ? format : `${format}-plain`;
      const server = `${index} ${quote(service)} ${quote(user)}`;
      return [
        printer(`create_sql_${index}`, createSql(incoming, making)),
        printer(`empty_sql_${index}`, emptySql(making)),
        printer(`finish_sql_${index}`, finishSql(incoming, making.properties)),
        printer(`drop_sql_${index}`, dropSql(incoming)),
        `restore_begin ${server} ${quote(maintenance(used))} ${quote(connection(incoming))} || exit 1`,
        `restore_load ${server} ${quote(connection(incoming))} ${how} ${source} || exit 1`,
        `restore_finish ${server} ${quote(maintenance(used))} ${quote(connection(incoming))} ${quote(making.silent ? '-c event_triggers=off' : '')} || exit 1`,
      ];
    }),
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
    const subject = target === undefined ? '' : 'volume' in target ? target.volume : target.database;
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

  /** Nobody reads what is still being sent. */
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
    const isDatabase = !('volume' in (this.#targets[index] ?? {}));
    const text = sayProgress(at, (Date.now() - since) / 1000, isDatabase);
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
      // The reader says itself why it stopped reading.
      if (sent.outcome === 'unknown' || sent.code !== 0) return;
      await proven();
      this.#send(`whole ${index}`);
    } catch (error) {
      this.refusal ??= error instanceof UserError ? error : damaged(error);
      this.#send('abort');
    }
  }
}

/** How far it is, and how long it may still take. @param seconds since it began */
export function sayProgress(
  { bytes, of }: { readonly bytes: number; readonly of: number },
  seconds: number,
  isDatabase: boolean,
): string {
  const share = bytes / of;
  const since = `after ${Math.round(seconds)} s`;
  if (!(share > 0)) return `still filling ${since}`;
  // The rest is indexes and constraints, of which an archive has a line each.
  if (share >= 0.999)
    return `the archive is read to its end ${since}${isDatabase ? '; indexes and constraints follow' : ''}`;
  const left = Math.ceil((seconds * (1 - share)) / share);
  return `${Math.floor(share * 100)} % of the archive is read ${since}; the rest of it takes about ${left} s`;
}

function damaged(error: unknown): UserError {
  return new UserError('RB-ARCHIVE-DAMAGED', {
    what: 'the archive cannot be read to its end',
    why: error instanceof Error ? error.message : String(error),
    remedy: 'restore another backup; `list: true` shows what is there',
  });
}
