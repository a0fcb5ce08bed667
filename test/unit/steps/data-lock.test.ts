import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayProgress } from '../../../actions/lib/restore/load';

const steps = join(__dirname, '../../../actions/lib/steps');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook-lock-'));
  mkdirSync(join(root, 'backup/steps/3-dump'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const uptime = (): number => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

function lease(folder: string, more: { token?: number; state?: string; beat?: number } = {}): void {
  const { token = 7, state = 'held', beat = 0 } = more;
  const lines = [`token=${token}`, `state=${state}`, `owner=https://run/${token}`, `boot=${boot}`];
  writeFileSync(join(root, folder, 'lease'), `${lines.join('\n')}\nsince=${uptime() - 20}\n`);
  writeFileSync(join(root, folder, 'heartbeat'), `${uptime() - beat}\n`);
}

/** What a step of that run says and does. */
function step(script: string, at = root, token = 7): { code: number | null; said: string } {
  const pieces = [
    `RB_ROOT=${at} RB_TOKEN=${token} RB_DATA_LOCK=${root}/data.lock`,
    'say() { echo "$*"; }',
    'uptime_seconds() { read -r up _ </proc/uptime; echo "${up%.*}"; }',
    `. ${steps}/process.sh; . ${steps}/data-lock.sh`,
  ].join('\n');
  const { status, stdout } = spawnSync('sh', ['-c', `${pieces}\n${script}`], { encoding: 'utf8', timeout: 60_000 });
  return { code: status, said: stdout };
}

describe('between the load of a restore and its commit', () => {
  beforeEach(() => {
    lease('.');
    expect(step('data_lock claim 5').code).toBe(0);
  });
  const backup = () => step('data_lock shared 2', `${root}/backup`, 3);

  it('no backup begins, and it says for whom it waits and since when', () => {
    const { code, said } = backup();
    expect(code).toBe(1);
    expect(said).toMatch(
      /^waiting for the end of a restore or a migration \(https:\/\/run\/7, for 2\d s, since \d\d:\d\d:\d\d UTC\)\n$/,
    );
  });

  it.each([
    ['the restore has given its lease back', { state: 'free' }],
    ['another run has the lease', { token: 8 }],
    ['the restore gives no sign of life', { beat: 60 }],
  ])('one begins where %s', (_name, more) => {
    lease('.', more);
    expect(backup()).toEqual({ code: 0, said: '' });
  });
});

describe('a restore', () => {
  const holding = (trap: string): string => `
mkdir -p "$RB_ROOT/backup/steps/3-dump"; cd "$RB_ROOT/backup/steps/3-dump"; : >script
setsid sh -c '${trap} exec 6>>${root}/data.lock; flock -s 6; : >held; while :; do sleep 0.1; done' &
step_process $!; printf '%s\\n' "$found" >process; until [ -e held ]; do sleep 0.1; done
`;

  it('ends the dump of a backup that has the data, and tells it why', () => {
    lease('.');
    lease('backup', { token: 3 });
    const { code, said } = step(`${holding('')} data_lock claim 20`);
    expect(code).toBe(0);
    expect(said).toContain('waiting for the end of a backup (https://run/3, for ');
    expect(readFileSync(join(root, 'backup/steps/3-dump/end'), 'utf8')).toBe('restore https://run/7\n');
  });

  it('ends by force a dump that does not end when it is told to', () => {
    lease('.');
    const clock = 'uptime_seconds() { n=$(cat n 2>/dev/null || echo 0); echo $((n + 10)) | tee n; }';
    const { code } = step(`${holding('trap "" TERM;')} ${clock}\n data_lock claim 9999`);
    expect(code).toBe(0);
  });

  it('leaves alone what is no dump, and waits for it', () => {
    lease('.');
    expect(step('exec 5>>"$RB_DATA_LOCK"; flock -s 5; data_lock claim 2').code).toBe(1);
    expect(existsSync(join(root, 'backup/steps/3-dump/end'))).toBe(false);
  });
});

it('a load reports its progress and the time that is left', () => {
  const at = (bytes: number, of: number) => sayProgress({ bytes, of }, 120, 'indexes and constraints follow');
  expect(at(40, 100)).toBe('40 % of the archive is read after 120 s; the rest takes about 180 s');
  expect(at(100, 100)).toBe('the archive is read to its end after 120 s; indexes and constraints follow');
  expect(at(Number.NaN, 0)).toBe('still filling after 120 s');
});
