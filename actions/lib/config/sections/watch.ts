/** What is measured after a cutover, and what reverses the cutover. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { duration } from './values';

export const watch = keys({
  duration: duration.default(10).describe('The least time for which real traffic is watched after the cutover.'),
  'error-rate': z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe(
      'Share of 5xx answers, from 0 to 1, above the share in the minute before the cutover: more than this reverses the cutover.',
    ),
  p95: z
    .number()
    .positive()
    .default(2000)
    .describe("The probes' 95th percentile in milliseconds; more than this reverses the cutover."),
  'minimum-samples': z
    .int()
    .positive()
    .default(20)
    .describe('With fewer answers than this the error rate does not count.'),
})
  .prefault({})
  .describe('What is measured after a cutover, and what reverses the cutover.');

export type WatchSettings = Read<typeof watch>;
