/**
 * Exchanges databases by their names, and the content of volumes by their folders: one step on the host that reverses
 * itself until its commit.
 */
import { UserError } from '../errors';
import { quote } from '../host/quote';
import type { Server } from '../postgres/facts';
import { explainRestore, type RestoreFailure } from '../postgres/failures';
import { connection, maintenance } from '../postgres/names';
import { cleanSql, type Exchange, reopenSql, reverseSql, swapSql } from '../postgres/restore-sql';
import { printer, psqlScript, recoverPiece, reversePiece, swapPiece } from '../postgres/scripts';
import { dataLockScript } from '../steps/data-lock';
import { processes } from '../steps/scripts';
import type { StepEvent, StepObserver, Steps } from '../steps/step';
import { fillPiece, volumeScript, volumeSwapPiece } from '../volumes/scripts';

export interface ServerSwap {
  readonly service: string;
  readonly user: string;
  /** Its container's ID. */
  readonly container: string;
  readonly exchanges: readonly Exchange[];
}

export interface VolumeSwap {
  /** As the Compose file names it, or a path. */
  readonly name: string;
  /** The folder in it whose content becomes live. */
  readonly incoming: string;
  /** The folder that gets what is live now. */
  readonly outgoing: string;
}

export interface SwapRequest {
  readonly stack: string;
  /** Services that stop for the swap. */
  readonly writers: readonly string[];
  /** Told to resolve anew when a writer got another address; `null`: none. */
  readonly proxy: string | null;
  /** Seconds until the writers must be healthy again. */
  readonly healthTimeout: number;
  readonly servers: readonly ServerSwap[];
  /** Whoever writes there stops, too. */
  readonly volumes: readonly VolumeSwap[];
}

/** What may stand beside live data after an interrupted restore. */
export interface Leftovers {
  readonly servers: readonly Server[];
  /** Volume → folders in it. */
  readonly volumes: ReadonlyMap<string, readonly string[]>;
}

export interface SwapTools {
  readonly steps: Steps;
  /** Milestones: writers stopped, names swapped, writers started, healthy. */
  readonly mark: (text: string) => void;
}

const MARKS: Readonly<Record<string, string>> = {
  stopping: 'stopping the writers',
  stopped: 'writers stopped',
  swapped: 'names swapped',
  started: 'writers started',
  healthy: 'writers healthy',
  committed: 'committed',
  undoing: 'reversing',
};

/**
 * @returns services that were stopped for it
 * @throws {UserError} when it did not come to the commit; everything is as it was then
 */
export async function swap(request: SwapRequest, { steps, mark }: SwapTools): Promise<readonly string[]> {
  const observer = new SwapObserver(mark);
  const step = await steps.start({ id: 'swap', title: 'Swap', script: swapScript(request) }, observer);
  const result = await step.result;
  if (result.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'how the swap ended is not known',
      why: result.reason,
      remedy:
        'the host finishes or goes back by itself; then undo: true with dry-run: true names what was put aside, if it finished',
    });
  }
  if (result.code !== 0 && !observer.committed) throw observer.error();
  return observer.stopped;
}

/** Ends what an interrupted restore left. @returns what was done, one sentence each @throws {UserError} */
export async function recover(stack: string, left: Leftovers, steps: Steps, id: string): Promise<string[]> {
  const done: string[] = [];
  const observer = new SwapObserver(() => {}, done);
  const step = await steps.start({ id, title: 'Clear up', script: recoverScript(stack, left) }, observer);
  const result = await step.result;
  if (result.outcome === 'exited' && result.code === 0) return done;
  if (result.outcome === 'exited') throw observer.error();
  throw new UserError('RB-CONNECTION-LOST', {
    what: 'the connection to the host was lost while an earlier restore was cleared up',
    why: result.reason,
    remedy: 'run it again',
  });
}

export function swapScript(request: SwapRequest): string {
  const { stack, proxy, healthTimeout, servers, writers, volumes } = request;
  return [
    `PROJECT=${quote(stack)} PROXY=${quote(proxy ?? '')} HEALTH=${healthTimeout} VOLUMES=${volumes.length}`,
    processes(),
    psqlScript(),
    dataLockScript(),
    swapPiece(),
    volumeScript(),
    volumeSwapPiece(),
    'data_lock exclusive 1800 || { fail data-lock "$PROJECT"; exit 1; }',
    printer('write_process_functions', processes()),
    printer('reversal_text', reversalText(request)),
    // The writers are known only there: whoever reverses stops and starts these very containers.
    `write_reversal() { printf "RB_ROOT='%s' WRITERS='%s'\\n" "$RB_ROOT" "$(echo $writers)" && reversal_text; }`,
    ...perServer('swap_servers', servers, ({ exchanges }) => swapSql(exchanges)),
    'live_servers() {',
    '  :',
    ...servers.flatMap(({ container, user, exchanges }) =>
      exchanges.map(
        ({ live }) => `  echo 'select 1' | sql ${container} ${quote(user)} ${quote(connection(live))} || return 1`,
      ),
    ),
    '}',
    ...perVolume('volume_writers', volumes, ({ name }) => `volume_users ${quote(name)}`),
    ...perVolume('swap_volumes', volumes, (volume) => `volume_swap ${words(volume)}`),
    ...perServer('reopen_servers', servers, ({ exchanges }) => reopenSql(exchanges)),
    `swap ${writers.map(quote).join(' ')} || exit 1`,
    // Only for whoever wants to look into it.
    `reopen_servers >"$RB_STEP/reopen.log" 2>&1 || :`,
  ].join('\n');
}

