/** Explains a failed restore to the person who reads of it. */
import { type ErrorCode, UserError } from '../errors';
import { explained, type Failure, shown, type Words } from '../steps/failures';

const UNTOUCHED = 'the live data still serves';
const OTHER = 'restore another backup; `list: true` shows the backups';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;
}

/** Explanations of messages of pg_restore, psql and zstd. */
const LOAD: readonly Explanation[] = [
  {
    pattern: /role "[^"]*" does not exist/,
    code: 'RB-ROLE-MISSING',
    what: 'the archive names a role that the server does not have',
    remedy: 'create the role, or restore with roles: true, which takes missing roles from the backup',
  },
  {
    pattern:
      /extension "[^"]*" (is not available|must be installed)|could not open extension control file|type "[^"]*" does not exist/,
    code: 'RB-EXTENSION-MISSING',
    what: 'the archive needs an extension that the server does not have',
    remedy: 'deploy a database image that has the extension, and restore then',
  },
  {
    pattern: /does not support compression/,
    code: 'RB-DATABASE-VERSION',
    what: 'the pg_restore beside the database was built without the compression of the archive',
    remedy: 'deploy a database image whose tools have zstd, as official ones do, and restore then',
  },
  {
    // An archive is loaded with an empty search path. `operator`: the functions of operators are found by that path,
    // too.
    pattern:
      /(?:function|operator|relation|type|collation|text search \w+) .* does not exist|no schema has been selected/,
    code: 'RB-ARCHIVE-UNLOADABLE',
    what: 'an object in the database names another object without its schema, which is not found while an archive is loaded',
    remedy:
      'see BY-HAND.md of this action for this backup; in the live database: alter function … set search_path = public, pg_temp for each function that an index, a generated column, a check or a materialized view calls, then make a backup with drill: after',
  },
  {
    pattern:
      /invalid (LC_COLLATE |LC_CTYPE )?locale name|could not (create|open) (collator|locale)|ICU is not supported|encoding .* (does not match|is not supported)/i,
    code: 'RB-LOCALE-DIFFERS',
    what: 'the server does not know the locale that the database had',
    remedy: 'deploy a database image that has it, or restore with locale: live if a live database exists',
  },
  {
    pattern: /tablespace "[^"]*" does not exist/,
    code: 'RB-TABLESPACE-MISSING',
    what: 'the archive needs a tablespace that the server does not have',
    remedy: 'create it, or restore with tablespaces: default',
  },
  {
    pattern: /no space left on device|could not extend file/i,
    code: 'RB-DISK-SHORT',
    what: 'the disk of the host ran full while data was loaded beside the live data',
    remedy: 'free space (former databases named *_before_* and folders .before-* may be removed) and run it again',
  },
  {
    pattern:
      /unexpected end of file|unexpected EOF|does not look like a tar archive|could not read from input file|did not find magic string|premature end|input file (is too short|appears)|corrupt|unsupported version|Unsupported|Unknown frame|Read error|unrecognized (data|archive)|could not uncompress|not a valid archive|crc|checksum|invalid (block|data|length)/i,
    code: 'RB-ARCHIVE-DAMAGED',
    what: 'the archive is damaged or cut off',
    remedy: OTHER,
  },
];

/** The first error, with the object that it is about if another line names that. */
function causeIn(log: readonly string[]): string {
  const error = log.find((line) => /error/i.test(line)) ?? 'it was ended';
  const [, entry] = log.flatMap((line) => /^Command was: (.*)$/.exec(line) ?? []);
  const [, caller] = log.flatMap((line) => /^CONTEXT: {2}(.* function .*)$/.exec(line) ?? []);
  return [
    error,
    ...(caller === undefined ? [] : [`called by ${caller}`]),
    ...(entry === undefined ? [] : [`in ${entry}`]),
  ].join(', ');
}

/** The UserError for a failure. */
export function explainRestore(failure: Failure): UserError {
  const { kind, subject } = failure;
  return (
    explained(failure, RESTORE_WORDS) ??
    new UserError('RB-RESTORE-FAILED', {
      what: `the restore failed on the host (${kind || 'the step ended'}${subject ? `, ${subject}` : ''})`,
      why: UNTOUCHED,
      remedy: 'read the lines below and the journal on the host, and run it again',
      ...shown(failure),
    })
  );
}

