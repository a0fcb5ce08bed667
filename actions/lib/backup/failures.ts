/** What a failed backup means to the person who reads it. */
import { type ErrorCode, UserError } from '../errors';
import { unsettled } from '../stack/interrupted';
import { explained, type Failure, shown, type Words } from '../steps/failures';

const NOTHING = 'nothing was published, and no older backup was removed';

/** Messages of pg_dump, psql, zstd and tee, with their causes. */
const KNOWN: readonly { pattern: RegExp; code: ErrorCode; what: string; remedy: string }[] = [
  {
    pattern: /no space left on device/i,
    code: 'RB-DISK-SHORT',
    what: 'the disk of the host ran full while the backup was written',
    remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
  },
  {
    pattern: /password authentication failed|no password supplied/,
    code: 'RB-DATABASE-DOWN',
    what: 'the database refused the password that its container has',
    remedy:
      "see that POSTGRES_PASSWORD of the database's container (Bitnami's image: POSTGRESQL_PASSWORD, and POSTGRESQL_POSTGRES_PASSWORD for the user postgres), or the file that the same name with _FILE at its end leads to, is the server's real password, and that a shell in the container can read it",
  },
  {
    pattern: /database ".*" does not exist/,
    code: 'RB-DATABASE-UNKNOWN',
    what: 'a database that the runbook file names does not exist',
    remedy: 'correct backup.databases in the runbook file',
  },
  {
    pattern: /permission denied for/,
    code: 'RB-BACKUP-FAILED',
    what: 'the user of the backup may not read everything',
    remedy: 'name a superuser in backup.databases in the runbook file',
  },
];

/**
 * @param failure from the host script's `failed` event
 * @param nothing what became of the backup
 */
export function explainBackup(failure: Failure, nothing = NOTHING): UserError {
  // The word with which a restore tells the step to end.
  const by = /^restore\b ?(.*)$/.exec(failure.kind)?.[1];
  if (by !== undefined)
    return new UserError('RB-PREEMPTED', {
      what: 'a restore ended this backup',
      why: `a confirmed restore ends backups, which can be made again (${by || 'its run is not known'}); ${nothing}`,
      remedy: 'make the backup again when the restore has ended',
    });
  return explained(failure, backupWords(nothing)) ?? notWhole('the step on the host ended early', nothing)(failure);
}

/**
 * For each KIND with which a script that makes or keeps backups can `fail`. @param nothing what became of the backup
 */
