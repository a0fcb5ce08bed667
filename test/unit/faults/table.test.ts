/** The closing table comes from rows alone, whoever wrote them. */
import { expect, it } from 'vitest';
import type { Fault } from '../../faults/matrix';
import { latest, lineOf, parseRows, type Row, totalsOf } from '../../faults/table';

const fault: Fault = {
  kind: 'runner-kill',
  procedure: 'deploy',
  point: { operation: 'cut backend', event: 'begin', delay: 300 },
};
const good: Row = {
  fault,
  happened: true,
  failed: 0,
  converged: true,
  takeover: 7.04,
  idle: 0.5,
  findings: [],
  token: true,
  seconds: 40,
  commit: 'abc',
  engine: 'def',
};
const bad: Row = { ...good, failed: 3, converged: false, takeover: 70, findings: ['3 requests failed'] };

it('the table has the last row of a fault that was tried again', () => {
  const again: Row = { ...good, fault: { ...fault, point: { ...fault.point, delay: 280 } } };
  const other: Row = { ...good, fault: { ...fault, kind: 'reboot' }, takeover: null };
  const text = [bad, other, again].map((row) => `${JSON.stringify(row)}\n`).join('');
  expect(latest(parseRows(text))).toEqual([again, other]);
});

it('the table tells a fault that was never tried from a round that threw', () => {
  const never: Row = { ...good, happened: false };
  const threw: Row = { ...never, findings: ['no answer'] };
  expect(lineOf(never)).toContain(': MISSED (');
  expect(lineOf(threw)).toContain(': WRONG: no answer (');
  expect(totalsOf([never, threw])).toMatchObject({ missed: 1, withFindings: 1 });
});

it('the table closes with the cost of the worst fault', () => {
  const slow: Row = { ...good, fault: { ...fault, procedure: 'rollback' }, token: false, takeover: 44.96 };
  expect(totalsOf([good, slow])).toEqual({
    faults: 2,
    withFindings: 0,
    missed: 0,
    failedRequests: 0,
    runsToConverge: 1,
    takeoverWithoutToken: 45,
    takeoverWithToken: 7,
  });
  expect(totalsOf([good, bad])).toMatchObject({ withFindings: 1, failedRequests: 3, runsToConverge: null });
});
