/** The whole fault matrix, or the part that `npm run test:faults` was asked for; see main.mts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultLab } from './lab';
import { chosen, type Filter, faultsOf, titleOf } from './matrix';
import { pauseRunner, startPairs } from './overlap';

const { RUNBOOK_FAULTS: asked, RUNBOOK_FAULTS_REPORT: report } = process.env;
const filter = JSON.parse(asked ?? '{}') as Filter;
const narrowed = Object.keys(filter).length > 0;

describe.runIf(asked)('every fault', () => {
  let lab: FaultLab;

  beforeAll(async () => {
    lab = await FaultLab.open(report);
  });
  afterAll(() => lab?.close());

  it.each(['deploy', 'rollback'] as const)(
    'of a %s is put right by one more run',
    { timeout: 0 },
    async (procedure) => {
      if (filter.procedure !== undefined && filter.procedure !== procedure) return;
      const faults = chosen(faultsOf(procedure, await lab.reference(procedure)), filter);
      console.log(`${procedure}: ${faults.length} faults`);
      let kills = 0;
      for (const fault of faults) {
        // Both ways of taking over, in turn; where it does not matter, the quick one.
        if (fault.kind === 'runner-kill') kills += 1;
        await lab.try(fault, fault.kind !== 'runner-kill' || kills % 2 === 0);
      }
      const wrong = lab.rows.filter((row) => row.fault.procedure === procedure && row.findings.length > 0);
      expect(wrong.map((row) => [titleOf(row.fault), ...row.findings])).toEqual([]);
    },
  );

  it.skipIf(narrowed)('a paused runner changes nothing', { timeout: 0 }, () => pauseRunner(lab));
  it.skipIf(narrowed)('50 pairs of runs', { timeout: 0 }, () => startPairs(lab, 50));
});
