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
    .describe('Stands before every key, with a / between; neither begins nor ends with one.'),
  region: z.string().default('us-east-1').describe('Region of the bucket.'),
  endpoint: webUrl
    .optional()
    .transform((url) => url ?? null)
    .describe('URL of the server. Without it AWS.'),
  'path-style': z
    .boolean()
    .optional()
    .describe("The bucket in the path instead of the host's name. Without it as an `endpoint` is given or not."),
}).describe('A bucket of a server that speaks S3. Credentials come from the environment of the step.');

export type S3Settings = Read<typeof s3>;
