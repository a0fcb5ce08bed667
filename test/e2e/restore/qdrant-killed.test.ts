/** A restore of Qdrant that is killed at every point: the next run, of whatever else, finds one whole state or makes it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabQdrant } from '../../lab/qdrant-host';
import { annotation, type Stage, succeeded } from '../stage';
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
  async function settled(): Promise<{ readonly serves: string; readonly summary: string }> {
    await stage.host.root(
      'flock -w 60 /srv/stack/.runbook/lock true && echo 0 >/srv/stack/.runbook/heartbeat; i=0; until [ ! -e /srv/stack/.runbook/restore.pending ]; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done',
    );
    const serves = await at.note();
    let next = await stage.restore({ databases: '*' });
    let told = '';
    if (next.code !== 0) {
      // Somebody may have written to Qdrant since: a person says that this may go.
      expect(annotation(next)).toMatch(/^RB-RESTORE-UNSETTLED: .*Qdrant \(qdrant\)/);
      const back = await stage.restore({ interrupted: 'back' });
      succeeded(back);
      told = back.summary;
      next = await stage.restore({ databases: '*' });
    }
    succeeded(next);
    const state = await qdrant.state();
    expect(state).toEqual(serves === 'live' ? LIVE : RESTORED);
    return { serves, summary: told + next.summary };
  }

  it.each([
    ['names swapped', null, 'an interrupted restore'],
    ['docs: saved as', 'live', 'left by an interrupted restore, were removed'],
    ['my users: on its way', 'live', 'went back to what it was'],
    // What comes next may have begun by the time that the signal arrives.
    ['my users: saved as', 'live', 'an interrupted restore'],
    ['docs: on its way', 'live', 'went back to what it was'],
    ['Points in Qdrant', null, 'an interrupted restore'],
    ['stopping the writers', null, 'an interrupted restore'],
    ['committed', 'backed up', ''],
  ])('at "%s"', { tags: ['exhaustive'] }, killed);

  async function killed(said: string, expected: string | null, sentence: string): Promise<void> {
    await stage.restore({}, (line, kill) => {
      if (line.includes(said)) kill();
    });
    const { serves, summary } = await settled();
    if (expected !== null) expect(serves).toBe(expected);
    expect(summary.toLowerCase()).toContain(sentence);
    const snapshots = await qdrant.snapshots();
    expect(snapshots.filter((name) => name.includes('runbook-'))).toEqual([]);
    // A snapshot that the server was at when the action died may be somebody else's: a person is told of it.
    const untold = snapshots.filter((path) => !summary.includes(path.split('/').pop() ?? ''));
    if (serves === 'live') expect(untold).toEqual([]);
    else succeeded(await stage.restore({ undo: 'true', qdrant: '*' }));
    expect(await qdrant.state()).toEqual(LIVE);
    expect(await at.left()).toBe('');
  }

  it('while the server makes a snapshot, which the next run names', { tags: ['exhaustive'] }, async () => {
    await qdrant.break('late', 'my users');
    await stage.restore({}, async (line, kill) => {
      if (!line.includes('docs: saved as')) return;
      await stage.host.root('until docker exec acme-qdrant-1 test -e /tmp/at-work; do sleep 0.1; done');
      kill();
    });
    await qdrant.mend('late');
    await expect.poll(() => qdrant.snapshots()).toContainEqual(expect.stringContaining('my%20users/'));
    const { serves, summary } = await settled();
    expect(serves).toBe('live');
    const [left = '', ...others] = await qdrant.snapshots();
    expect(others).toEqual([]);
    expect(summary).toContain(`DELETE /collections/${left.replace('/', '/snapshots/').replaceAll(' ', '%20')}`);
    expect(await at.left()).toBe('');
  });

  it('in an undo', { tags: ['exhaustive'] }, async () => {
    succeeded(await stage.restore());
    await stage.restore({ undo: 'true' }, (line, kill) => {
      if (line.includes('Bring Qdrant back')) kill();
    });
    expect((await settled()).serves).toBe('backed up');
    succeeded(await stage.restore({ undo: 'true', qdrant: '*' }));
    expect(await qdrant.state()).toEqual(LIVE);
  });
});
