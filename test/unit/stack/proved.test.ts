/** How a healthcheck runs again once its names lead only to its own container: a double of `docker` has the container. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const rounds = readFileSync(`${import.meta.dirname}/../../../actions/lib/stack/apply/rounds.sh`, 'utf8');
const SECOND = 1_000_000_000;

interface Check {
  /** In nanoseconds, as Docker has it. */
  readonly timeout?: number;
  readonly test: readonly string[];
  readonly shell?: readonly string[];
}

/** What `docker inspect` prints by the format that the script gives. */
function inspected({ timeout, test, shell }: Check): string {
  const [kind = '', ...words] = test;
  const before = kind === 'CMD-SHELL' ? (shell ?? ['/bin/sh', '-c']) : [];
  return [String(timeout ?? 'null'), kind, ...before, ...words].map((word) => `${word}\x1f`).join('');
}

/** @param status with which the check ends */
function proved(check: Check, status = 0): { proved: boolean; ran: string } {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-proved-'));
  try {
    const program = `
RB_STEP=$1
mkdir "$RB_STEP/redirect" && echo narrow >"$RB_STEP/redirect/phase-api"
${rounds}
docker() { printf %s "$INSPECTED"; }
timeout() { printf '<%s>' "$@" >"$RB_STEP/ran"; return ${status}; }
: >"$RB_STEP/ran"
is_proved api one && echo yes || echo no
`;
    const said = execFileSync('sh', ['-c', program, 'sh', folder], {
      env: { ...process.env, INSPECTED: inspected(check) },
      encoding: 'utf8',
    });
    return { proved: said.trim() === 'yes', ran: readFileSync(join(folder, 'ran'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each<[string, Check, string]>([
  ['without a shell', { test: ['CMD', 'pg_isready', '-U', 'a b'] }, '<30><docker><exec><one><pg_isready><-U><a b>'],
  ["in Docker's shell", { test: ['CMD-SHELL', 'ping *'] }, '<30><docker><exec><one></bin/sh><-c><ping *>'],
  [
    'in the shell of its image',
    { test: ['CMD-SHELL', '[[ -e /ready ]]'], shell: ['/bin/bash', '-o', 'pipefail', '-c'] },
    '<30><docker><exec><one></bin/bash><-o><pipefail><-c><[[ -e /ready ]]>',
  ],
  ['for as long as its timeout', { timeout: 25 * SECOND, test: ['CMD', 'true'] }, '<25><docker><exec><one><true>'],
  ['for ten seconds at least', { timeout: SECOND / 2, test: ['CMD', 'true'] }, '<10><docker><exec><one><true>'],
  ['for a minute at most', { timeout: 3600 * SECOND, test: ['CMD', 'true'] }, '<60><docker><exec><one><true>'],
])('a healthcheck runs again %s', (_, check, ran) => {
  expect(proved(check)).toEqual({ proved: true, ran });
});

it('a container without a healthcheck of its own has nothing to prove', () => {
  expect(proved({ test: ['NONE'] })).toEqual({ proved: true, ran: '' });
});

it.each([
  [1, false],
  [124, false],
  [126, true],
])('a healthcheck that ends with status %i proves it: %s', (status, good) => {
  expect(proved({ test: ['CMD', 'check'] }, status).proved).toBe(good);
});
