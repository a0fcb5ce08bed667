/** Runs that meet on one stack. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FaultLab } from './lab';
import { pauseRunner, startPairs } from './overlap';

describe.skipIf(process.env.RUNBOOK_FAULTS)('two runs', () => {
  let lab: FaultLab;

  beforeAll(async () => {
    lab = await FaultLab.open();
    await lab.stage();
  });
  afterAll(() => lab?.close());

  it('a paused runner changes nothing after a takeover', () => pauseRunner(lab));
  // Two that start at once, and change nothing at the same time: see the interrupted runs.
  it('started at once never change anything at the same time', { tags: ['exhaustive'], timeout: 600_000 }, () =>
    startPairs(lab, 2),
  );
});
