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
  /** Milliseconds by which the server's clock was ahead of the runner's in its last answer; `null`: it did not tell. */
  ahead(): number | null;
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
  const s3 = new S3({ ...common, requestHandler: { connectionTimeout, socketTimeout: stallMs } });
  let ahead: number | null = null;
  // Next to the network, so that refusals are seen, too: they have a date as well.
  s3.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const { headers = {} } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const date = Date.parse(headers.date ?? headers.Date ?? '');
      ahead = Number.isNaN(date) ? null : date - Date.now();
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'serverClock' },
  );
  return {
    ahead: () => ahead,
    s3,
    reading: new S3({
      ...common,
      requestHandler: { connectionTimeout, socketTimeout: 0, requestTimeout: stallMs, throwOnRequestTimeout: true },
    }),
  };
}
