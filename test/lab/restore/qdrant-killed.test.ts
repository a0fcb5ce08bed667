/** A restore of Qdrant that is killed at every point: the next run, of whatever else, finds one whole state or makes it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Stage, succeeded } from '../../e2e/stage';
import type { LabQdrant } from '../qdrant-host';
import { LIVE, QdrantStage, RESTORED } from './qdrant-stage';

let at: QdrantStage;
let stage: Stage;
let qdrant: LabQdrant;

beforeAll(async () => {
  at = await QdrantStage.open();
  ({ stage, qdrant } = at);
});
afterAll(() => stage?.close());
beforeEach(() => at.begin());

describe('the action is killed', () => {
  /** The next run, of something else, finds one whole state, and the databases with it. */
  async function settled(): Promise<'live' | 'backed up'> {
    await stage.host.root(
      'flock -w 60 /srv/stack/.runbook/lock true && echo 0 >/srv/stack/.runbook/heartbeat; i=0; until [ ! -e /srv/stack/.runbook/restore.pending ]; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done',
    );
    const serves = await at.note();
    const next = await stage.restore({ databases: '*' });
    succeeded(next);
    const state = await qdrant.state();
    expect(state).toEqual(serves === 'live' ? LIVE : RESTORED);
    return serves === 'live' ? 'live' : 'backed up';
  }

  it.each([
    ['docs: saved as', 'live'],
    ['my users: saved as', 'live'],
    ['docs: on its way', 'live'],
    ['my users: on its way', 'live'],
    ['Points in Qdrant', null],
    ['stopping the writers', null],
    ['names swapped', null],
    ['committed', 'backed up'],
  ])('at "%s"', async (said, expected) => {
    await stage.restore({}, (line, kill) => {
      if (line.includes(said)) kill();
    });
    const serves = await settled();
    if (expected !== null) expect(serves).toBe(expected);
    const snapshots = await qdrant.snapshots();
    expect(snapshots.filter((name) => name.includes('runbook-'))).toEqual([]);
    if (serves === 'live') expect(snapshots).toEqual([]);
    else succeeded(await stage.restore({ undo: 'true', qdrant: '*' }));
    expect(await qdrant.state()).toEqual(LIVE);
    expect(await at.left()).toBe('');
  });

  it('in an undo', async () => {
    succeeded(await stage.restore());
    await stage.restore({ undo: 'true' }, (line, kill) => {
      if (line.includes('Bring Qdrant back')) kill();
    });
    expect(await settled()).toBe('backed up');
    succeeded(await stage.restore({ undo: 'true', qdrant: '*' }));
    expect(await qdrant.state()).toEqual(LIVE);
  });
});
