/** What is said of a migration that waits, and of one that was broken off. */
import { describe, expect, it } from 'vitest';
import { eachDatabase, MigrationTold } from '../../../actions/lib/stack/apply/migration-told';
import { parseBrokenOff, sayBrokenOff } from '../../../actions/lib/stack/broken-off';
import { connection } from '../../../actions/lib/stack/psql';
import { type Blocker, sayBlocker } from '../../../actions/lib/stack/waits';
import { runbook } from './model-host';

const REPORT: Blocker = {
  ...{ pid: 4711, own: false, user: 'acme', app: 'report', from: '10.0.0.3', state: 'idle in transaction' },
  ...{ waits: false, begun: '10:20:30', seconds: 95, silent: 90 },
};

describe('a session that blocks', () => {
  it('is named with who it is, since when, and that its client may be gone', () => {
    expect(sayBlocker(REPORT, 'the migration')).toBe(
      'pid 4711 (report, user acme, from 10.0.0.3, idle in transaction, since 10:20:30 UTC (95 s); its client may be gone (tcp_keepalives_idle of the server says when it finds out))',
    );
  });

  it.each([
    ['at work', { state: 'active', silent: 300 }, /active, since/],
    ['with a statement of late', { silent: 3 }, /\(95 s\)\)$/],
    ['without a name', { app: '' }, /\(no application name,/],
    ['on the socket', { from: null }, /from the server itself/],
    ['that waits itself', { waits: true, silent: 3 }, /which waits itself\)$/],
    ['of nobody', { pid: 0 }, /^a prepared transaction/],
    ["of the migration's own", { own: true }, /^pid 4711, another session of the migration itself$/],
  ])('%s', (_name, other: Partial<Blocker>, said) => {
    expect(sayBlocker({ ...REPORT, ...other }, 'the migration')).toMatch(said);
  });
});

describe('what is told', () => {
  const waits = (behind: number) => ({
    name: 'waits',
    fields: { row: JSON.stringify({ pid: 1, lock: 'table orders', behind, by: [{ ...REPORT, silent: 1 }] }) },
  });

  it('is news when the blockers change or somebody waits behind, and not each time that the seconds do', () => {
    const told = new MigrationTold();
    const keys = [waits(0), waits(0), waits(2), waits(3)].map((event) => told.hear(event)?.key);
    expect(new Set(keys).size).toBe(2);
    expect(told.behind).toBe(3);
    expect(told.waited).toMatch(/^waits for table orders, .*report.*; 3 sessions wait behind it$/);
  });

  it('survives a row that is none', () => {
    expect(new MigrationTold().hear({ name: 'waits', fields: { row: '{' } })).toBeNull();
  });

  it('has why it was ended', () => {
    const told = new MigrationTold();
    told.hear({ name: 'failed', fields: { kind: 'migration-blocked', subject: 'migrate' } });
    expect(told.code).toBe('blocked');
  });
});

describe('a migration that was broken off', () => {
  const record = {
    ...{
      at: '2026-01-02T03:04:05Z',
      procedure: 'deploy',
      step: 'apply',
      run: 'https://run/1',
      actor: 'a',
      release: '5-v3',
    },
    ...{ after: 2, backup: '20260102T030000Z' },
  };

  it('is known as long as no record of a migration or a restore follows', () => {
    expect(parseBrokenOff(['2', JSON.stringify(record)])).toMatchObject({ release: '5-v3', code: null });
    expect(parseBrokenOff(['3', JSON.stringify(record)])).toBeNull();
    expect(parseBrokenOff([])).toBeNull();
  });

  it('is not forgotten where its record is torn', () => {
    expect(parseBrokenOff(['2', '{"at":"2026'])).not.toBeNull();
    expect(parseBrokenOff(['0'])).not.toBeNull();
  });

  it.each([
    [null, 'was broken off, and its end is not known'],
    ['0', 'ended with exit status 0 after its step was killed'],
    ['1', 'failed: it exited with status 1'],
    ['timeout', 'took longer than its timeout'],
    ['blocked', 'waited for a lock of another session'],
    ['cancel', 'its run was cancelled'],
  ])('%s', (code, said) => {
    const broken = parseBrokenOff(['2', JSON.stringify({ ...record, ...(code === null ? {} : { code }) })]);
    expect(sayBrokenOff(broken!)).toContain(said);
    expect(sayBrokenOff(broken!)).toContain('release 5-v3, begun 2026-01-02T03:04:05Z, https://run/1');
    expect(sayBrokenOff(broken!)).toContain('The backup from just before is 20260102T030000Z.');
  });
});

describe('the databases of a migration', () => {
  const of = (service: string) => ({ service, user: 'u', database: "it's" });

  it('are those of the backup, unless the runbook names others', () => {
    const backup = { ...runbook.backup, databases: [of('one')] };
    const own = { ...runbook.migration, databases: [of('two')] };
    expect(eachDatabase({ ...runbook, backup })).toContain('one');
    expect(eachDatabase({ ...runbook, backup, migration: own })).not.toContain('one');
    expect(connection("it's")).toBe("dbname='it\\'s'");
  });

  it('are none where nothing is named: nobody waits then', () => {
    expect(eachDatabase({ ...runbook, backup: { ...runbook.backup, databases: [] } })).toBe(
      'each_database() {\n  local each_found=1\n  return "$each_found"\n}',
    );
  });
});
