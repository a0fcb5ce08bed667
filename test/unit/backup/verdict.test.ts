/** The first line of a backup's summary: what there is now, and whether anybody noticed. */
import { describe, expect, it } from 'vitest';
import type { BackupFacts } from '../../../actions/backup/summary';
import { verdictOf, verdictOfFailure } from '../../../actions/backup/verdict';

const id = '20260131T020000Z';
const made: BackupFacts['made'] = { id, seconds: 2, parts: [] };
const drill: BackupFacts['drill'] = {
  ...{ backup: id, place: 's3://acme', seconds: 3.04, counts: [['1 tables', '1 rows']] },
};

describe('the verdict on a backup', () => {
  it('says where it lies, and whether a drill brought it back', () => {
    expect(verdictOf({ made, drill: null }, ['host', 's3'])).toBe(
      `The backup ${id} is complete, and is in host, s3. No service was stopped for it.`,
    );
    expect(verdictOf({ made, drill }, ['host'])).toContain('It was restored in a drill in 3.0 s.');
    const other = { ...drill, backup: '20260101T020000Z' };
    expect(verdictOf({ made, drill: other }, ['host'])).toContain(' Another one, 20260101T020000Z, was restored');
    expect(verdictOf({ made: null, drill }, ['host'])).toMatch(
      /^The backup \S+ of s3:\/\/acme was restored in a drill/,
    );
  });

  it('says what there is after a failure, and calls nothing whole that is not', () => {
    expect(verdictOfFailure({ made: null, drill: null }, null, ['host'])).toMatch(/^This run made no backup\./);
    const whole = { id, left: [] };
    expect(verdictOfFailure({ made: null, drill: null }, whole, ['host', 's3'])).toContain('in no other place');
    expect(verdictOfFailure({ made, drill: null }, { id, left: ['db/acme'] }, ['host'])).toBe(
      `The backup ${id} lacks db/acme; everything else in it is complete, and is in host.`,
    );
    expect(verdictOfFailure({ made, drill: null }, whole, ['host'])).toContain(`${id} itself is complete`);
  });
});
