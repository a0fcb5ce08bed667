/** A bucket for backups. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { webUrl } from './values';

export const s3 = keys({
  bucket: z.string().min(1).describe('Name of the bucket.'),
  prefix: z
    .string()
    .regex(/^[^/].*[^/]$|^[^/]?$/, 'begins or ends with /')
    .default('')
    .describe('Prefix of every key, followed by a `/`; the prefix itself neither begins nor ends with a `/`.'),
  region: z.string().default('us-east-1').describe('Region of the bucket.'),
  endpoint: webUrl
    .optional()
    .transform((url) => url ?? null)
    .describe('URL of the server. Default: AWS.'),
  'path-style': z
    .boolean()
    .optional()
    .describe(
      "Whether the bucket stands in the path of URLs instead of the host's name. Default: true if an `endpoint` is given.",
    ),
}).describe('A bucket of a server that speaks S3. Credentials come from the environment of the step.');

export type S3Settings = Read<typeof s3>;