export function backupWords(nothing: string): Readonly<Record<string, Words>> {
  return {
    unsettled: () => unsettled({ phase: 'unknown', rebooted: false, since: '' }, []),
    'no-database': ({ subject }) =>
      new UserError('RB-DATABASE-DOWN', {
        what: `the database service ${subject} does not run`,
        why: 'none of its containers runs',
        remedy: 'start it on the host or deploy the stack, and run this again',
      }),
    folder: ({ subject, log }) =>
      new UserError('RB-HOST-UNSUITABLE', {
        what: `the backup directory ${subject} cannot be written`,
        why: log[0] ?? 'it belongs to another user',
        remedy: `on the host, as root: mkdir -p ${subject} && chown USER: ${subject}, with the user of ssh-user`,
      }),
    room: ({ subject }) =>
      new UserError('RB-DISK-SHORT', {
        what: `the disk of the host was almost full while ${subject || 'the backup'} was written`,
        why: `a backup that fills the disk takes the stack down with it, so this one was ended; ${nothing}`,
        remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
      }),
    'no-volume': ({ subject }) =>
      new UserError('RB-VOLUME-UNKNOWN', {
        what: `the volume ${subject} no longer exists`,
        why: nothing,
        remedy: 'correct backup.volumes in the runbook file, and run it again',
      }),
    changed: (failure) =>
      new UserError('RB-BACKUP-FAILED', {
        what: `files of ${failure.subject} changed while they were read, three times in a row`,
        why: `a file that is half old and half new is not a backup; ${nothing}`,
        remedy: 'back it up when nothing writes there, or leave it out (backup.volumes) and save it with its own tools',
        ...own(failure),
      }),
    written: (failure) => {
      const known = knownOf(failure);
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? `${failure.subject} does not hold what was written to it`,
        why: `its SHA-256 differs when it is read back; ${nothing}`,
        remedy: known?.remedy ?? 'look at the disk of the host, and run it again',
        ...own(failure),
      });
    },
    flush: (failure) => {
      const known = knownOf(failure);
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? `the disk of the host did not take ${failure.subject}`,
        why: `it may be lost in a power failure; ${nothing}`,
        remedy: known?.remedy ?? 'look at the disk of the host (`dmesg`, its SMART values), and run it again',
        ...own(failure),
      });
    },
    publish: (failure) => {
      const known = knownOf(failure);
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? 'the backup could not be moved to its place on the host',
        why: nothing,
        remedy: known?.remedy ?? 'read the lines below, and run it again',
        ...own(failure),
      });
    },
    remove: (failure) =>
      new UserError('RB-STORAGE-FAILED', {
        what: `${failure.subject} could not be removed from the host`,
        why: 'a file in it belongs to another user, or the disk is read-only; the new backup is not affected',
        remedy: `on the host, see \`ls -la ${failure.subject}\`, and remove it or give it to the user of ssh-user`,
        ...own(failure),
      }),
    blocked: ({ subject, log }) =>
      new UserError('RB-BACKUP-BLOCKED', {
        what: `the dump of a database of ${subject} waited for a lock for longer than backup.blocked-timeout`,
        why: `${log[0] === undefined ? 'the session that holds the lock is not known' : `it ${log[0]}`}; ${nothing}`,
        remedy:
          'end the session that holds the lock (select pg_terminate_backend(PID); a prepared transaction: rollback prepared), or wait until it is done, and run it again',
      }),
    connect: notWhole('the server refused the connection', nothing),
    counts: notWhole('the rows of its tables could not be counted in the snapshot of the dump', nothing),
    part: notWhole('the step on the host ended early', nothing),
    aborted: notWhole('the runner ended it, or gave no more signs of life', nothing),
    silent: notWhole('the host did not report its end', nothing),
  };
}

/** A part that is not proven. @param why for the case that no process of the part's pipe gives a reason */
function notWhole(why: string, nothing: string): Words {
  return (failure) => {
    const text = failure.log.join('\n');
    const known = knownOf(failure);
    // A killed process is the cause; the others only found their pipe closed.
    const ended =
      /^#exit (?!docker|write|tee)(\w+) (137)$/m.exec(text) ??
      /^#exit (?!docker|host_pack|write|tee)(\w+) ([1-9]\d*)$/m.exec(text) ??
      /^#exit (\w+) ([1-9]\d*)$/m.exec(text);
    return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
      what: known?.what ?? `the copy of ${failure.subject || 'the stack'} is incomplete`,
      why: `${ended === null ? why : `${WORD[ended[1] ?? ''] ?? ended[1]} ended with exit status ${ended[2]}`}; ${nothing}`,
      remedy: known?.remedy ?? 'read the lines below, and run it again',
      ...own(failure),
    });
  };
}

function knownOf({ log }: Failure): (typeof KNOWN)[number] | undefined {
  const text = log.join('\n');
  return KNOWN.find(({ pattern }) => pattern.test(text));
}

/** The lines below an error, without the lines of processes of a pipe that ended well. */
function own(failure: Failure): ReturnType<typeof shown> {
  return shown({ ...failure, log: failure.log.filter((line) => !/^#(exit \w+ 0|sha256)/.test(line)) });
}

const WORD: Readonly<Record<string, string>> = {
  pack: 'the compressor',
  host_pack: 'the compressor',
  write: 'the writer of the file',
  pg_restore: 'pg_restore, which reads the archive back,',
  docker: '`docker exec`',
  unpack: 'gzip, which reads the archive back,',
  complete: 'the check for the closing line of the dump',
  read: 'tar, which reads the volume,',
  tar: 'tar, which reads the archive back,',
};
