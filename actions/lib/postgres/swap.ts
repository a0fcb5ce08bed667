/** Exchanges databases by their names: one step on the host that reverses itself until its commit. */
import { UserError } from '../errors';
import { quote } from '../host/quote';
import { dataLockScript } from '../steps/data-lock';
import { processes } from '../steps/scripts';
import type { StepEvent, StepObserver, Steps } from '../steps/step';
import type { Server } from './facts';
import { explainRestore, type RestoreFailure } from './failures';
import { connection, maintenance } from './names';
import { cleanSql, type Exchange, reopenSql, reverseSql, swapSql } from './restore-sql';
import { printer, psqlScript, recoverPiece, reversePiece, swapPiece } from './scripts';

export interface ServerSwap {
  readonly service: string;
  readonly user: string;
  /** Its container's ID. */
  readonly container: string;
  readonly exchanges: readonly Exchange[];
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

/** @throws {UserError} when it did not come to the commit; the databases have their former names then */
export async function swap(request: SwapRequest, { steps, mark }: SwapTools): Promise<void> {
  const observer = new SwapObserver(mark);
  const step = await steps.start({ id: 'swap', title: 'Swap', script: swapScript(request) }, observer);
  const result = await step.result;
  if (result.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the connection to the host was lost during the swap',
      why: result.reason,
      remedy: 'the host finishes or goes back by itself; run it again with list: true to see where it is',
    });
  }
  if (result.code !== 0 && !observer.committed) throw observer.error();
}

/** Ends what an interrupted restore left. @returns what was done, one sentence each @throws {UserError} */
export async function recover(stack: string, servers: readonly Server[], steps: Steps, id: string): Promise<string[]> {
  const done: string[] = [];
  const observer = new SwapObserver(() => {}, done);
  const step = await steps.start({ id, title: 'Clear up', script: recoverScript(stack, servers) }, observer);
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
  const { stack, proxy, healthTimeout, servers, writers } = request;
  return [
    `PROJECT=${quote(stack)} PROXY=${quote(proxy ?? '')} HEALTH=${healthTimeout}`,
    processes(),
    psqlScript(),
    dataLockScript(),
    swapPiece(),
    'data_lock exclusive 1800 || { fail data-lock "$PROJECT"; exit 1; }',
    printer('write_process_functions', processes()),
    printer('reversal_text', reversalText(request)),
    // The writers are known only there: whoever reverses stops and starts these very containers.
    `write_reversal() { printf "RB_ROOT='%s' WRITERS='%s'\\n" "$RB_ROOT" "$(echo $writers)" && reversal_text; }`,
    ...perServer('swap_servers', servers, ({ exchanges }) => swapSql(exchanges)),
    'live_servers() {',
    ...servers.flatMap(({ container, user, exchanges }) =>
      exchanges.map(
        ({ live }) => `  echo 'select 1' | sql ${container} ${quote(user)} ${quote(connection(live))} || return 1`,
      ),
    ),
    '}',
    ...perServer('reopen_servers', servers, ({ exchanges }) => reopenSql(exchanges)),
    `swap ${writers.map(quote).join(' ')} || exit 1`,
    // Only for whoever wants to look into it.
    `reopen_servers >"$RB_STEP/reopen.log" 2>&1 || :`,
  ].join('\n');
}

function reversalText({ stack, proxy, servers }: SwapRequest): string {
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} PROXY=${quote(proxy ?? '')}`,
    psqlScript(),
    ...perServer('reverse_servers', servers, ({ exchanges }) => reverseSql(exchanges), 'server_awake'),
    reversePiece(),
  ].join('\n');
}

export function recoverScript(stack: string, servers: readonly Server[]): string {
  return [
    `PROJECT=${quote(stack)}`,
    psqlScript(),
    ...servers.map(({ databases }, index) => printer(`clean_sql_${index}`, databases.map(cleanSql).join('\n'))),
    'clean_servers() {',
    ...servers.map(
      ({ service, user, databases }, index) =>
        `  clean_sql_${index} | sql "$(database_container ${quote(service)})" ${quote(user)} ${quote(maintenance(databases))} || return 1`,
    ),
    '}',
    recoverPiece(),
  ].join('\n');
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
    ...lines,
    '}',
  ];
}

class SwapObserver implements StepObserver {
  committed = false;
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
    if (name === 'log') this.#log.push(fields.line ?? '');
    else if (name === 'failed') this.#failure = { kind: fields.kind ?? '', subject: fields.subject ?? '', log: [] };
    else if (name === 'reversed') this.#done.push('An unfinished swap was reversed.');
    else if (name === 'dropped') this.#done.push(`${fields.database}, left by an interrupted restore, was removed.`);
    else if (MARKS[name] !== undefined) this.#mark(MARKS[name]);
  }

  error(): UserError {
    return explainRestore({ kind: '', subject: '', ...this.#failure, log: this.#log });
  }
}
