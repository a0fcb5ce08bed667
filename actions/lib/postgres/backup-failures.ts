/** What a failed backup means to the person who reads it. */
import { type ErrorCode, UserError } from '../errors';
import { unsettled } from '../stack/interrupted';
import { dataBusy } from '../steps/data-lock';
import { ending, isEnding } from '../steps/endings';
import type { RestoreFailure } from './failures';

const NOTHING = 'nothing was published, and no older backup was removed';

/** What pg_dump, psql, zstd and tee say. */
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
      "see that POSTGRES_PASSWORD of the database's container, or the file that POSTGRES_PASSWORD_FILE names, is what the server really has, and that a shell in the container can read it",
  },
  {
    pattern: /database ".*" does not exist/,
    code: 'RB-DATABASE-UNKNOWN',
    what: 'a database that the runbook names is not there',
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
 * @param failure as told by the host script's `failed` event
 * @param nothing what became of the backup
 */
export function explainBackup({ kind, subject, log }: RestoreFailure, nothing = NOTHING): UserError {
  if (isEnding(kind)) return ending(kind);
  const shown =
    log.length > 0 ? { log: log.filter((line) => !/^#(exit \w+ 0|sha256)/.test(line)), logOf: subject } : {};
  const text = log.join('\n');
  const known = KNOWN.find(({ pattern }) => pattern.test(text));
  // The word with which a restore ended the step.
  const by = /^restore\b ?(.*)$/.exec(kind)?.[1];
  if (by !== undefined)
    return new UserError('RB-PREEMPTED', {
      what: 'a restore ended this backup',
      why: `somebody confirmed it, and a backup can be made again (${by || 'its run is not known'}); ${nothing}`,
      remedy: 'make the backup again when the restore has ended',
    });
  switch (kind) {
    case 'data-lock':
      return dataBusy();
    case 'unsettled':
      return unsettled({ phase: 'unknown', rebooted: false, since: '' }, []);
    case 'no-database':
      return new UserError('RB-DATABASE-DOWN', {
        what: `the database service ${subject} does not run`,
        why: 'none of its containers runs',
        remedy: 'start it on the host or deploy the stack, and run this again',
      });
    case 'folder':
      return new UserError('RB-HOST-UNSUITABLE', {
        what: `the backup directory ${subject} cannot be written`,
        why: log[0] ?? 'it belongs to somebody else',
        remedy: `on the host, as root: mkdir -p ${subject} && chown USER: ${subject}, with the user of ssh-user`,
      });
    case 'room':
      return new UserError('RB-DISK-SHORT', {
        what: `the disk of the host was almost full while ${subject || 'the backup'} was written`,
        why: `a backup that fills the disk takes the stack down with it, so this one was ended; ${nothing}`,
        remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
      });
    case 'no-volume':
      return new UserError('RB-VOLUME-UNKNOWN', {
        what: `the volume ${subject} is not there any more`,
        why: nothing,
        remedy: 'correct backup.volumes in the runbook file, and run it again',
      });
    case 'changed':
      return new UserError('RB-BACKUP-FAILED', {
        what: `files of ${subject} changed while they were read, three times in a row`,
        why: `a file that is half old and half new is no backup; ${nothing}`,
        remedy: 'back it up when nobody writes there, or leave it out (backup.volumes) and save it by its own means',
        ...shown,
      });
    case 'written':
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? `${subject} does not hold what was written to it`,
        why: `read back, it has another SHA-256; ${nothing}`,
        remedy: known?.remedy ?? 'look at the disk of the host, and run it again',
        ...shown,
      });
    case 'flush':
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? `the disk of the host did not take ${subject}`,
        why: `it is not known to be there after a loss of power; ${nothing}`,
        remedy: known?.remedy ?? 'look at the disk of the host (`dmesg`, its SMART values), and run it again',
        ...shown,
      });
    case 'publish':
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? 'the backup could not be put in its place on the host',
        why: nothing,
        remedy: known?.remedy ?? 'read the lines below, and run it again',
        ...shown,
      });
    default: {
      // What was killed is the cause; others only found their pipe closed.
      const ended =
        /^#exit (?!docker|write|tee)(\w+) (137)$/m.exec(text) ??
        /^#exit (?!docker|host_pack|write|tee)(\w+) ([1-9]\d*)$/m.exec(text) ??
        /^#exit (\w+) ([1-9]\d*)$/m.exec(text);
      return new UserError(known?.code ?? 'RB-BACKUP-FAILED', {
        what: known?.what ?? `the copy of ${subject || 'the stack'} is not whole`,
        why: `${ended === null ? (WHY[kind] ?? 'the step on the host ended early') : `${WORD[ended[1] ?? ''] ?? ended[1]} ended with exit status ${ended[2]}`}; ${nothing}`,
        remedy: known?.remedy ?? 'read the lines below, and run it again',
        ...shown,
      });
    }
  }
}

const WHY: Readonly<Record<string, string>> = {
  connect: 'the server refused the connection',
  counts: 'the rows of its tables could not be counted in the snapshot of the dump',
  aborted: 'the runner ended it, or gave no more sign of life',
  silent: 'the host did not say what became of it',
};

const WORD: Readonly<Record<string, string>> = {
  pack: 'the compressor',
  host_pack: 'the compressor',
  write: 'the writer of the file',
  pg_restore: 'pg_restore, which reads the archive back,',
  docker: '`docker exec`',
  unpack: 'gzip, which reads the archive back,',
  complete: 'the look for the closing line of the dump',
  read: 'tar, which reads the volume,',
  tar: 'tar, which reads the archive back,',
};
