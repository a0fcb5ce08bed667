/** What stands on a terminal. */
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { createRedactor } from '../../../actions/lib/procedure/redact';
import { plainReport } from '../../../actions/lib/procedure/report';
import { TerminalLog } from '../../../actions/lib/terminal/log';
import { listingText, reportText } from '../../../actions/lib/terminal/report';

const base = { title: 'Deploy v2', status: 'failed', host: 'u@h:22', stack: 'acme', timeline: [] } as const;

describe('a report', () => {
  it('says first what became of it, then why, what to do, and what to know', () => {
    const error = {
      code: 'RB-X',
      what: 'it broke',
      why: 'a cause',
      remedy: 'mend it',
      log: ['last words'],
      logOf: 'backend',
    };
    const text = reportText(
      plainReport({
        ...{ ...base, error, verdict: 'Release 1-v1 is live.', release: '1-v1', previousRelease: '1-v1', seconds: 2 },
        blocks: [{ kind: 'table', head: ['name', 'days'], rows: [[{ code: 'shop.example' }, '12']] }],
        health: [{ service: 'api', text: 'no answer', ok: false }],
        notes: ['A note.'],
      }),
    );
    expect(text.trim().split('\n')).toEqual([
      'FAILED: Deploy v2',
      'Release 1-v1 is live.',
      'acme on u@h:22, release 1-v1, 2.0 s',
      '',
      'RB-X: it broke',
      'Cause: a cause',
      'What to do: mend it',
      'Last 1 lines of backend:',
      '  | last words',
      '',
      'name          days',
      'shop.example  12',
      '',
      'Health',
      '  - BAD api: no answer',
      '',
      'To know',
      '  - A note.',
    ]);
  });

  it('of a list has a row for each, or says that there is none', () => {
    const listing = { title: 'Releases', empty: 'None.', head: ['release'], lines: [], outputs: {} };
    expect(listingText({ ...listing, rows: [] })).toBe('\nReleases\n\nNone.');
    expect(listingText({ ...listing, rows: [[[{ code: '1-v1' }, ' ', { strong: 'current' }]]] })).toContain(
      '1-v1 current',
    );
  });
});

describe('the log', () => {
  it('shows no secret, and obeys nothing that a host sends', () => {
    const lines: string[] = [];
    const log = new TerminalLog(createRedactor(), (line) => lines.push(line));
    log.secret('hunter2hunter2');
    log.step('Apply');
    log.remote('\u001b[2J\u009b1mpassword hunter2hunter2\u0007');
    log.failure(new UserError('RB-CANCELLED', { what: 'ended with hunter2hunter2', remedy: 'none' }));
    expect(lines).toEqual([
      ...['', '== Apply', '   | [2J1mpassword ***', ''],
      ...['RB-CANCELLED: ended with ***', 'What to do: none'],
    ]);
  });
});
