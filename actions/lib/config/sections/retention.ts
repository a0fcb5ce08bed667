/** Which backups stay. */
import { z } from 'zod';
import { keys, type Read } from './keys';

const rules = {
  days: z
    .int()
    .min(0)
    .default(30)
    .describe('Days for which every backup stays; 0: no backup stays because of its age.'),
  daily: z
    .int()
    .min(0)
    .default(0)
    .describe('How many days keep their newest backup; days without a backup do not count.'),
  weekly: z.int().min(0).default(0).describe('How many ISO weeks keep their newest backup.'),
  monthly: z.int().min(0).default(0).describe('How many months keep their newest backup.'),
};

export const keep = keys({
  ...rules,
  host: keys(rules).optional().describe('Rules for the host alone, instead of those above.'),
  s3: keys(rules).optional().describe('Rules for the bucket alone, instead of those above.'),
})
  .prefault({})
  .describe('Which backups stay, in every place.');

/** Rules for one place. */
export type RetentionRules = Omit<Read<typeof keep>, 'host' | 's3'>;
