/** What is measured after a cutover, and what reverses the cutover. */
import { z } from 'zod';
import { keys, type Read } from './keys';
import { duration } from './values';

export const watch = keys({
  duration: duration.default(10).describe('For how long at least real traffic is watched after the cutover.'),
  'error-rate': z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe(
      'Share of 5xx answers, from 0 to 1, beyond that of the minute before: more than this turns the cutover back.',
    ),
  p95: z
    .number()
    .positive()
    .default(2000)
    .describe("The probes' 95th percentile in milliseconds; more than this turns the cutover back."),
  'minimum-samples': z
    .int()
    .positive()
    .default(20)
    .describe('With fewer answers than this the error rate decides nothing.'),
})
  .prefault({})
  .describe('What is measured after a cutover, and what turns it back.');

export type WatchSettings = Read<typeof watch>;
