/** Job summaries of every kind, with what makes a diagram hard to read. */
import { type BackupFacts, blocksOf } from '../../actions/backup/summary';
import { renderReport } from '../../actions/lib/github/summary';
import type { Report, TimelineEntry } from '../../actions/lib/procedure/report';

const HOSTILE = 'a|b <img src=x> `c` **d** [e](f) @all\n```\n</details> # g ~~~';

/** Milliseconds of each part of a run, with the marks within it. */
function timeline(...parts: readonly (readonly [string, number, ...(readonly [number, string])[]])[]): TimelineEntry[] {
  let at = 1_700_000_000_000;
  return parts.map(([step, length, ...marks], index) => {
    const begin = at;
    at += length;
    const status = index === parts.length - 1 && step.startsWith('!') ? 'failed' : 'done';
    return {
      ...{ step: step.replace(/^!/, ''), begin, end: at, status },
      marks: marks.map(([after, text]) => ({ at: begin + after, text })),
    };
  });
}

function report(values: Partial<Report>): string {
  return renderReport({
    ...{ title: 'Deploy v1.4.0', status: 'succeeded', host: 'deploy@203.0.113.7', stack: 'shop', release: '2-v1.4.0' },
    ...{ previousRelease: '1-v1.3.0', plan: null, planHash: 'f'.repeat(64), timeline: [], recovered: null, health: [] },
    ...{ notes: [], seconds: 61.5, error: null },
    ...values,
  } as Report);
}

const APPLY = ['Pull', 'Start backend beside', 'Health gate', 'Cut over', 'Watch', 'Commit', 'Drain', 'Stop the old'];
/** Parts of a deploy as the timeline has them: most take no time beside the one that is waited for. */
const deploy = (longest: number): TimelineEntry[] =>
  timeline(
    ['Commit of the tag', 900],
    ['Connect and observe', 480],
    ['Resolve the release', 1300],
    ['Plan', 20],
    ['Apply', longest, ...APPLY.map((text, index): [number, string] => [Math.round(longest / 9) * index, text])],
  );

const backup = (count: number, hours = 24): string => {
  const kept = Array.from({ length: count }, (_, index) => ({
    id: new Date(Date.UTC(2026, 0, 1, 2 + index * hours)).toISOString().replace(/[-:]|\.\d+/g, ''),
    bytes: 2 ** 20 * (100 + index * 37.5),
  }));
  const facts: BackupFacts = {
    made: { id: kept.at(-1)?.id ?? '', seconds: 12, parts: [] },
    places: [{ name: '/opt/backups/shop', kept, removed: [], others: [], lastVerified: kept.at(-1)?.id ?? null }],
    drill: null,
  };
  return report({ title: 'Back up', blocks: blocksOf(facts) });
};

/** A plan with how it is expected to go. @param scale seconds of the shortest part */
const planned = (scale: number): string =>
  report({
    ...{ status: 'planned', warnings: [HOSTILE, 'migrate runs, and this host knows of no verified backup.'] },
    blocks: [
      { kind: 'heading', text: 'How it goes' },
      {
        ...{ kind: 'times', lead: 'About so long.' },
        parts: [...APPLY, 'Health gate', `Start ${'service, '.repeat(12)}`, `Start ${'service, '.repeat(13)}`].map(
          (name, index) => ({ name, seconds: scale * (1 + (index % 4) * 9) }),
        ),
      },
    ],
  });

const ERROR = {
  ...{
    code: 'RB-START-CRASHED',
    what: 'backend ended with exit code 137',
    why: 'out of memory',
    remedy: 'give it more',
  },
  ...{ logOf: 'backend', log: ['first', '```', '</details>', 'last'] },
} as NonNullable<Report['error']>;

/** Name → Markdown. */
export const kinds: ReadonlyMap<string, string> = new Map([
  ['a deploy of half a minute', report({ timeline: deploy(31_000) })],
  ['a deploy of a minute', report({ timeline: deploy(61_000) })],
  ['a deploy of six minutes', report({ timeline: deploy(360_000) })],
  ['a deploy of two hours', report({ timeline: deploy(7_200_000) })],
  [
    'a deploy that fails',
    report({
      status: 'failed',
      error: ERROR,
      timeline: timeline(['Plan', 10], ['!Apply', 45_000, [44_900, 'backend ended']]),
    }),
  ],
  ['a run that is cancelled', report({ status: 'cancelled', error: ERROR, timeline: deploy(40_000) })],
  [
    'steps with long names',
    report({
      timeline: timeline(
        ['W'.repeat(60), 20_000],
        [
          'The database of a shop with a name that is far too long to be read in a chart',
          20_000,
          [19_999, 'M'.repeat(60)],
        ],
        ['日本語の長い名前のサービスを起動する', 20_000],
      ),
    }),
  ],
  [
    'marks that come at once',
    report({
      timeline: timeline(['Apply', 60_000, ...APPLY.map((text, at): [number, string] => [59_000 + at, text])]),
    }),
  ],
  ...[0.05, 0.6, 10, 600].map((scale): [string, string] => [`a plan of parts of ${scale} s`, planned(scale)]),
  ['one long step', report({ timeline: timeline(['Back up', 3_600_000]) })],
  [
    'text from elsewhere',
    report({
      ...{ title: HOSTILE, host: HOSTILE, stack: HOSTILE, verdict: HOSTILE, notes: [HOSTILE] },
      health: [{ service: HOSTILE, text: HOSTILE, ok: true }],
      timeline: timeline([HOSTILE, 40_000, [5, HOSTILE]]),
      blocks: [{ kind: 'bars', title: HOSTILE, unit: HOSTILE, values: [{ label: HOSTILE, value: 1 }] }],
    }),
  ],
  ...[2, 7, 14, 30].map((count): [string, string] => [`${count} backups`, backup(count)]),
  ['30 backups, two a day', backup(30, 12)],
]);
