/** What a failure of S3 means, and its remedy. */

import type { S3Settings } from '../config/sections/s3';
import { UserError } from '../errors';

interface Reason {
  readonly why: string;
  readonly remedy: string;
}

/** The facts in an error of the SDK or the network. */
interface Seen {
  /** S3's own code, or the name of the error. */
  readonly name: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Error code of the operating system, such as `ECONNRESET`. */
  readonly system: string;
  readonly message: string;
}

/** The object does not exist. Decided by the code, not by the status: a missing bucket or user is 404 too. */
export function isMissing(error: unknown): boolean {
  // An answer to `HEAD` has no code of S3; the SDK makes up `NotFound`.
  return ['NoSuchKey', 'NotFound'].includes(seen(error).name);
}

/** The server cannot do this, or not with these credentials. For requests that a backup can do without. */
export function isRefused(error: unknown): boolean {
  const { name, status } = seen(error);
  return name === 'NotImplemented' || [403, 405, 501].includes(status);
}

/** @returns why this one object cannot be read, as a clause; `null` where the error concerns more than one object */
export function whyOneObject(error: unknown, settings: S3Settings): string | null {
  const found = seen(error);
  const { name, status } = found;
  if (status < 400 || status >= 500 || status === 401 || status === 429) return null;
  if (WRONG_KEYS.includes(name) || ['RequestTimeTooSkewed', 'NoSuchBucket'].includes(name)) return null;
  return reasonOf(found, settings).why;
}

/** @param what the sentence on what could not be done */
export function storageFailed(what: string, error: unknown, settings: S3Settings): UserError {
  // The error is not attached as cause: it holds the request, whose headers are signed.
  if (error instanceof UserError) return error;
  return new UserError('RB-STORAGE-FAILED', { what, ...reasonOf(seen(error), settings) });
}

function seen(error: unknown): Seen {
  const { name, code, message, $metadata } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return {
    name: typeof name === 'string' ? name : '',
    status: $metadata?.httpStatusCode ?? 0,
    system: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : String(error),
  };
}

function reasonOf(error: Seen, settings: S3Settings): Reason {
  const { name, status, system, message } = error;
  const server = serverOf(settings);
  const is = (...names: string[]): boolean => names.includes(name) || names.includes(system);
  if (is('CredentialsProviderError') || /credential is missing|Could not load credentials/i.test(message))
    return {
      why: 'there are no credentials for S3',
      remedy:
        'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as `env` of the step, from secrets, or let aws-actions/configure-aws-credentials get them by OIDC before it',
    };
  if (is(...WRONG_KEYS) || status === 401)
    return {
      why: `${server} refuses the credentials (${name})`,
      remedy:
        'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a role, AWS_SESSION_TOKEN; a role may have expired',
    };
  if (is('RequestTimeTooSkewed'))
    return { why: 'the clock of the runner is wrong', remedy: 'set the clock of the runner by NTP' };
  if (is('NoSuchBucket'))
    return {
      why: `${server} has no bucket ${settings.bucket}`,
      remedy: 'create the bucket, or correct its name or the endpoint',
    };
  if (is('PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException') || status === 301)
    return {
      why: `the bucket does not lie in the region ${settings.region}`,
      remedy: 'set the region that the bucket lies in',
    };
  if (is('QuotaExceeded', 'XMinioStorageFull', 'InsufficientCapacity') || status === 507)
    return { why: `${server} has no space left`, remedy: 'remove older backups there, or raise the quota' };
  if (is('BadDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch', 'InvalidDigest'))
    return {
      why: 'the data that arrived there differ from the data that were sent',
      remedy: 'run it again; if it persists, look at the network devices on the way',
    };
  if (is('InvalidObjectState'))
    return {
      why: 'it lies in an archive class (Glacier, Deep Archive or the like)',
      remedy:
        'restore it from the archive first (aws s3api restore-object, for every file of the backup), or exempt manifest.json and what you may need soon from the lifecycle rule',
    };
  if (/^KMS\./.test(name) || /kms/i.test(message))
    return {
      why: `it is encrypted with a key that these credentials may not use (${name})`,
      remedy: 'allow kms:Decrypt on that key, or choose a backup under another key',
    };
  if (status === 403)
    return {
      why: `${server} denies the access (${name})`,
      remedy: `allow s3:ListBucket, s3:ListBucketMultipartUploads and s3:AbortMultipartUpload, s3:GetObject, s3:PutObject, s3:DeleteObject on ${settings.bucket}, and check that it is the right bucket`,
    };
  if (name === 'NoSuchKey' || name === 'NotFound')
    return { why: 'it is not there', remedy: 'check whether another program removes objects there' };
  if (is('SlowDown', 'TooManyRequests') || status === 429 || status >= 500)
    return { why: `${server} cannot serve now: ${status} ${name}`, remedy: 'run it again later' };
  if (status === 0) return besideProxy(reasonOfNetwork(error, server, settings), error, settings);
  return {
    why: `${server} refuses: ${status} ${name}: ${withoutKeys(message)}`,
    remedy: 'look up this code in the manual of the server',
  };
}

