/**
 * The two kinds of failure: a {@link UserError} is explained to the person who pressed the button;
 * anything else is a bug and shows its stack.
 */

/** Every stable error code, with what it means. The README's table is generated from this list. */
export const ERROR_CODES = {
  // connection
  'RB-INPUT-INVALID': 'An input of the action is missing, ill-typed or contradicts another one.',
  'RB-HOST-KEY-UNKNOWN': 'The known hosts hold no key for this host.',
  'RB-HOST-KEY-CHANGED': 'The host offered another key than the known hosts say.',
  'RB-KNOWN-HOSTS-INVALID': 'The known hosts are missing or unusable.',
  'RB-KEY-FORMAT': 'The private key cannot be read.',
  'RB-KEY-PASSPHRASE': 'The private key needs a passphrase, or the one given is wrong.',
  'RB-AUTH-FAILED': 'The host refused this user with this key.',
  'RB-HOST-UNREACHABLE': 'No SSH connection could be opened to the host.',
  'RB-JUMP-FAILED': 'The jump host refused or could not reach the target.',
  'RB-CONNECTION-LOST': 'The connection broke and the outcome of the command is unknown.',
  'RB-COMMAND-FAILED': 'A command on the host ended with an error.',
  'RB-TIMEOUT': 'Something took longer than its deadline.',
  'RB-CANCELLED': 'The run was cancelled.',
  'RB-PREEMPTED': 'Another run was told to end this one: a deploy while it drained or watched, a backup for a restore.',
  'RB-HOST-UNSUITABLE': 'The host lacks something that every procedure needs.',
  'RB-TRANSFER-CORRUPT': 'What arrived differs in size or hash from what was sent.',
  // configuration
  'RB-CONFIG-INVALID': 'The runbook file has unknown or ill-typed keys.',
  'RB-CONFIG-MISSING': 'The runbook file named by an input does not exist.',
  'RB-COMPOSE-INVALID': 'Docker Compose refuses the Compose files.',
  'RB-VARIABLE-UNSET': 'The Compose files need a variable that has no value.',
  'RB-STACK-MISMATCH':
    'The directory, the Compose files or what runs there are of another stack than the runbook says.',
  'RB-DIRECTORY-MISMATCH': 'The stack runs from another directory than the runbook says.',
  'RB-SERVICE-UNKNOWN': 'A named service is not in the Compose files.',
  'RB-VERSION-INVALID': 'A version is not a tag or digest that an image can have.',
  'RB-HOOK-UNSUPPORTED': 'A service has a hook that would not be run.',
  'RB-RUNBOOK-EXPOSED': 'A service mounts .runbook, or a folder in it.',
  'RB-FILE-MISSING': 'A file to upload does not exist, or lies outside the repository.',
  'RB-FILE-UNNAMED': 'A file of the repository that Compose uses would not be uploaded.',
  'RB-FILE-DIFFERS': 'A file of the repository would replace one on the host that no release put there.',
  'RB-FILES-TOO-MANY': 'A folder that the Compose files mount is too large to be uploaded unless runbook.yml names it.',
  'RB-SOURCE-MISSING': 'A file or folder that a service mounts is neither in the repository nor on the host.',
  // secrets
  'RB-ENV-INVALID': 'A line of an env file would not reach the container as it was written.',
  'RB-ENV-DUPLICATE': 'A name stands twice in an env file.',
  'RB-ENV-ENCRYPTED': 'The env file to upload is still encrypted.',
  'RB-SOPS-FORMAT': 'The file is not one that SOPS has encrypted, or holds more than names with values.',
  'RB-SOPS-KEY': 'The age key is not readable, or is not one of the recipients of the SOPS file.',
  'RB-SOPS-RECIPIENT': 'The SOPS file has no age recipient.',
  'RB-SOPS-RULE': 'Nobody names who is to read the SOPS file, or not the key of this run.',
  'RB-SOPS-MAC': 'The SOPS file was changed by other means than SOPS: its MAC does not fit its values.',
  'RB-SOPS-DAMAGED': 'The SOPS file is cut off or damaged.',
  'RB-SOPS-OLD': 'The sops of the runner is too old for this file.',
  'RB-SOPS-UNAVAILABLE': 'The runner has no sops, and it cannot be downloaded.',
  'RB-SOPS-TAMPERED': 'The downloaded sops is not the one that this action knows.',
  'RB-SECRETS-CHECK': 'Something is wrong with the secrets of a stack, or with who can read them.',
  'RB-SECRET-FIRST-START':
    'A variable would change that its service reads at its first start alone, and the service does not have the new value.',
  'RB-SECRET-POLICY': 'A secret to rotate has no policy in the runbook file, or one that cannot hold.',
  'RB-SECRET-SHARED': 'The old value of a secret would stay somewhere, or another value may be a copy of it.',
  'RB-SECRET-SERVER': 'A secret is a password that its server would not get.',
  'RB-SECRET-FORMER':
    'The release to bring back has secrets of before a rotation that cannot be replaced by the present ones.',
  'RB-ROLE-OPEN': 'A database password was rotated, and the former role still takes the old one.',
  'RB-ROTATION-DIFFERS':
    'What runs has other values than the SOPS file, so that a rotation would change more than its keys.',
  'RB-ROTATION-UNSTORED': 'New values are in use, and the branch of the repository does not have them.',
  'RB-REPOSITORY-REFUSED': 'GitHub refused to read or to write the file, or has another one than the checkout.',
  'RB-SOPS-FAILED': 'sops failed, or what it did is not what it was asked for.',
  // lease and plan
  'RB-NOT-DEPLOYED': 'The host has no release of this stack that could be changed.',
  'RB-LEASE-HELD': 'Another run holds the lease of this stack.',
  'RB-LEASE-LOST': 'Another run took the lease over; this one changed nothing more.',
  'RB-PLAN-CHANGED': 'The plan is not the one that was expected.',
  'RB-PLAN-EXPIRED': 'The plan that was expected is older than plan-lifetime of runbook.yml allows.',
  'RB-DRIFT': 'The stack was changed by hand since the last procedure.',
  'RB-DOWNTIME-REFUSED': 'The plan has a downtime that was not allowed.',
  'RB-NETWORK-CHANGED':
    'A network of the host is not what the Compose files say, and cannot be changed while it is used.',
  'RB-NETWORK-MISSING': 'The host lacks a network that the Compose files call external.',
  'RB-VOLUME-CHANGED': 'A volume of the host is not what the Compose files say.',
  'RB-VOLUME-MISSING': 'The host lacks a volume that the Compose files call external.',
  'RB-ASSETS-UNSUITABLE': 'The files of former releases cannot be put where `assets` of the runbook file says.',
  'RB-MOUNT-CHANGED': 'The mounts of a stateful service would change.',
  'RB-FROZEN': 'Changes are frozen: somebody said why, and until when.',
  // maintenance
  'RB-MAINTENANCE-UNSUITABLE': 'The proxy of this stack cannot be made to answer for a closed site.',
  'RB-MAINTENANCE-UNPROVEN': 'The site did not answer as it should once it was to be closed, or open.',
  'RB-MAINTENANCE-OVERDUE': 'The site is closed although its maintenance was to be over.',
  // images
  'RB-IMAGE-NOT-FOUND': 'The registry has no such image or tag.',
  'RB-IMAGE-MISSING': 'The host does not have an image that the release needs.',
  'RB-REGISTRY-UNREACHABLE': 'The registry does not answer.',
  'RB-REGISTRY-LOGIN': 'The registry refuses the login.',
  'RB-DIGEST-MISMATCH': 'The image has another digest than the one asked for.',
  'RB-BUILD-ONLY': 'The service is only built, and the host has no image of it.',
  'RB-DISK-FULL': 'The disk of the host has no room, or did not take what was written.',
  // start and cutover
  'RB-START-CRASHED': 'A new container exited or restarted.',
  'RB-SHARED-FAILED': 'Docker could not make a network or volume of the stack.',
  'RB-START-FAILED': 'Docker could not create or start a new container.',
  'RB-UNHEALTHY': 'A new container did not become healthy in time.',
  'RB-PORT-TAKEN': 'A port that the service publishes is in use.',
  'RB-MEMORY-SHORT': 'The memory does not hold the old and the new containers at once.',
  'RB-REDIRECT-REFUSED': 'The host does not let connections be redirected, or the rules for it be taken away.',
  'RB-PROXY-CONFIG': 'The proxy refuses its new configuration.',
  'RB-PROXY-UNTOLD': 'The proxy cannot be told of new addresses, and would call containers that are gone.',
  'RB-WATCH-WORSE': 'With real traffic the new release was worse than the old one.',
  'RB-MIGRATION-FAILED': 'A one-shot service (migration) failed.',
  'RB-MIGRATION-BLOCKED': 'A migration waited too long for a lock of another session, and was ended.',
  'RB-STOP-FAILED': 'A container could not be stopped.',
  // rollback
  'RB-RECORD-UNREADABLE': 'A record in .runbook on the host cannot be read by this version of the action.',
  'RB-RELEASE-UNKNOWN': 'There is no such release to roll back to.',
  'RB-SCHEMA-BREAKING': 'The schema has moved on in a way that the target release cannot use.',
  // run
  'RB-COMMAND-UNKNOWN': 'The runbook has no command of this name, or does not allow one without a name.',
  'RB-CONTAINER-DOWN': 'The container that a command or a log needs does not run, or is not there.',
  // scale and restart
  'RB-SERVICE-UNSUITABLE': 'The procedure cannot do with a service what was asked for.',
  'RB-HOST-SHORT': 'The host has not the memory or the CPUs for what was asked for.',
  // restore
  'RB-RESTORE-UNCONFIRMED': 'The name of the stack was not typed, or another one.',
  'RB-DATABASE-UNKNOWN': 'A database that the runbook names does not exist.',
  'RB-QDRANT-FAILED': 'Qdrant does not answer, refuses the key, gave no whole snapshot, or did not take one back.',
  'RB-VOLUME-UNKNOWN': 'A volume or directory that the runbook or an input names does not exist.',
  'RB-BACKUP-UNKNOWN': 'There is no such backup, or it lacks what was asked for.',
  'RB-BACKUP-FOREIGN': 'The backup is of another installation of the stack, whose name was not typed.',
  'RB-DATA-BUSY': 'A backup, or what replaces data, did not end in time for this run.',
  'RB-BACKUP-BLOCKED': 'The dump of a database waited too long for a lock of another session, and was left out.',
  'RB-BACKUP-FAILED':
    'A backup, or a part of it, is not proven; what is not was not published, and nothing was removed.',
  'RB-RECIPIENT-INVALID': 'A recipient of encrypted backups cannot be read.',
  'RB-DRILL-FAILED': 'A backup could not be restored into a throwaway server.',
  'RB-STORAGE-FAILED': 'A place for backups refused to store, to read or to remove.',
  'RB-ARCHIVE-DAMAGED': 'An archive is damaged or cut off.',
  'RB-ARCHIVE-UNLOADABLE':
    'An archive is whole, but something in the database cannot be made with an empty search path.',
  'RB-IDENTITY': 'The backup is encrypted, and the identity is missing or not the right one.',
  'RB-DATABASE-DOWN': 'The database server does not run or does not answer.',
  'RB-DATABASE-VERSION': 'The backup comes from another major version or build of the database server.',
  'RB-ROLE-MISSING': 'The database server lacks roles that the backup needs.',
  'RB-EXTENSION-MISSING': 'The database server lacks extensions that the backup needs.',
  'RB-LOCALE-DIFFERS':
    'Encoding or locale of the backup are not those of the live database, or the server does not know them.',
  'RB-TABLESPACE-MISSING': 'The database server lacks tablespaces that the backup needs.',
  'RB-EXTENSION-BOUND':
    'An extension can exist in one database of the server only, or wants calls of its own around a load, so that nothing can be restored beside it.',
  'RB-DISK-SHORT': 'The disk has no room for a backup, or for a second database beside the live one.',
  'RB-SCHEMA-NEWER': 'The backup has a newer schema than the running release.',
  'RB-RESTORE-DIFFERS': 'The restored database differs from what the manifest says.',
  'RB-RESTORE-FAILED': 'The host could not carry the restore out; what it had changed was put back.',
  'RB-RESTORE-UNSETTLED': 'A restore was interrupted in its swap, and somebody has to say which data stays.',
  'RB-WRITERS-DOWN': 'The former data is back after a failed restore, but services that write to it do not run.',
  'RB-UNDO-UNKNOWN': 'There is no former database to go back to.',
  // certificates
  'RB-CERT-UNSEEN': 'What is served over TLS could not be asked, or not be compared.',
  'RB-CERT-NOT-SERVED': 'What is served over TLS is not what lies in the file.',
  'RB-CERT-INVALID': 'A certificate is expired, not for its name, without its chain, or worse than the one before.',
  'RB-CERT-UNMANAGED': 'A certificate is due, and nothing renews it.',
  'RB-CERT-SCHEDULE': 'Runs come too seldom for the lifetime of a certificate.',
  'RB-CERT-PREFLIGHT':
    'No certificate was ordered: the challenge, the proxy or the state of certbot would not have done.',
  'RB-CERT-RATE-LIMITED': 'The CA may not be asked now: it said so, or its limits do.',
  'RB-CERT-REFUSED': 'certbot or the CA did not issue a certificate.',
  'RB-CERTBOT-UNKNOWN': 'It is not known how certbot runs on this host.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface UserErrorDetails {
  /** What happened, as one sentence; the subject of the annotation. */
  readonly what: string;
  /** Why, as far as known. */
  readonly why?: string;
  /** What to do next: a sentence or a command line. */
  readonly remedy: string;
  /** The last lines (at most 50) of the container or command that failed. */
  readonly log?: readonly string[];
  /** Name of whoever wrote `log`, for its heading. */
  readonly logOf?: string;
}

/** A failure that a person can act on. Its message holds what, why, remedy and log. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly details: UserErrorDetails;

  constructor(code: ErrorCode, details: UserErrorDetails, options?: { cause?: unknown }) {
    super(describe(code, details), options);
    this.name = 'UserError';
    this.code = code;
    this.details = { ...details, ...(details.log ? { log: details.log.slice(-50) } : {}) };
  }
}

function describe(code: ErrorCode, details: UserErrorDetails): string {
  const parts = [`${code}: ${details.what}`];
  if (details.why) parts.push(`Cause: ${details.why}`);
  parts.push(`What to do: ${details.remedy}`);
  const log = details.log?.slice(-50) ?? [];
  if (log.length > 0) parts.push(`Last ${log.length} lines of ${details.logOf ?? 'its log'}:`, ...log);
  return parts.join('\n');
}
