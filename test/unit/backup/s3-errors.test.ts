/** What a person reads of a failure of S3. */
import { afterEach, expect, it, vi } from 'vitest';
import { storageFailed } from '../../../actions/lib/backup/s3-errors';
import type { UserError } from '../../../actions/lib/errors';

const settings = { bucket: 'b', prefix: '', region: 'us-east-1', endpoint: null, pathStyle: false };
const failed = (error: object, endpoint: string | null = null): UserError =>
  storageFailed('it could not be read', error, { ...settings, endpoint });

afterEach(() => vi.unstubAllEnvs());

it('a server that does not answer is told with the proxy that the runner has and S3 does not use', () => {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, '');
  expect(failed({ code: 'ENOTFOUND' }).details.why).toBe('S3 in us-east-1 cannot be reached: ENOTFOUND');
  vi.stubEnv('https_proxy', 'http://user:word@proxy:3128');
  expect(failed({ code: 'ENOTFOUND' }).details).toMatchObject({
    why: 'S3 in us-east-1 cannot be reached: ENOTFOUND; https_proxy is set, and this action goes to S3 without a proxy',
    remedy: expect.stringMatching(/^let the runner connect to the server directly, or check the region/),
  });
  expect(failed({ name: 'TimeoutError' }).details.why).toContain('https_proxy is set');
  // Other causes have nothing to do with a proxy, nor has that of another protocol.
  expect(failed({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } }).details.why).not.toContain('proxy');
  expect(failed({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }).details.why).not.toContain('proxy');
  expect(failed({ code: 'ECONNREFUSED' }, 'http://store:9000').details.why).not.toContain('proxy');
});
