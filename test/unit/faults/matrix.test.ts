/** The fault matrix comes from the journal alone. */
import { expect, it } from 'vitest';
import { chosen, everywhere, faultsOf, inWindows, isPart, keyOf, operationsIn, pointsOf } from '../../faults/matrix';

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

it('the matrix takes the operations of the last step only', () => {
  expect(operations.map((timed) => timed.operation)).toEqual([
    'start-beside backend',
    'cut backend',
    'watch backend',
    'commit',
    'retire backend',
    'finish',
  ]);
});

it('the matrix has the beginning of every operation, the middle of long ones, and the end of all', () => {
  expect(pointsOf(operations)).toHaveLength(6 + 3 + 1);
  expect(pointsOf(operations)).toContainEqual({ operation: 'watch backend', event: 'begin', delay: 1000 });
  expect(pointsOf(operations).at(-1)).toEqual({ operation: 'finish', event: 'end', delay: 0 });
});

it('the matrix harms the host from the cut to the end', () => {
  const faults = faultsOf('deploy', operations);
  expect(faults).toHaveLength(10 * everywhere.length + 8 * inWindows.length);
  const reboots = faults.filter(({ kind }) => kind === 'reboot').map(({ point }) => point.operation);
  expect(reboots).not.toContain('start-beside backend');
  expect(reboots).toContain('cut backend');
  expect(reboots).toContain('watch backend');
  expect(reboots).toContain('finish');
});

it('the matrix tries windows first', () => {
  const faults = faultsOf('deploy', operations);
  expect(faults[0]?.point.operation).toBe('cut backend');
  expect(faults.at(-1)?.point.operation).toBe('start-beside backend');
});

it('the matrix harms the host from where a stand-in serves to the end', () => {
  const names = [
    'start-stand-in',
    'gate stand-in',
    'divert',
    'watch',
    'replace-behind',
    'gate real',
    'return',
    'commit',
  ];
  const faults = faultsOf(
    'stand-in',
    names.map((name) => ({ operation: `${name} nginx`, duration: 50 })),
  );
  const rebooted = chosen(faults, { only: 'reboot' }).map(({ point }) => point.operation);
  expect(new Set(rebooted)).toEqual(new Set(names.slice(2).map((name) => `${name} nginx`)));
});

it('the matrix harms the host while a container is replaced, before the cut as well', () => {
  const replaced = faultsOf('deploy', [{ operation: 'replace worker', duration: 50 }, ...operations]);
  expect(chosen(replaced, { only: 'reboot', at: 'replace' })).toHaveLength(1);
});

it('the matrix is narrowed to a kind, an operation, a procedure', () => {
  const faults = faultsOf('deploy', operations);
  expect(chosen(faults, {})).toEqual(faults);
  expect(chosen(faults, { only: 'runner-kill', at: 'cut' })).toEqual([
    { kind: 'runner-kill', procedure: 'deploy', point: { operation: 'cut backend', event: 'begin', delay: 0 } },
  ]);
  expect(chosen(faults, { at: 'watch backend', only: 'cancel' })).toHaveLength(2);
  expect(chosen(faults, { at: 'watch,commit', only: 'cancel,reboot' })).toHaveLength(6);
  expect(chosen(faults, { procedure: 'rollback' })).toEqual([]);
});

it('the matrix recognises a fault when the operation took another time', () => {
  const slower = operations.map(({ operation, duration }) => ({ operation, duration: duration * 1.5 }));
  const keys = faultsOf('deploy', operations).map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(faultsOf('deploy', slower).map(keyOf)).toEqual(keys);
});

it('the matrix is divided into parts: each fault belongs to one of them', () => {
  const faults = faultsOf('deploy', operations);
  const parts = ['1/3', '2/3', '3/3'].map((part) => chosen(faults, { part }));
  expect(parts.every((part) => part.length > 0 && part.length < faults.length)).toBe(true);
  expect(parts.flat().map(keyOf).sort()).toEqual(faults.map(keyOf).sort());
});

it('the matrix has no part 0/3, 4/3 or three', () => {
  expect(['1/1', '2/3', '3/3'].every(isPart)).toBe(true);
  expect(['0/3', '4/3', '1', 'three', '1/3/3', '-1/3'].filter(isPart)).toEqual([]);
});