/** Words for each kind with which a script that restores or tries a backup can `fail`. */
export const RESTORE_WORDS: Readonly<Record<string, Words>> = {
  'archive-missing': ({ subject }) =>
    new UserError('RB-BACKUP-UNKNOWN', {
      what: `the archive ${subject} does not exist or cannot be read`,
      why: 'its manifest names it, but it was removed or belongs to another user',
      remedy: OTHER,
    }),
  'archive-damaged': (failure) =>
    new UserError('RB-ARCHIVE-DAMAGED', {
      what: `the archive ${failure.subject} differs from the backup`,
      why: 'its SHA-256 or its content differs from the manifest',
      remedy: OTHER,
      ...shown(failure),
    }),
  aborted: ({ subject }) =>
    new UserError('RB-RESTORE-FAILED', {
      what: `the load of ${subject} was ended before it was complete`,
      why: `the runner ended it, or gave no more signs of life; ${UNTOUCHED}`,
      remedy: 'run it again',
    }),
  'no-volume': ({ subject }) =>
    new UserError('RB-VOLUME-UNKNOWN', {
      what: `the volume ${subject} no longer exists`,
      why: UNTOUCHED,
      remedy: 'deploy the stack, and run this again',
    }),
  fill: notFilled,
  load: notFilled,
  create: notFilled,
  'no-database': (failure) =>
    new UserError('RB-DATABASE-DOWN', {
      what: `the database service ${failure.subject} does not run or does not answer`,
      why: 'the former data is live',
      remedy: 'start it on the host, and run this again',
      ...shown(failure),
    }),
  record: ({ subject }) =>
    new UserError('RB-DISK-SHORT', {
      what: `the host could not write ${subject}, without which an exchange of data could not be put back`,
      why: `its disk has no room, or did not take what was written; ${UNTOUCHED}`,
      remedy: 'see `df` and `dmesg` on the host, and run it again',
    }),
  swap: (failure) =>
    new UserError('RB-RESTORE-FAILED', {
      what: `the live ${failure.subject} could not be exchanged for the restored ${failure.subject}`,
      why: `${failure.log.find((line) => /error/i.test(line)) ?? failure.log.at(-1) ?? 'the host did not say why'}; the exchange was put back`,
      remedy: 'read the lines below, and run it again',
      ...shown(failure),
    }),
  start: (failure) =>
    new UserError('RB-START-FAILED', {
      what: 'the services that write could not be started on the restored data',
      why: 'the exchange was put back: the former data serves again',
      remedy: 'read the lines below, correct what they name, and run it again',
      ...shown(failure),
    }),
  gone: () =>
    new UserError('RB-UNHEALTHY', {
      what: 'a container of a service that writes went away while it was started on the restored data',
      why: 'it was removed from outside; the exchange was put back',
      remedy: 'see `docker ps -a` and the journal on the host, and run it again',
    }),
  ended: notHealthy,
  unhealthy: notHealthy,
  settle: (failure) =>
    new UserError('RB-RESTORE-UNSETTLED', {
      what:
        failure.subject === 'forward'
          ? 'an interrupted swap cannot be completed: not everything was exchanged'
          : 'an interrupted swap could not be put back',
      why: 'its record stays on the host, and nothing was removed',
      remedy:
        failure.subject === 'forward'
          ? 'run restore with interrupted: back'
          : 'see that the database server and the volumes are there, and run it again',
      ...shown(failure),
    }),
  clean: (failure) =>
    new UserError('RB-RESTORE-FAILED', {
      what: 'what an interrupted restore left could not be removed',
      why: UNTOUCHED,
      remedy: 'read the lines below; see that the database server and the volumes are there, and run it again',
      ...shown(failure),
    }),
  stop: (failure) =>
    new UserError('RB-STOP-FAILED', {
      what: 'the services that write could not be stopped',
      why: UNTOUCHED,
      remedy: 'see `docker ps` on the host, and run it again',
      ...shown(failure),
    }),
};

function notFilled(failure: Failure): UserError {
  const text = failure.log.join('\n');
  const known = LOAD.find(({ pattern }) => pattern.test(text));
  return new UserError(known?.code ?? 'RB-RESTORE-FAILED', {
    what: known?.what ?? `data could not be loaded beside the live data (${failure.subject})`,
    why: `${causeIn(failure.log)}; ${UNTOUCHED}`,
    remedy: known?.remedy ?? 'read the lines below; the new data was removed again',
    ...shown(failure),
  });
}

function notHealthy(failure: Failure): UserError {
  return new UserError('RB-UNHEALTHY', {
    what: `${failure.subject} ${failure.kind === 'ended' ? 'ended' : 'did not become healthy'} on the restored data`,
    why: 'the swap was reversed: the former data serves again',
    remedy: 'read its last lines; the backup may not fit the current release',
    ...shown(failure),
  });
}
