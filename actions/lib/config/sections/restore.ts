/** How a restore exchanges the data. */
import { z } from 'zod';
import { keys } from './keys';
import { duration, serviceName } from './values';

export const restore = keys({
  writers: z
    .array(serviceName)
    .optional()
    .describe('Services that stop while the databases exchange their names. Without it those of `versioned`.'),
  'health-timeout': duration
    .default(60)
    .describe('Until these services must be healthy again; otherwise the exchange is reversed.'),
})
  .prefault({})
  .describe('How a restore exchanges the data.');
