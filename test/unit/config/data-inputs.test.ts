import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBackupInputs } from '../../../actions/backup/inputs';
import { readRestoreInputs } from '../../../actions/restore/inputs';

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'inputs-'));
});

afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const needed = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };

describe('restore', () => {
  const read = (given: Record<string, string>) =>
    readRestoreInputs((name) => ({ ...needed, ...given })[name], workspace);

  it('takes the latest backup unless a name or a time is given', () => {
    expect(read({}).wanted).toEqual({ by: 'latest' });
    expect(read({ backup: 'latest' }).wanted).toEqual({ by: 'latest' });
    expect(read({ backup: '20260131T020000Z' }).wanted).toEqual({ by: 'id', id: '20260131T020000Z' });
    const time = new Date('2026-01-31T02:00:00Z');
    expect(read({ backup: 'latest', before: '2026-01-31 02:00' }).wanted).toEqual({ by: 'before', time });
    expect(read({ before: '2026-01-31T03:00:00+01:00' }).wanted).toEqual({ by: 'before', time });
  });

  it('looks with auto where the backups go: in the bucket, otherwise on the host', () => {
    const of = (backup: string): string => {
      writeFileSync(join(workspace, 'runbook.yml'), `backup: ${backup}\n`);
      return read({ from: 'auto' }).from;
    };
    const s3 = 's3: { bucket: b, endpoint: https://s3.example }';
    expect(of('{}')).toBe('host');
    expect(of(`{ ${s3} }`)).toBe('s3');
    expect(of(`{ ${s3}, to: [host] }`)).toBe('host');
  });

  it.each<Record<string, string>>([
    { backup: '../../etc' },
    { before: 'yesterday' },
    { backup: '20260131T020000Z', before: '2026-01-31' },
    { list: 'true', undo: 'true' },
    { path: 'artifact' },
    { from: 'file', path: '../elsewhere' },
    { from: 'ftp' },
    { 'expected-plan': ' ' },
  ])('refuses %o', (given) => expect(() => read(given)).toThrow(/RB-INPUT-INVALID/));

  it('stops what the runbook calls writers, or else what has versions', () => {
    writeFileSync(join(workspace, 'runbook.yml'), 'versioned: [api]\n');
    expect(read({}).runbook.restore.writers).toEqual(['api']);
    writeFileSync(join(workspace, 'runbook.yml'), 'versioned: [api]\nrestore: { writers: [api, cron] }\n');
    expect(read({}).runbook.restore.writers).toEqual(['api', 'cron']);
  });
});

describe('a backup', () => {
  const read = (given: Record<string, string>, file = ''): ReturnType<typeof readBackupInputs> => {
    if (file !== '') writeFileSync(join(workspace, 'runbook.yml'), file);
    return readBackupInputs((name) => ({ ...needed, ...given })[name], workspace);
  };
  const s3 = 'backup: { s3: { bucket: acme } }';

  it('goes to the host, and to the bucket where there is one', () => {
    expect(read({}).runbook.backup.to).toEqual(['host']);
    expect(read({}, s3).runbook.backup.to).toEqual(['host', 's3']);
    expect(read({ to: 's3' }, s3).runbook.backup.to).toEqual(['s3']);
  });

  it.each([
    [{ to: 'tape' }, '', 'to names tape'],
    [{ to: 's3' }, '', 'has no backup.s3'],
    [{ to: 'file' }, '', 'needs recipients'],
    [{ to: 'host,file' }, '', 'needs recipients'],
    [{ path: '../out' }, '', 'not a path within the workspace'],
    [{ drill: 'sometimes' }, '', 'drill is "sometimes"'],
    [{ 'ping-url': 'ftp://x' }, '', 'ping-url is not an http or https URL'],
    [{}, 'backup: { s3: { buckett: acme } }', 'buckett'],
    [{}, 'backup: { s3: { bucket: acme, endpoint: s3.example } }', 'endpoint'],
    [{}, 'backup: { keep: { days: -1 } }', 'days'],
    [{}, 'backup: { recipients: [AGE-SECRET-KEY-1] }', 'recipients'],
  ])('of %j and %s is refused', (given, file, problem) => {
    expect(() => read(given, file)).toThrow(problem);
  });
});
