/** The short form of the fault matrix: one fault of each nature under load, and runs that meet on one stack. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultLab } from './lab';
import type { Fault, Point, ProcedureName, Timed } from './matrix';
import { pauseRunner, startPairs } from './overlap';

describe.skipIf(process.env.RUNBOOK_FAULTS)('faults', () => {
  let lab: FaultLab;
  const references = new Map<ProcedureName, Timed[]>();

  beforeAll(async () => {
    lab = await FaultLab.open();
  });
  afterAll(() => lab?.close());

  async function survives(
    kind: Fault['kind'],
    word: string,
    when: 'begin' | 'middle' | 'end',
    procedure: ProcedureName = 'deploy',
  ): Promise<void> {
    if (!references.has(procedure)) references.set(procedure, await lab.reference(procedure));
    const found = references.get(procedure)?.find(({ operation }) => operation.split(' ')[0] === word);
    if (found === undefined) throw new Error(`a ${procedure} has no ${word}`);
    const { operation, duration } = found;
    const point: Point =
      when === 'middle' ? { operation, event: 'begin', delay: duration / 2 } : { operation, event: when, delay: 0 };
    const row = await lab.try({ kind, procedure, point }, true);
    expect(row.findings).toEqual([]);
    expect(row.happened, 'the run came to that point').toBe(true);
    if (row.takeover !== null) expect(row.takeover).toBeLessThan(60);
  }

  it('the script is killed while nginx is replaced behind its stand-in', { tags: ['exhaustive'] }, () =>
    survives('step-kill', 'replace-behind', 'middle', 'stand-in'),
  );
  it('the host is restarted as nginx is replaced behind its stand-in', { tags: ['exhaustive'] }, () =>
    survives('reboot', 'replace-behind', 'begin', 'stand-in'),
  );
  it('the script is killed while the backend gets more containers', { tags: ['exhaustive'], timeout: 600_000 }, () =>
    survives('step-kill', 'cut', 'begin', 'scale-up'),
  );
  it(
    'the runner is killed as callers are sent away from containers that go',
    { tags: ['exhaustive'], timeout: 600_000 },
    () => survives('runner-kill', 'cut', 'begin', 'scale-down'),
  );
  // So it is while it watches, see the interrupted runs.
  it('the runner is killed during the cut', { tags: ['exhaustive'] }, () => survives('runner-kill', 'cut', 'middle'));
  it('the connection is cut during the watch', { tags: ['exhaustive'] }, () =>
    survives('connection-cut', 'watch', 'middle'),
  );
  // Full disks of other moments: see the broken releases and the limits of hosts.
  it('the disk is full from the cut on', { tags: ['exhaustive'] }, () => survives('disk-full', 'cut', 'begin'));
  it('Docker is stopped after the commit', { tags: ['exhaustive'] }, () => survives('docker-stop', 'commit', 'end'));

  it('a paused runner changes nothing after another one took over', { tags: ['exhaustive'] }, () => pauseRunner(lab));
  // Two that start at once, and change nothing at the same time: see the interrupted runs.
  it(
    'pairs that start at once never change anything at the same time',
    { tags: ['exhaustive'], timeout: 600_000 },
    () => startPairs(lab, 2),
  );
});