function reasonOfNetwork({ name, system, message }: Seen, server: string, settings: S3Settings): Reason {
  if (UNREACHABLE.includes(system))
    return {
      why: `${server} cannot be reached: ${system}`,
      remedy:
        settings.endpoint === null
          ? 'check the region, and that the runner may connect to AWS'
          : 'check the endpoint, and that it runs; if it knows no host names of buckets, use path style',
    };
  if (/^(ECONNRESET|EPIPE)$/.test(system) || /socket hang up|aborted/i.test(message))
    return { why: `${server} or something on the way cut the connection`, remedy: 'run it again' };
  // Comes after the checks above, because the SDK gives their errors the same name.
  if (name === 'TimeoutError' || system === 'ETIMEDOUT')
    return {
      why: `${server} did not answer in time`,
      remedy: 'run it again; check the endpoint and the network on the way',
    };
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_(TLS|SSL)/.test(system))
    return {
      why: `${server} has no certificate that is trusted: ${system}`,
      remedy: 'give it a valid certificate, or name its authority in NODE_EXTRA_CA_CERTS',
    };
  if (/^Exceeded \d+ parts/.test(message))
    return {
      why: 'it is larger than 10,000 parts of the size that was chosen for what was expected',
      remedy: 'divide the data into several parts',
    };
  return {
    why: withoutKeys(`${name}: ${message}`),
    remedy: 'run it again; if it persists, check the settings of the store',
  };
}

/** A runner that reaches the server only by a proxy gets no answer, whatever endpoint and region are. */
function besideProxy({ why, remedy }: Reason, { name, system }: Seen, { endpoint }: S3Settings): Reason {
  const proxy = (endpoint?.startsWith('http:') ? ['HTTP_PROXY', 'http_proxy'] : ['HTTPS_PROXY', 'https_proxy']).find(
    (one) => process.env[one],
  );
  if (proxy === undefined || !(NO_ANSWER.includes(system) || name === 'TimeoutError')) return { why, remedy };
  return {
    why: `${why}; ${proxy} is set, and this action goes to S3 without a proxy`,
    remedy: `let the runner connect to the server directly, or ${remedy}`,
  };
}

const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const NO_ANSWER = [...UNREACHABLE, 'ETIMEDOUT'];

const WRONG_KEYS = [
  'InvalidAccessKeyId',
  'XAdminUserNotFound', // Versity's
  'SignatureDoesNotMatch',
  'InvalidToken',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
];

/** Without a user and password in the URL. */
function serverOf({ endpoint, region }: S3Settings): string {
  if (endpoint === null) return `S3 in ${region}`;
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'the endpoint';
}

/** A server may quote the keys that it was given. */
function withoutKeys(text: string): string {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]
    .filter((key) => key !== undefined && key !== '')
    .reduce<string>((rest, key) => rest.replaceAll(key!, '***'), text)
    .replace(/\bA[A-Z]{3}[A-Z0-9]{16}\b/g, '***');
}
