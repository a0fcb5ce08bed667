/** The bench tells a wrong result behind a green run from one that was told. */
import { expect, it } from 'vitest';
import { summaryOf } from '../../bench/field';

it('the field bench counts wrong results although the last run was green', () => {
  const rows = [
    { name: 'a', state: 'passed', exit: 0 },
    { name: 'b', state: 'failed', exit: 0 },
    { name: 'c', state: 'failed', exit: 1 },
    { name: 'd', state: 'skipped', exit: null },
  ];
  expect(summaryOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))).toEqual({
    cases: 3,
    right: 1,
    silentlyWrong: 1,
  });
});
