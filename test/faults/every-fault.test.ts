/** The whole fault matrix, or the part that `npm run test:faults` was asked for; see main.mts. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultLab } from './lab';
import { chosen, everywhere, type Filter, faultsOf, inWindows, isMeant, keyOf, procedures, titleOf } from './matrix';
import { pauseRunner, startPairs } from './overlap';
import { latest, parseRows } from './table';

const {
  RUNBOOK_FAULTS: asked,
  RUNBOOK_FAULTS_REPORT: report,
  RUNBOOK_FAULTS_HOSTS: hosts,
  RUNBOOK_FAULTS_ENGINE: engine,
} = process.env;
const filter = JSON.parse(asked ?? '{}') as Filter;
const anyFault = [...everywhere, ...inWindows].some((kind) => isMeant(filter.only, kind));

describe.runIf(asked)('every fault', () => {
  let lab: FaultLab;

  beforeAll(async () => {
    lab = await FaultLab.open({ report, hosts: Number(hosts ?? 1) });
  });
  afterAll(() => lab?.close());

  it.each(anyFault ? procedures.filter((name) => isMeant(filter.procedure, name)) : [])(
    'of a %s is put right by one more run',
    { timeout: 0 },
    async (procedure) => {
      const all = faultsOf(procedure, await lab.reference(procedure));
      // Both ways of taking over, in turn; where it does not matter, the quick one.
      const kills = all.filter(({ kind }) => kind === 'runner-kill');
      const asks = new Set(all.filter((fault) => kills.indexOf(fault) % 2 !== 0));
      const faults = chosen(all, filter).filter((fault) => !survived().has(keyOf(fault)));
      console.log(`${procedure}: ${faults.length} of ${all.length} faults`);
      await lab.each(faults, async (fault, on) => void (await lab.try(fault, asks.has(fault), on)));
      const wrong = lab.rows.filter((row) => row.fault.procedure === procedure && row.findings.length > 0);
      expect(wrong.map((row) => [titleOf(row.fault), ...row.findings])).toEqual([]);
    },
  );

  // Every part has faults; what is not a fault belongs to the first.
  const isFirst = filter.part === undefined || filter.part.startsWith('1/');
  it.runIf(isFirst && isMeant(filter.only, 'pause'))('a paused runner changes nothing', { timeout: 0 }, () =>
    pauseRunner(lab),
  );
  it.runIf(isFirst && isMeant(filter.only, 'pairs'))('50 pairs of runs', { timeout: 0 }, () => startPairs(lab, 50));
});

/** What an earlier run of the matrix has seen go well with this engine. */
function survived(): Set<string> {
  const rows = report === undefined ? [] : latest(parseRows(readFileSync(report, 'utf8')));
  const good = rows.filter((row) => row.engine === engine && row.happened && row.findings.length === 0);
  return new Set(good.map(({ fault }) => keyOf(fault)));
}
