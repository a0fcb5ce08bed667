import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freezeOf } from '../../../actions/maintenance/freeze';
import { readMaintenanceInputs } from '../../../actions/maintenance/inputs';

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
  [{ mode: 'freeze', reason: 'x', until: '2026-02-29T02:00Z' }, 'a time with its zone'],
  [{ mode: 'freeze', reason: 'x', until: '2026-04-31T02:00+09:00' }, 'a time with its zone'],
  [{ mode: 'freeze', reason: 'x', until: '2028-02-29T02:00Z' }, { end: { at: new Date('2028-02-29T02:00:00Z') } }],
  [{ mode: 'freeze', reason: 'x', until: '91d' }, 'more than 90 days'],
  [{ mode: 'freeze', reason: 'x\ny', until: '1d' }, 'reason is not one line'],
  [{ mode: 'freeze', reason: 'x'.repeat(301), until: '1d' }, 'reason has 301 characters'],
  [{ mode: 'unfreeze', reason: 'x' }, 'reason and until are for mode: freeze and mode: on'],
  [{ mode: 'status', until: '1h' }, 'reason and until are for mode: freeze'],
  [{ mode: 'away' }, 'write status or on or off or remind or freeze or unfreeze'],
  [{ mode: 'on' }, 'reason is missing: why the site is closed'],
  [
    { mode: 'on', reason: 'x' },
    { mode: 'on', end: null, allow: [] },
  ],
  [
    { mode: 'on', reason: 'x', until: '2h', allow: '203.0.113.7, 2001:db8::/32\n10.0.0.0/8' },
    { end: { after: 7200 }, allow: ['203.0.113.7', '2001:db8::/32', '10.0.0.0/8'] },
  ],
  [
    { mode: 'on', reason: 'x', allow: '10.0.0.0/33' },
    'allow has "10.0.0.0/33", which is not an IP address or a network',
  ],
  [{ mode: 'on', reason: 'x', allow: 'office.example' }, 'allow has "office.example"'],
  [{ mode: 'off', allow: '10.0.0.1' }, 'allow is for mode: on, and mode is off'],
  [{ mode: 'off', until: '2h' }, 'reason and until are for mode: freeze and mode: on, and mode is off'],
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

describe('the page', () => {
  const page = (content: string | Buffer | null): string => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-page-'));
    try {
      writeFileSync(join(folder, 'runbook.yml'), 'maintenance: { page: closed.html }\n');
      if (content !== null) writeFileSync(join(folder, 'closed.html'), content);
      return readMaintenanceInputs((name) => ({ ...needed, mode: 'on', reason: 'x' })[name as 'mode'], folder).page;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('is the one that the runbook names, else one of ours', () => {
    expect(page('<p>$uri</p>\n')).toBe('<p>$uri</p>\n');
    expect(read({ mode: 'on', reason: 'x' }).page).toContain('<h1>We are doing maintenance</h1>');
  });

  it.each<[string, string | Buffer | null, string]>([
    ['not there', null, 'RB-FILE-MISSING: closed.html, the page of a closed site, is not in the repository'],
    ['empty', ' \n', 'it is empty'],
    ['not text', Buffer.from([0xff, 0xfe, 0x41]), 'it is not text in UTF-8'],
    ['too large', 'x'.repeat(131_073), 'more than 131072'],
    ['confusing', '\n# runbook-maintenance end\n', 'a line that is reserved'],
  ])('is refused where it is %s', (_what, content, said) => {
    expect(() => page(content)).toThrow(said);
  });
});
