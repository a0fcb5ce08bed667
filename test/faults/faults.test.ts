/** The short form of the fault matrix: one fault of each nature under load. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultLab } from './lab';
import type { Fault, Point, Timed } from './matrix';

describe.skipIf(process.env.RUNBOOK_FAULTS)('faults', () => {
  let lab: FaultLab;
  let operations: Timed[];

  beforeAll(async () => {
    lab = await FaultLab.open();
    operations = await lab.reference('deploy');
  });
  afterAll(() => lab?.close());

  async function survives(kind: Fault['kind'], word: string, when: 'begin' | 'middle' | 'end'): Promise<void> {
    const found = operations.find(({ operation }) => operation.split(' ')[0] === word);
    if (found === undefined) throw new Error(`a deploy has no ${word}`);
    const { operation, duration } = found;
    const point: Point =
      when === 'middle' ? { operation, event: 'begin', delay: duration / 2 } : { operation, event: when, delay: 0 };
    const row = await lab.try({ kind, procedure: 'deploy', point }, true);
    expect(row.findings).toEqual([]);
    expect(row.happened, 'the run came to that point').toBe(true);
    if (row.takeover !== null) expect(row.takeover).toBeLessThan(60);
  }

  it('the runner is killed during the cut', () => survives('runner-kill', 'cut', 'middle'));
  it('the connection is cut during the watch', () => survives('connection-cut', 'watch', 'middle'));
  it('the disk is full from the cut on', () => survives('disk-full', 'cut', 'begin'));
  it('Docker is stopped after the commit', () => survives('docker-stop', 'commit', 'end'));
});
