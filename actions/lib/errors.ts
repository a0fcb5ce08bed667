/**
 * The two kinds of failure: a {@link UserError} is explained to the person who pressed the button;
 * anything else is a bug and shows its stack.
 */

/** Every stable error code, with what it means. The README's table is generated from this list. */
export const ERROR_CODES = {
  // connection
  'RB-INPUT-INVALID': 'An input of the action is missing, ill-typed or contradicts another one.',
  'RB-HOST-KEY-UNKNOWN': 'The known hosts hold no key for this host.',
  'RB-HOST-KEY-CHANGED': 'The key that the host offered differs from the one in the known hosts.',
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
  'RB-TRANSFER-CORRUPT': 'The received data differ in size or hash from the data that were sent.',
  // configuration
  'RB-CONFIG-INVALID': 'The runbook file has unknown or ill-typed keys.',
  'RB-CONFIG-MISSING': 'The runbook file named by an input does not exist.',
  'RB-COMPOSE-INVALID': 'Docker Compose refuses the Compose files.',
  'RB-VARIABLE-UNSET': 'The Compose files need a variable that has no value.',
  'RB-STACK-MISMATCH':
    'The directory, the Compose files or the running containers belong to a stack other than the one in the runbook file.',
  'RB-DIRECTORY-MISMATCH': 'The stack runs from a directory other than the one in the runbook file.',
  'RB-SERVICE-UNKNOWN': 'A named service is not in the Compose files.',
  'RB-PROFILE-INACTIVE': 'A running service would be removed only because its profile is not named.',
  'RB-VERSION-INVALID': 'A version is not a tag or digest that an image can have.',
  'RB-COMMIT-ELSEWHERE': 'The commit of a pushed tag is on no branch that releases come from.',
  'RB-COMMIT-UNCHECKED': 'The commit of a pushed tag has not passed the checks that its branch requires.',
  'RB-COMMIT-UNKNOWN': 'GitHub did not say what has to be known of the commit of a pushed tag.',
  'RB-HOOK-UNSUPPORTED': 'A service has a hook that would not be run.',
  'RB-RUNBOOK-EXPOSED': 'A service mounts .runbook, or a folder in it.',
  'RB-FILE-MISSING': 'A file to upload does not exist, or lies outside the repository.',
  'RB-FILE-UNNAMED': 'A file of the repository that Compose uses would not be uploaded.',
  'RB-FILE-DIFFERS': 'A file of the repository would replace a file on the host that no release put there.',
  'RB-FILES-TOO-MANY': 'A folder that the Compose files mount is too large to be uploaded unless runbook.yml names it.',
  'RB-SOURCE-MISSING': 'A file or folder that a service mounts is neither in the repository nor on the host.',
  'RB-SOURCE-ABOVE': 'The Compose files use a relative path that leads out of the directory of the stack.',
  // secrets
  'RB-ENV-INVALID': 'A line of an env file would not reach the container as it was written.',
  'RB-ENV-DUPLICATE': 'A name stands twice in an env file.',
  'RB-ENV-ENCRYPTED': 'The env file to upload is still encrypted.',
  'RB-SOPS-FORMAT': 'SOPS has not encrypted this file, or the file holds more than names with values.',
  'RB-SOPS-KEY': 'The age key is not readable, or is not one of the recipients of the SOPS file.',
  'RB-SOPS-RECIPIENT': 'The SOPS file has no age recipient.',
  'RB-SOPS-RULE': 'The recipients of the SOPS file are not named anywhere, or do not include the key of this run.',
  'RB-SOPS-MAC': 'The SOPS file was changed by other means than SOPS: its MAC does not fit its values.',
  'RB-SOPS-DAMAGED': 'The SOPS file is cut off or damaged.',
  'RB-SOPS-CLEAR': 'A new value would stand in the SOPS file in clear text.',
  'RB-SOPS-OLD': 'The sops of the runner is too old for this file.',
  'RB-SOPS-UNAVAILABLE': 'The runner has no sops, and it cannot be downloaded.',
  'RB-SOPS-TAMPERED': 'The downloaded sops is not the one that this action knows.',
  'RB-SECRETS-CHECK': 'Something is wrong with the secrets of a stack, or with who can read them.',
  'RB-SECRET-FIRST-START':
    'A variable would change that its service reads only at its first start, and the service does not have the new value.',
  'RB-SECRET-POLICY': 'A secret to rotate has no policy in the runbook file, or a policy that cannot be followed.',
  'RB-SECRET-SHARED': 'The old value of a secret would stay somewhere, or another variable may hold a copy of it.',
  'RB-SECRET-SERVER': 'A server or an issuer of logins does not take the present secret, or would not get the new one.',
  'RB-SECRET-FORMER':
    'The release to bring back has secrets from before a rotation, and the present ones cannot replace them.',
  'RB-ROLE-OPEN': 'A database password was rotated, and the former role still takes the old one.',
  'RB-ROTATION-DIFFERS':
    'The running containers have values that the SOPS file does not have, so that a rotation would change more than its keys.',
  'RB-ROTATION-UNSTORED': 'New values are in use, and the branch of the repository does not have them.',
  'RB-REPOSITORY-REFUSED':
    'GitHub refused to read or to write the file, or its file differs from the one in the checkout.',
  'RB-SOPS-FAILED': 'sops failed, or its result is not what it was asked for.',
  // lease and plan
  'RB-NOT-DEPLOYED': 'The host has no release of this stack that could be changed.',
  'RB-LEASE-HELD': 'Another run holds the lease of this stack.',
  'RB-LEASE-LOST': 'Another run took over the lease; this run changed nothing more.',
  'RB-PLAN-CHANGED': 'The plan is not the one that was expected.',
  'RB-PLAN-EXPIRED': 'The plan that was expected is older than plan-lifetime of runbook.yml allows.',
  'RB-DRIFT': 'The stack was changed by hand since the last procedure.',
  'RB-DOWNTIME-REFUSED': 'The plan has a downtime that was not allowed.',
  'RB-NETWORK-CHANGED':
    'A network of the host differs from the Compose files, and cannot be changed while it is in use.',
  'RB-NETWORK-MISSING': 'The host lacks a network that the Compose files call external.',
  'RB-VOLUME-CHANGED': 'A volume of the host differs from the Compose files.',
  'RB-VOLUME-MISSING':
    'The host lacks a volume that the Compose files call external, or one with data of the current release.',
  'RB-VOLUME-IN-USE': 'A service would write to the data of another one that still runs and is to be removed.',
  'RB-ASSETS-UNSUITABLE': 'The files of former releases cannot be put where `assets` of the runbook file says.',
  'RB-MOUNT-CHANGED': 'The mounts of a stateful service would change.',
  'RB-FROZEN': 'Changes to the stack are frozen, for the reason and until the time that the message gives.',
  // maintenance
  'RB-MAINTENANCE-UNSUITABLE': 'The proxy of this stack cannot be made to serve the maintenance page.',
  'RB-MAINTENANCE-UNPROVEN':
    'The site did not answer as a closed (or open) site should after it was closed (or opened).',
  'RB-MAINTENANCE-OVERDUE': 'The site is still closed although its maintenance should be over.',
  // images
  'RB-IMAGE-NOT-FOUND': 'The registry does not have this image or tag.',
  'RB-IMAGE-MISSING': 'The host does not have an image that the release needs.',
  'RB-REGISTRY-UNREACHABLE': 'The registry does not answer.',
  'RB-REGISTRY-LOGIN': 'The registry refuses the login.',
  'RB-DIGEST-MISMATCH': 'The digest of the image differs from the one that was asked for.',
  'RB-BUILD-ONLY': 'The Compose files only build the service, and the host has no image of it.',
  'RB-DISK-FULL': 'The disk of the host has no room, or did not take what was written.',
  // start and cutover
  'RB-START-CRASHED': 'A new container exited or restarted.',
  'RB-SHARED-FAILED': 'Docker could not make a network or volume of the stack.',
  'RB-START-FAILED': 'Docker could not create or start a new container.',
  'RB-UNHEALTHY': 'A new container did not become healthy in time.',
  'RB-PORT-TAKEN': 'A port that the service publishes is in use.',
  'RB-MEMORY-SHORT': 'The host does not have the memory for the old and the new containers at once.',
  'RB-REDIRECT-REFUSED':
    'The host does not let connections be redirected, or does not let the rules for that be removed.',
  'RB-PROXY-CONFIG': 'The proxy refuses its new configuration.',
  'RB-PROXY-UNTOLD': 'The proxy cannot be told the new addresses, and would call containers that are gone.',
  'RB-WATCH-WORSE': 'Under real traffic the new release was worse than the old one.',
  'RB-MIGRATION-FAILED': 'A one-shot service (migration) failed.',
  'RB-MIGRATION-BLOCKED': 'A migration waited too long for a lock of another session, and was ended.',
  'RB-STOP-FAILED': 'A container could not be stopped.',
  // rollback
  'RB-RECORD-UNREADABLE': 'A record in .runbook on the host cannot be read by this version of the action.',
  'RB-RELEASE-UNKNOWN': 'The release to roll back to does not exist.',
  'RB-SCHEMA-BREAKING': 'The schema has changed in a way that the target release cannot use.',
  // run
  'RB-COMMAND-UNKNOWN':
    'The runbook file has no command of this name, or does not allow commands that it does not name.',
  'RB-CONTAINER-DOWN': 'The container that a command or a log needs does not run or does not exist.',
  'RB-STACK-AILING': 'Something in the stack does not run or does not answer as it should.',
  // scale and restart
  'RB-SERVICE-UNSUITABLE': 'The procedure cannot do what was asked for with this service.',
  'RB-HOST-SHORT': 'The host does not have the memory or the CPUs that were asked for.',
  // restore
  'RB-RESTORE-UNCONFIRMED': 'The name of the stack was not typed, or another name was.',
  'RB-DATABASE-UNKNOWN': 'A database that the runbook names does not exist.',
  'RB-QDRANT-FAILED':
    'Qdrant does not answer, refuses the key, did not give a whole snapshot, or did not take a snapshot back.',
  'RB-VOLUME-UNKNOWN': 'A volume or directory that the runbook or an input names does not exist.',
  'RB-BACKUP-UNKNOWN': 'The backup does not exist, or lacks what was asked for.',
  'RB-BACKUP-FOREIGN': 'The backup is of another installation of the stack, whose name was not typed.',
  'RB-DATA-BUSY': 'A backup, or a run that replaces data, did not end in time for this run.',
  'RB-BACKUP-BLOCKED': 'The dump of a database waited too long for a lock of another session, and was left out.',
  'RB-BACKUP-FAILED':
    'A backup, or a part of it, is not proven; the unproven part was not published, and nothing was removed.',
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
    'Encoding or locale of the backup differ from those of the live database, or the server does not know them.',
  'RB-TABLESPACE-MISSING': 'The database server lacks tablespaces that the backup needs.',
  'RB-EXTENSION-BOUND':
    'An extension can exist in only one database of the server, or needs its own calls around a load, so that no database can be restored beside the live one.',
  'RB-DISK-SHORT': 'The disk has no room for a backup, or for a second database beside the live one.',
  'RB-SCHEMA-NEWER': 'The backup has a newer schema than the running release.',
  'RB-RESTORE-DIFFERS': 'The restored database differs from the manifest.',
  'RB-RESTORE-FAILED': 'The host could not carry out the restore; its changes were put back.',
  'RB-RESTORE-UNSETTLED': 'A restore was interrupted in its swap, and a person has to say which data stay.',
  'RB-WRITERS-DOWN': 'The former data is back after a failed restore, but services that write to it do not run.',
  'RB-UNDO-UNKNOWN': 'There is no former database to go back to.',
  // certificates
  'RB-CERT-UNSEEN': 'The certificate that is served over TLS could not be read or compared.',
  'RB-CERT-NOT-SERVED': 'The certificate that is served over TLS is not the one in the file.',
  'RB-CERT-INVALID':
    'A certificate is expired, does not cover its name, lacks its chain, or is worse than the one before.',
  'RB-CERT-UNMANAGED': 'A certificate is due, and nothing renews it.',
  'RB-CERT-SCHEDULE': 'The scheduled runs are too rare for the lifetime of a certificate.',
  'RB-CERT-PREFLIGHT':
    'No certificate was ordered: with this challenge, proxy or state of certbot the order would have failed.',
  'RB-CERT-RATE-LIMITED': 'The CA must not be asked now: its own answer or its rate limits say so.',
  'RB-CERT-REFUSED': 'certbot or the CA did not issue a certificate.',
  'RB-CERTBOT-UNKNOWN': 'It is not known how certbot runs on this host.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

interface UserErrorDetails {
  /** What happened, as one sentence; the subject of the annotation. */
  readonly what: string;
  /** Why, as far as known. */
  readonly why?: string;
  /** What to do next: a sentence or a command line. */
  readonly remedy: string;
  /** The last lines (at most 50) of the container or command that failed. */
  readonly log?: readonly string[];
  /** Name of the container or command that wrote `log`, for its heading. */
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
