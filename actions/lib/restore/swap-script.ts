/** Scripts for the host: the swap of databases and volumes, its reversal, and the end of an interrupted swap. */
import { quote } from '../host/quote';
import type { Server } from '../postgres/facts';
import { maintenance } from '../postgres/names';
import { printer, psqlScript } from '../postgres/scripts';
import { connection } from '../stack/psql';
import { dataLockScript } from '../steps/data-lock';
import { processes } from '../steps/scripts';
import { fillPiece, volumeScript, volumeSwapPiece } from '../volumes/scripts';
import { phasePiece, recoverPiece, reversePiece, swapPiece, writersPiece } from './scripts';
import { cleanSql, type Exchange, reopenSql, reverseSql, swapSql, wholeSql } from './sql';

export interface ServerSwap {
  readonly service: string;
  readonly user: string;
  /** ID of the server's container. */
  readonly container: string;
  readonly exchanges: readonly Exchange[];
}

export interface VolumeSwap {
  /** Name of the volume in the Compose file, or a path. */
  readonly name: string;
  /** The folder in the volume whose content becomes live. */
  readonly incoming: string;
  /** The folder that gets the content which is live now. */
  readonly outgoing: string;
  /** The folder that gets the restored content on a reversal. */
  readonly reversed: string;
}

export interface SwapRequest {
  readonly stack: string;
  /** Services that stop for the swap. */
  readonly writers: readonly string[];
  /** Service of the proxy, which must resolve names again if a writer gets another address; `null`: none. */
  readonly proxy: string | null;
  /** Seconds until the writers must be healthy again. */
  readonly healthTimeout: number;
  readonly servers: readonly ServerSwap[];
  /** Containers that write to these volumes stop, too. */
  readonly volumes: readonly VolumeSwap[];
}

/** Databases and folders that an interrupted restore may have left beside the live data. */
export interface Leftovers {
  readonly servers: readonly Server[];
  /** Volume → folders in it. */
  readonly volumes: ReadonlyMap<string, readonly string[]>;
}

/** What to do with an interrupted swap; `leave`: do not touch it, and clear up only if there is none. */
export type Way = 'reverse' | 'forward' | 'leave';

export function swapScript(request: SwapRequest): string {
  const { stack, proxy, healthTimeout, servers, writers, volumes } = request;
  return [
    `PROJECT=${quote(stack)} PROXY=${quote(proxy ?? '')} HEALTH=${Math.ceil(healthTimeout)} VOLUMES=${volumes.length}`,
    processes(),
    psqlScript(),
    dataLockScript(),
    phasePiece(),
    writersPiece(),
    swapPiece(),
    volumeScript(),
    volumeSwapPiece(),
    'data_lock claim 1800 || { fail data-lock "$PROJECT"; exit 1; }',
    printer('write_process_functions', processes()),
    printer('reversal_text', reversalText(request)),
    // Only the host knows the writers' containers. A reversal must stop and start exactly these.
    `write_reversal() { printf "RB_ROOT='%s' WRITERS='%s' SERVICES='%s'\\n" "$RB_ROOT" "$(echo $writers)" ${quote(writers.join(' '))} && reversal_text; }`,
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
    // People may want to look into the former databases; a failure here does not matter.
    `reopen_servers >"$RB_STEP/reopen.log" 2>&1 || :`,
  ].join('\n');
}

function reversalText({ stack, proxy, healthTimeout, servers, volumes }: SwapRequest): string {
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} PROXY=${quote(proxy ?? '')} HEALTH=${Math.ceil(healthTimeout)}`,
    phasePiece(),
    writersPiece(),
    psqlScript(),
    volumeScript(),
    volumeSwapPiece(),
    ...perServer('reverse_servers', servers, ({ exchanges }) => reverseSql(exchanges), 'awake'),
    ...perServer('whole_servers', servers, ({ exchanges }) => wholeSql(exchanges), 'whole'),
    ...perServer('reopen_servers', servers, ({ exchanges }) => reopenSql(exchanges), 'awake'),
    ...perVolume('reverse_volumes', volumes.toReversed(), (volume) => `volume_reverse ${words(volume)}`),
    ...perVolume('whole_volumes', volumes, (volume) => `volume_whole ${words(volume)}`),
    reversePiece(),
  ].join('\n');
}

export function recoverScript(stack: string, { servers, volumes }: Leftovers, way: Way): string {
  return [
    `PROJECT=${quote(stack)} WAY=${way}`,
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

/** A shell function that runs one command for each volume, in order, until one fails. */
function perVolume(name: string, volumes: readonly VolumeSwap[], command: (volume: VolumeSwap) => string): string[] {
  return [`${name}() {`, '  :', ...volumes.map((volume) => `  ${command(volume)} || return 1`), '}'];
}

function words({ name, incoming, outgoing, reversed }: VolumeSwap): string {
  return [name, incoming, outgoing, reversed].map(quote).join(' ');
}

/**
 * A shell function that runs one text of SQL on each server, in order, until one fails.
 *
 * @param how `awake`: in the container that the service has by now, once the server answers; `whole`: the same, and
 *   every answer must be the word `whole`
 */
function perServer(
  name: string,
  servers: readonly ServerSwap[],
  text: (server: ServerSwap) => string,
  how: 'awake' | 'whole' | null = null,
): string[] {
  const lines = servers.map(({ service, user, container, exchanges }, index) => {
    const at = `${quote(user)} ${quote(maintenance(exchanges.map(({ live }) => live)))}`;
    if (how === null) return `  ${name}_sql_${index} | sql ${container} ${at} || return 1`;
    const ask = `${name}_sql_${index} | sql "$server" ${at}`;
    const done = how === 'whole' ? `[ "$(${ask})" = whole ]` : ask;
    return `  server_awake ${container} ${quote(service)} ${at} && ${done} || return 1`;
  });
  return [
    ...servers.map((server, index) => printer(`${name}_sql_${index}`, text(server))),
    `${name}() {`,
    '  :',
    ...lines,
    '}',
  ];
}
