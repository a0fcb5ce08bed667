/** Writes the parts of a backup on the host: one step, which reads every archive to its end before it counts. */
import { quote } from '../host/quote';
import { COUNTS, DUMP_FACTS } from '../postgres/facts-sql';
import { dumpPiece, printer, psqlScript } from '../postgres/scripts';
import { waitsPiece } from '../stack/psql';
import { dataLockScript } from '../steps/data-lock';
import { onHost } from '../steps/on-host';
import type { Steps } from '../steps/step';
import { readPiece, volumeScript } from '../volumes/scripts';
import { type DumpItem, DumpObserver, type DumpResult, type DumpTools } from './dump-told';
import { explainBackup } from './failures';
import { partPiece } from './scripts';

interface DumpRequest {
  readonly stack: string;
  readonly items: readonly DumpItem[];
  /** Folder on the host for the files; `null`: each file goes through the runner, see {@link DumpTools.take}. */
  readonly folder: string | null;
  /** Seconds to wait for the end of a restore or a migration. */
  readonly patience: number;
  /** Seconds that a dump may wait for a lock in its database; `null`: without a limit. */
  readonly blocked: number | null;
}

/** @throws {UserError} with nothing left on the host */
export async function dump(request: DumpRequest, steps: Steps, tools: DumpTools): Promise<DumpResult> {
  const observer = new DumpObserver(request.items, tools);
  const error = await onHost<unknown>(
    steps,
    { id: 'dump', script: dumpScript(request) },
    {
      ...observer.listening,
      onStart: (step) => observer.attach(step),
      onEnd: () => observer.end(),
      lost: {
        what: 'the connection to the host was lost during the backup',
        remedy: 'run it again: nothing was published, and the next run removes the leftovers of this one',
      },
      // The runner's reason comes first, unless the step was cancelled: the host only saw that its reader went away.
      explain: (told) => (told.isEnded ? null : observer.refusal) ?? explainBackup(told),
    },
  );
  if (error !== null) throw error;
  return observer.dumped();
}

function dumpScript({ stack, items, folder, patience, blocked }: DumpRequest): string {
  const servers = new Map(items.flatMap(({ server }) => (server === null ? [] : [[server.service, server.user]])));
  return [
    `PROJECT=${quote(stack)} FOLDER=${quote(folder ?? '')} DUMP_BLOCKED=${blocked ?? ''}`,
    psqlScript(),
    waitsPiece(),
    dataLockScript(),
    partPiece(),
    dumpPiece(),
    volumeScript(),
    readPiece(),
    printer('counts_sql', COUNTS),
    printer('facts_sql', DUMP_FACTS),
    `data_lock shared ${patience} || { fail data-lock "$PROJECT"; exit 1; }`,
    // A backup of half-exchanged data is worthless. The run that exchanges the data may not hold the lock any more.
    `[ ! -e "\${RB_DATA_LOCK%/*}/restore.pending" ] || { fail unsettled "$PROJECT"; exit 1; }`,
    'tell_migrations',
    'prepare_folder || exit 1',
    `dump_begin ${[...servers].map(([service, user]) => `"$(database_container ${quote(service)}):"${quote(user)}`).join(' ')}`,
    // Dumps into files of their own may begin together; the runner takes one after the other.
    ...(folder === null ? [] : items.flatMap(({ begin }, index) => (begin === null ? [] : `${begin(index)} || :`))),
    ...items.flatMap((item, index) => [
      `operation ${quote(`${item.kind} ${item.file}`)}`,
      `${item.command(index)} || leave_part ${index} ${quote(item.file)} || exit 1`,
    ]),
    'committed',
  ].join('\n');
}
