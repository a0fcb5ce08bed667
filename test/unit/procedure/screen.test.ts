/** What a plan says besides its changes: how it goes, and what if it goes wrong. */
import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../../actions/lib/config/runbook';
import type { Block, Line, Span } from '../../../actions/lib/procedure/blocks';
import { screenOf } from '../../../actions/lib/procedure/screen';
import { phasesOf } from '../../../actions/lib/stack/apply/phases';
import type { Release, State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, runbook as plain, pulled, release, service } from '../stack/model-host';

const database = { service: 'db', user: 'u', database: 'app' };
const runbook: Runbook = { ...plain, backup: { ...plain.backup, databases: [database] } };
const NOW = '2026-01-10T12:00:00Z';

function releases(more: Partial<Release> = {}) {
  const parts = (tag: string, since: string) => ({
    api: service('api', tag, since),
    migrate: service('migrate', tag, since),
    proxy: service('proxy', 'v1', '1-v1'),
  });
  const from = release('1-v1', parts('v1', '1-v1'));
  return { from, to: release('2-v2', parts('v2', '2-v2'), more) };
}

interface Given {
  readonly runbook?: Runbook;
  readonly durations?: Readonly<Record<string, readonly number[]>>;
  /** IDs of verified backups on the host. */
  readonly backups?: readonly string[];
  readonly closed?: boolean;
  readonly target?: Partial<Release>;
  readonly state?: Partial<State>;
  readonly copiesFirst?: boolean;
}

function screen(given: Given = {}) {
  const { from, to } = releases(given.target);
  const manifests = (given.backups ?? []).map((id) => ({
    head: JSON.stringify({ stack: 'shop', id, verified: true, databases: [database] }),
    databases: '',
  }));
  const backups = { host: 'h', machine: 'm', noted: null, closed: given.closed ?? false, manifests };
  const running = ['api', 'proxy'].map((name) => containerOf(name, from.services[name]!, true));
  const state: State = {
    ...pulled(emptyHost, from),
    ...{ current: from, releases: [from], containers: running, freeze: { now: NOW, held: null } },
    migrations: [{ schema: from.schema!, release: from.id, compatible: true }],
    told: { durations: given.durations ?? {}, origins: {}, backups },
    ...given.state,
  };
  const asked = given.runbook ?? runbook;
  const plan = diff(state, to, { runbook: asked, migrate: true });
  const request = { plan, state, target: to, runbook: asked, delivery: { pull: ['x'] }, lacking: [] };
  const { blocks = [], warnings = [] } = screenOf({
    ...request,
    procedure: 'deploy',
    copiesFirst: given.copiesFirst ?? false,
  });
  return { blocks, warnings, text: blocks.map(textOf).join('\n') };
}

function textOf(block: Block): string {
  if (block.kind === 'heading' || block.kind === 'text') return lineText(block.text);
  if (block.kind === 'times')
    return `${lineText(block.lead)} [${block.parts.map(({ name, seconds }) => `${name} ${seconds}`).join(', ')}]`;
  return block.kind === 'list' ? block.items.map(lineText).join('\n') : '';
}

function lineText(line: Line): string {
  const spans = (Array.isArray(line) ? line : [line]) as readonly Span[];
  return spans.map((span) => (typeof span === 'string' ? span : 'code' in span ? span.code : span.strong)).join('');
}

const earlier = {
  deliver: [10, 30, 20],
  'start-beside api': [3, 3, 3],
  'one-shot migrate': [2],
  'gate started': [4],
  'watch api': [5, 5, 6],
  commit: [0.01],
  'retire api': [1],
  finish: [1],
};

describe('how a plan goes', () => {
  it('is told by what its parts took in earlier runs, the middle of them', () => {
    const { blocks, text } = screen({ durations: earlier });
    expect(text).toContain('How it goes\nAbout 36 s, by the last 3 runs that had these parts. [');
    const times = blocks.find(({ kind }) => kind === 'times');
    expect(times?.kind === 'times' && times.parts.map(({ name, seconds }) => [name, seconds])).toEqual([
      ['Pull images', 20],
      ['Run migrate', 2],
      ['Start api', 3],
      ['Health gate', 4],
      ['Watch traffic', 5],
      ['Stop the old', 1],
      ['Clear up', 1],
    ]);
  });

  it('names what no earlier run had; a service is not told by another', () => {
    const { 'one-shot migrate': _unknown, 'watch api': watch, 'start-beside api': start, ...rest } = earlier;
    const { text } = screen({ durations: { ...rest, 'watch web worker': watch, 'start-beside web': start } });
    expect(text).toContain('No earlier run had this, and it is not counted: Run migrate; Start api. [');
    expect(text).toContain('Watch traffic 5');
    expect(text).not.toContain('Start web');
  });

  it('has no chart without an earlier run, and says what is configured', () => {
    const { blocks, text } = screen();
    expect(blocks.some(({ kind }) => kind === 'times')).toBe(false);
    expect(text).toContain(
      'No earlier run on this host tells how long it takes. What is configured: new containers have 60 s, or as long as their healthchecks take, to be healthy, and 2 s to stay so; traffic is watched for at least 5 s; old connections have up to 10 s to end; migrate has up to 1 min.',
    );
  });

  it('has neighbours of one kind as one part', () => {
    const part = (title: string) => ({ title, seconds: 1 });
    expect(phasesOf(['create a', 'create b', 'gate a+b', 'create c', 'own words'].map(part))).toEqual([
      { name: 'Start a, b', seconds: 2 },
      { name: 'Health gate', seconds: 1 },
      { name: 'Start c', seconds: 1 },
      { name: 'own words', seconds: 1 },
    ]);
  });
});

