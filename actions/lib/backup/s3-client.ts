/** Connections to a server that speaks S3. */
import type { S3 } from '@aws-sdk/client-s3';
import type { S3Settings } from '../config/sections/s3';

export interface S3Limits {
  /** Milliseconds without a byte after which a request has failed. */
  readonly stallMs: number;
  /** Milliseconds until a connection must stand. */
  readonly connectMs: number;
  /** How often a request is tried. */
  readonly attempts: number;
  /** Keys in one page of a listing. */
  readonly pageSize: number;
}

export const DEFAULT_LIMITS: S3Limits = { stallMs: 120_000, connectMs: 10_000, attempts: 3, pageSize: 1000 };

export interface S3Connection {
  /** For requests other than the content of objects: a connection on which nothing moves is given up. */
  readonly s3: S3;
  /**
   * For the content of objects: the reader may be slow, such as a database that loads, and then nothing moves for a
   * while.
   */
  readonly reading: S3;
}

/** Does not connect yet. Credentials are read from the environment when they are needed: variables, OIDC, a role. */
export async function connectS3(settings: S3Settings, limits: S3Limits): Promise<S3Connection> {
  // Loaded only when needed: the SDK is larger than the rest of the bundle.
  const { S3 } = await import('@aws-sdk/client-s3');
  const { endpoint, region, pathStyle = endpoint !== null } = settings;
  const common = {
    region,
    forcePathStyle: pathStyle,
    maxAttempts: limits.attempts,
    // Servers and proxies that never say "100 Continue" would cost seconds for every part.
    expectContinueHeader: false,
    // The SHA-256 proves what was read. The SDK's own check would hide a broken connection from the reader.
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
    ...(endpoint === null ? {} : { endpoint }),
  };
  const { connectMs: connectionTimeout, stallMs } = limits;
  return {
    s3: new S3({ ...common, requestHandler: { connectionTimeout, socketTimeout: stallMs } }),
    reading: new S3({
      ...common,
      requestHandler: { connectionTimeout, socketTimeout: 0, requestTimeout: stallMs, throwOnRequestTimeout: true },
    }),
  };
}