function reversalText({ stack, proxy, servers, volumes }: SwapRequest): string {
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} PROXY=${quote(proxy ?? '')}`,
    psqlScript(),
    volumeScript(),
    volumeSwapPiece(),
    ...perServer('reverse_servers', servers, ({ exchanges }) => reverseSql(exchanges), 'server_awake'),
    ...perVolume('reverse_volumes', volumes.toReversed(), (volume) => `volume_reverse ${words(volume)}`),
    reversePiece(),
  ].join('\n');
}

export function recoverScript(stack: string, { servers, volumes }: Leftovers): string {
  return [
    `PROJECT=${quote(stack)}`,
    psqlScript(),
    volumeScript(),
    fillPiece(),
    ...servers.map(({ databases }, index) => printer(`clean_sql_${index}`, databases.map(cleanSql).join('\n'))),
    'clean_servers() {',
    '  :',
    ...servers.map(
      ({ service, user, databases }, index) =>
        `  clean_sql_${index} | sql "$(database_container ${quote(service)})" ${quote(user)} ${quote(maintenance(databases))} || return 1`,
    ),
    '}',
    'clean_volumes() {',
    '  :',
    ...[...volumes].flatMap(([name, folders]) => [
      `  volume_forget "$(volume_mount ${quote(name)})" ${folders.map(quote).join(' ')} >&2 || return 1`,
      ...folders.map((folder) => `  echo ${quote(`${name}/${folder}`)}`),
    ]),
    '}',
    recoverPiece(),
  ].join('\n');
}

/** A shell function that does one thing for each volume, in order, until one fails. */
function perVolume(name: string, volumes: readonly VolumeSwap[], command: (volume: VolumeSwap) => string): string[] {
  return [`${name}() {`, '  :', ...volumes.map((volume) => `  ${command(volume)} || return 1`), '}'];
}

function words({ name, incoming, outgoing }: VolumeSwap): string {
  return [name, incoming, outgoing].map(quote).join(' ');
}

/** A shell function that runs one text of SQL on each server, in order, until one fails. */
function perServer(
  name: string,
  servers: readonly ServerSwap[],
  text: (server: ServerSwap) => string,
  before: string | null = null,
): string[] {
  const lines = servers.map((server, index) => {
    const at = `${server.container} ${quote(server.user)} ${quote(maintenance(server.exchanges.map(({ live }) => live)))}`;
    return `  ${before === null ? '' : `${before} ${at} && `}${name}_sql_${index} | sql ${at} || return 1`;
  });
  return [
    ...servers.map((server, index) => printer(`${name}_sql_${index}`, text(server))),
    `${name}() {`,
    '  :',
    ...lines,
    '}',
  ];
}

class SwapObserver implements StepObserver {
  committed = false;
  stopped: readonly string[] = [];
  readonly #mark: (text: string) => void;
  readonly #done: string[];
  readonly #log: string[] = [];
  #failure: RestoreFailure | null = null;

  constructor(mark: (text: string) => void, done: string[] = []) {
    this.#mark = mark;
    this.#done = done;
  }

  onEvent({ name, fields }: StepEvent): void {
    if (name === 'committed') this.committed = true;
    if (name === 'stopping') this.stopped = (fields.services ?? '').split(' ').filter((one) => one !== '');
    if (name === 'log') this.#log.push(fields.line ?? '');
    else if (name === 'failed') this.#failure = { kind: fields.kind ?? '', subject: fields.subject ?? '', log: [] };
    else if (name === 'reversed') this.#done.push('An unfinished swap was reversed.');
    else if (name === 'dropped') this.#done.push(`${fields.name}, left by an interrupted restore, was removed.`);
    else if (MARKS[name] !== undefined) this.#mark(MARKS[name]);
  }

  error(): UserError {
    return explainRestore({ kind: '', subject: '', ...this.#failure, log: this.#log });
  }
}
