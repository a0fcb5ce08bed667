/** The fault matrix comes from the journal alone. */
import { expect, it } from 'vitest';
import { anywhere, faultsOf, ofTheHost, operationsIn, pointsOf, sampleOf } from '../../faults/matrix';

const line = (members: object) => JSON.stringify({ step: 'apply', ...members });
const operation = (name: string, seconds: number) => [
  line({ operation: name, event: 'begin' }),
  line({ operation: name, event: 'end', seconds }),
];
const journal = [
  line({ event: 'begin' }),
  ...operation('earlier', 1),
  line({ event: 'end' }),
  line({ event: 'begin' }),
  ...operation('start-beside backend', 0.5),
  ...operation('cut backend', 0.05),
  ...operation('watch backend', 2),
  ...operation('commit', 0.02),
  ...operation('retire backend', 0.3),
  ...operation('finish', 0.01),
  line({ event: 'end' }),
  '{"step":"app',
].join('\n');

const operations = operationsIn(journal);

it('takes the operations of the last step alone', () => {
  expect(operations.map((timed) => timed.operation)).toEqual([
    'start-beside backend',
    'cut backend',
    'watch backend',
    'commit',
    'retire backend',
    'finish',
  ]);
});

it('has both ends of every operation, and the middle of long ones', () => {
  expect(pointsOf(operations)).toHaveLength(6 * 2 + 3);
  expect(pointsOf(operations)).toContainEqual({ operation: 'watch backend', event: 'begin', delay: 1000 });
});

it('harms the host from the cut to the last thing that callers notice', () => {
  const faults = faultsOf('deploy', operations);
  expect(faults).toHaveLength(15 * anywhere.length + 10 * ofTheHost.length);
  const reboots = faults.filter(({ kind }) => kind === 'reboot').map(({ point }) => point.operation);
  expect(new Set(reboots)).toEqual(new Set(['cut backend', 'watch backend', 'commit', 'retire backend']));
});

it('samples the harshest kinds once, in the open window', () => {
  const sample = sampleOf(faultsOf('deploy', operations), operations);
  expect(sample.map(({ kind }) => kind)).toEqual(['kill-action', 'kill-step', 'reboot']);
  expect(new Set(sample.map(({ point }) => point.operation))).toEqual(new Set(['watch backend']));
});
