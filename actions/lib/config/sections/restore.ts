/** How a restore exchanges the data. */
import { z } from 'zod';
import { keys } from './keys';
import { duration, serviceName } from './values';

export const restore = keys({
  writers: z
    .array(serviceName)
    .optional()
    .describe('Services that are stopped while the databases exchange their names. Default: those of `versioned`.'),
  'health-timeout': duration
    .default(60)
    .describe('How long these services may take to become healthy again; otherwise the exchange is reversed.'),
})
  .prefault({})
  .describe('How a restore exchanges the data.');
