/** The session of a run with a host: a real sshd on loopback, and a folder of this machine. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { StackSession } from '../../../actions/lib/procedure/stack-session';
import { type Sshd, startSshd } from '../host/sshd';

let sshd: Sshd;
let folder: string;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-session-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param onTaken called when the run has the lease */
function open(onTaken: () => void, signal?: AbortSignal): Promise<StackSession> {
  return StackSession.open({
    target: sshd,
    runbook: parseRunbook(`stack: acme\ndirectory: ${folder}\n`, 'runbook.yml'),
    paths: [],
    run: 'https://github.com/acme/stack/actions/runs/1',
    procedure: 'deploy',
    signal,
    lease: {
      timeout: 5,
      preempt: false,
      say: () => {},
      hasEnded: async () => false,
      onTaken,
    },
  });
}

function lease(): string {
  return readFileSync(join(folder, '.runbook/lease'), 'utf8');
}

it('a run gives its lease back where the records of the host cannot be read', async () => {
  mkdirSync(join(folder, '.runbook/releases/1-v1'), { recursive: true });
  writeFileSync(join(folder, '.runbook/current'), '1-v1\n');
  writeFileSync(join(folder, '.runbook/releases/1-v1/release.json'), '{"format":');
  const taken = vi.fn();
  await expect(open(taken)).rejects.toMatchObject({ code: expect.stringMatching(/^RB-/) });
  expect(taken).toHaveBeenCalledOnce();
  expect(lease()).toContain('state=free');
});

it('a run that is cancelled while it observes gives its lease back', async () => {
  const controller = new AbortController();
  const opening = open(() => controller.abort(), controller.signal);
  await expect(opening).rejects.toMatchObject({ code: 'RB-CANCELLED' });
  expect(lease()).toContain('state=free');
});
