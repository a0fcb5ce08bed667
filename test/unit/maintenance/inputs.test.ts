import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readMaintenanceInputs } from '../../../actions/maintenance/inputs';
import { freezeOf } from '../../../actions/maintenance/maintenance';

const needed = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };
const read = (given: Readonly<Record<string, string>>) =>
  readMaintenanceInputs((name) => ({ ...needed, ...given })[name], tmpdir());

it.each<[Readonly<Record<string, string>>, object | string]>([
  [{}, { mode: 'status', dryRun: true, end: null }],
  [{ mode: 'unfreeze' }, { mode: 'unfreeze', dryRun: false }],
  [
    { mode: 'freeze', reason: ' moving ', until: '3h' },
    { reason: 'moving', end: { after: 10_800 }, dryRun: false },
  ],
  [{ mode: 'freeze', reason: 'x', until: '2026-01-31T02:00+02:00' }, { end: { at: new Date('2026-01-31T00:00:00Z') } }],
  [{ mode: 'freeze', until: '3h' }, 'reason is missing'],
  [{ mode: 'freeze', reason: 'x' }, 'until is missing'],
  [{ mode: 'freeze', reason: 'x', until: 'monday' }, 'write 30m, 8h, 3d'],
  [{ mode: 'freeze', reason: 'x', until: '0h' }, 'write 30m, 8h, 3d'],
  [{ mode: 'freeze', reason: 'x', until: '2026-01-31T02:00' }, 'a time with its zone'],
  [{ mode: 'freeze', reason: 'x', until: '2026-02-31T99:00Z' }, 'a time with its zone'],
  [{ mode: 'freeze', reason: 'x', until: '91d' }, 'more than 90 days'],
  [{ mode: 'freeze', reason: 'x\ny', until: '1d' }, 'reason is not one line'],
  [{ mode: 'freeze', reason: 'x'.repeat(301), until: '1d' }, 'reason has 301 characters'],
  [{ mode: 'unfreeze', reason: 'x' }, 'reason and until are for mode: freeze'],
  [{ mode: 'status', until: '1h' }, 'reason and until are for mode: freeze'],
  [{ mode: 'on' }, 'write status or freeze or unfreeze'],
])('reads %j', (given, meant) => {
  if (typeof meant !== 'string') return expect(read(given)).toMatchObject(meant);
  expect(() => read(given)).toThrow(
    expect.objectContaining({ code: 'RB-INPUT-INVALID', message: expect.stringContaining(meant) }),
  );
});

describe("the end, by the host's clock", () => {
  const made = (end: object) =>
    freezeOf({ reason: 'x', end: end as never }, '2026-01-01T10:00:00Z', { actor: 'kim', run: 'https://run' });

  it('is counted from now, or a moment', () => {
    expect(made({ after: 90 })).toMatchObject({
      since: '2026-01-01T10:00:00Z',
      until: '2026-01-01T10:01:30Z',
      by: 'kim',
    });
    expect(made({ at: new Date('2026-01-02T00:00:00.500Z') }).until).toBe('2026-01-02T00:00:00Z');
  });

  it('is refused where it is over, or too far', () => {
    expect(() => made({ at: new Date('2026-01-01T10:00:00Z') })).toThrow(
      /is over already\n.*host's clock says 2026-01-01T10:00:00Z/,
    );
    expect(() => made({ at: new Date('2027-01-01T10:00:00Z') })).toThrow('more than 90 days from now');
  });
});