describe('if a plan goes wrong', () => {
  it('it is said what turns back by itself, and which release stays', () => {
    const { text } = screen({ backups: ['20260110T020000Z'] });
    expect(text).toContain('Until the commit the host turns back by itself whatever fails, also without the runner.');
    expect(text).toContain('Traffic is then watched for at least 5 s: more than 5 % of answers with 5xx beyond');
    expect(text).toContain('What migrate does is not undone; 1-v1 can use the new schema');
    expect(text).toContain('Afterwards the action rollback leads back: 1-v1 stays on the host.');
  });

  it('a breaking schema has no way back but a backup', () => {
    const { text } = screen({ target: { schemaCompatible: false } });
    expect(text).toContain('1-v1 cannot use the new schema');
    expect(text).toContain('a rollback to it is refused: it cannot use the schema.');
    expect(text).not.toContain('leads back:');
  });

  it.each<[string, Given, string, boolean]>([
    ['is young', { backups: ['20260110T020000Z'] }, '20260110T020000Z, is 10 h old.', false],
    ['is too old', { backups: ['20260108T020000Z'] }, '20260108T020000Z, is 2 days old.', true],
    ['is missing', {}, 'No verified backup of this stack lies in /opt/backups/shop.', true],
    ['cannot be read', { closed: true }, '/opt/backups/shop cannot be read with this login.', true],
    [
      'has another database',
      {
        backups: ['20260110T020000Z'],
        runbook: {
          ...runbook,
          migration: { ...runbook.migration, databases: [{ ...database, database: 'other' }] },
        },
      },
      'is 10 h old; it does not have db/other.',
      true,
    ],
    [
      'goes to a bucket alone',
      { runbook: { ...runbook, backup: { ...runbook.backup, to: ['s3'] } } },
      'Backups go to a bucket and not to this host: it does not know how old the last one is.',
      true,
    ],
    [
      'has not come any more',
      { backups: ['20260106T020000Z', '20260106T080000Z', '20260106T140000Z', '20260109T140000Z'] },
      'is 22 h old, and one used to come every 6 h.',
      false,
    ],
  ])('a migration is warned of where the last backup %s', (_what, given, text, isWarned) => {
    const { warnings, ...shown } = screen(given);
    expect(shown.text).toContain(text);
    expect(warnings).toHaveLength(isWarned ? 1 : 0);
    if (isWarned) expect(warnings[0]).toContain(`migrate runs, and this host knows of no verified backup younger`);
    expect(warnings.join()).toContain(isWarned ? text : '');
  });

  it('nobody is warned by a plan that does not migrate, or that makes a backup first', () => {
    const { to } = releases();
    const migrated = [{ schema: to.schema!, release: '1-v1', compatible: true }];
    expect(screen({ state: { migrations: migrated } }).warnings).toEqual([]);
    const first = screen({ copiesFirst: true });
    expect(first.warnings).toEqual([]);
    expect(first.text).not.toContain('backup of this stack');
  });

  it('a first release has nothing to go back to, and no data', () => {
    const { text, warnings } = screen({ state: { current: null, releases: [], containers: [], migrations: [] } });
    expect(text).toContain('This is the first release: there is no other to go back to.');
    expect(text).not.toContain('backup');
    expect(warnings).toEqual([]);
  });

  it('nothing is said of a plan with nothing to do', () => {
    const { from } = releases();
    const state: State = { ...pulled(emptyHost, from), current: from, releases: [from] };
    const plan = { ...diff(state, from, { runbook, migrate: true }), changes: [] };
    const request = { plan, state, target: from, runbook, delivery: null, lacking: [] };
    expect(screenOf({ ...request, procedure: 'deploy', copiesFirst: false })).toEqual({});
  });
});
