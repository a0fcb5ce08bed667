import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Block } from '../../../actions/lib/procedure/blocks';
import type { Report } from '../../../actions/lib/procedure/report';
import { mermaidBlocks, parseMermaid } from '../../mermaid';
import { renderReport } from '../../summaries/keep';

afterEach(() => {
  vi.unstubAllEnvs();
});

const hostile = 'a|b <img src=x> `c` **d** [e](f) @all\n```\n</details> # g ~~~';

function report(values: Partial<Report> = {}): Report {
  return {
    title: hostile,
    status: 'failed',
    host: hostile,
    stack: hostile,
    release: hostile,
    previousRelease: null,
    plan: null,
    planHash: null,
    timeline: [{ step: hostile, begin: 0, end: 40_000, status: 'done', marks: [{ at: 5, text: hostile }] }],
    verdict: hostile,
    recovered: null,
    health: [{ service: hostile, text: hostile, ok: true }],
    notes: [hostile],
    seconds: 1,
    error: null,
    ...values,
  };
}

test('text from elsewhere means nothing in Markdown, HTML or a table', async () => {
  const side = { image: `r.example/${hostile}`, digest: null, replicas: 2 };
  const markdown = renderReport(
    report({
      plan: {
        format: 1,
        stack: hostile,
        shared: [],
        from: null,
        to: hostile,
        content: '',
        files: { [hostile]: 'add' },
        unchanged: [],
        drift: [{ service: hostile, what: hostile }],
        notes: [],
        changes: [
          {
            service: hostile,
            kind: 'recreate',
            reasons: [hostile],
            from: side,
            to: side,
            keep: [],
            unnamed: [],
            tied: [],
            start: 1,
            retire: [],
            downtime: { code: null, seconds: 1, why: hostile, last: null },
          },
        ],
      },
    }),
  );
  const blocks = mermaidBlocks(markdown);
  expect(blocks).toHaveLength(1);
  await parseMermaid(blocks[0] ?? '');
  const rest = markdown.replace(/```mermaid[\s\S]*?```\n\n<\/details>/, '');
  expect(rest).not.toMatch(/<img|<\/details>|`|\[e\]|@all|~~~|\*\*d/);
  for (const row of rest.split('\n').filter((line) => line.startsWith('|'))) expect(row.split('|')).toHaveLength(8);
});

test('the blocks of a procedure are shown, and text in them means nothing either', async () => {
  const blocks: Block[] = [
    { kind: 'heading', text: ['Backup ', { code: hostile }] },
    { kind: 'text', text: [hostile, { strong: hostile }] },
    { kind: 'list', lead: hostile, items: [hostile, [{ code: hostile }, ' stays']] },
    { kind: 'table', head: ['what', hostile], rows: [[hostile, { code: hostile }]] },
    { kind: 'bars', title: `"${hostile}"`, unit: '"MiB"', values: [{ label: `"${hostile}"`, value: 1.005 }] },
  ];
  const markdown = renderReport(report({ timeline: [], health: [], notes: [], blocks }));
  const charts = mermaidBlocks(markdown);
  expect(charts).toHaveLength(1);
  await parseMermaid(charts[0] ?? '');
  const rest = markdown.replace(/```+mermaid[\s\S]*?\n```+$/m, '');
  expect(rest).not.toMatch(/<img|<\/details>|`|\[e\]|@all|~~~|\*\*d/);
  const rows = rest.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.map((row) => row.split('|').length)).toEqual([4, 4, 4]);
  expect(rest).toMatch(/^### Backup <code>.*<\/code>$/m);
  expect(rest).toMatch(/^- <code>.*<\/code> stays$/m);
});

test('an error leads to the page that explains its code, where the runner tells whence the action came', () => {
  const error = { code: 'RB-PORT-TAKEN', what: 'w', remedy: 'r', log: [] };
  expect(renderReport(report({ error }))).toContain('> **RB-PORT-TAKEN**: w');
  vi.stubEnv('GITHUB_SERVER_URL', 'https://github.com');
  vi.stubEnv('GITHUB_ACTION_REPOSITORY', 'acme/actions');
  vi.stubEnv('GITHUB_ACTION_REF', 'v1');
  expect(renderReport(report({ error }))).toContain(
    '> **[RB-PORT-TAKEN](https://github.com/acme/actions/blob/v1/actions/ERRORS.md#rb-port-taken)**: w',
  );
});

test('a log stays inside its fence, whatever ticks it holds', () => {
  const log = ['````', '```', '</details>', ...Array<string>(60).fill('x'.repeat(9000)), '`````'];
  const markdown = renderReport(report({ timeline: [], error: { code: 'C', what: 'w', remedy: 'r', log } }));
  expect(markdown).toMatch(/\n`{6}text\n[\s\S]*\n`{5}\n`{6}\n/);
  expect(markdown.length).toBeLessThan(60_000);
});

test('what is too long for GitHub is left out whole, and that is said', () => {
  const markdown = renderReport(report({ notes: ['short', 'ü'.repeat(600_000), 'last'] }));
  expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
  expect(markdown).toContain('- last');
  expect(markdown).toContain('too long for a job summary');
});

test('the first line answers whether users were affected; a short run has its times in a line, a dry run has none', () => {
  const timeline = [
    { step: 'Plan', begin: 0, end: 10, status: 'done' as const, marks: [] },
    { step: 'Apply', begin: 10, end: 4210, status: 'done' as const, marks: [] },
  ];
  const own = {
    title: 't',
    host: 'h',
    stack: 's',
    release: 'r',
    health: [],
    notes: [],
    timeline,
    verdict: 'v1 is live.',
  };
  const done = renderReport(report({ ...own, status: 'succeeded' }));
  expect(done.split('\n\n').slice(0, 2)).toEqual(['## ✅ t', '**v1 is live.**']);
  expect(done).toContain('Time: Apply 4.2 s');
  expect(done).not.toMatch(/mermaid|Plan 0/);
  const planned = renderReport(report({ ...own, status: 'planned', planHash: 'f'.repeat(64) }));
  expect(planned).toContain('f'.repeat(64));
  expect(planned).not.toContain('Time:');
});

test('a service that is stopped and stays in the release is not called removed, and neither is without downtime', () => {
  const side = { image: 'r.example/api:v1', digest: null, replicas: 1 };
  const rest = { keep: [], unnamed: [], tied: [], start: 0, retire: ['id'], downtime: null, reasons: ['stop'] };
  const change = (service: string, to: typeof side | null) => ({
    service,
    kind: 'remove' as const,
    from: side,
    to,
    ...rest,
  });
  const plan = {
    ...{ format: 1 as const, stack: 's', shared: [], from: '1', to: '2', content: '', files: {}, unchanged: [] },
    ...{ drift: [], notes: [], changes: [change('api', { ...side, replicas: 0 }), change('old', null)] },
  };
  const rows = renderReport(report({ plan }))
    .split('\n')
    .filter((line) => /^\| <code>(api|old)/.test(line));
  expect(rows.map((row) => row.split('|').map((cell) => cell.trim())).map((cells) => [cells[2], cells[5]])).toEqual([
    ['stopped', '–'],
    ['removed', '–'],
  ]);
});

test('links lead to the commit, the run and, where the release changed and that workflow is there, the way back', () => {
  const moved = { status: 'succeeded', release: '2-v2', previousRelease: '1-v1' } as const;
  expect(renderReport(report(moved))).not.toContain('https://');
  const workspace = mkdtempSync(join(tmpdir(), 'runbook-links-'));
  vi.stubEnv('GITHUB_SERVER_URL', 'https://github.com');
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
  vi.stubEnv('GITHUB_RUN_ID', '7');
  vi.stubEnv('GITHUB_RUN_ATTEMPT', '2');
  vi.stubEnv('GITHUB_SHA', 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00');
  vi.stubEnv('GITHUB_WORKSPACE', workspace);
  const home = 'https://github.com/acme/stack';
  const ways = `[commit c0ffee0](${home}/commit/c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00) · [this run](${home}/actions/runs/7/attempts/2)`;
  const back = ` · [roll back](${home}/actions/workflows/rollback.yml)`;
  expect(renderReport(report(moved))).toContain(`\n\n${ways}\n\n`);
  mkdirSync(join(workspace, '.github/workflows'), { recursive: true });
  writeFileSync(join(workspace, '.github/workflows/rollback.yml'), '');
  expect(renderReport(report(moved))).toContain(`\n\n${ways}${back}\n\n`);
  for (const status of ['planned', 'failed', 'unchanged'] as const)
    expect(renderReport(report({ ...moved, status }))).not.toContain(back);
  expect(renderReport(report({ ...moved, previousRelease: null }))).not.toContain(back);
  rmSync(workspace, { recursive: true });
});

test('a plan has its warnings in a box below its first line, then what comes with it, how it goes, and what if it fails', async () => {
  vi.stubEnv('GITHUB_SERVER_URL', 'https://github.com');
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/stack');
  const run = 'https://github.com/acme/stack/actions/runs/1/attempts/1';
  const commits = {
    ...{
      images: [],
      back: false,
      from: { version: 'v1', origin: null, run },
      to: { version: 'v2', origin: null, run },
    },
  };
  const blocks: Block[] = [
    { kind: 'heading', text: 'How it goes' },
    {
      kind: 'times',
      lead: hostile,
      parts: [
        { name: hostile, seconds: 2 },
        { name: 'Watch', seconds: 5 },
      ],
    },
    { kind: 'heading', text: 'If it goes wrong' },
    { kind: 'list', items: ['a'] },
  ];
  const own = { title: 't', host: 'h', stack: 's', release: '2-v2', health: [], notes: [], timeline: [] };
  const planned = report({ ...own, status: 'planned', verdict: 'v.', warnings: ['First.', hostile], commits, blocks });
  const markdown = renderReport(planned);
  expect(markdown).toMatch(/^## .*\n\n\*\*v\.\*\*\n\n> \[!WARNING\]\n> First\.\n>\n> a&#124;b .*\n\n<code>s<\/code>/);
  const headings = markdown.match(/^### .*/gm);
  expect(headings).toEqual(['### What comes with it', '### How it goes', '### If it goes wrong']);
  expect(markdown).toContain('](https://github.com/acme/stack/compare/v1...v2)');
  const charts = mermaidBlocks(markdown);
  expect(charts).toHaveLength(1);
  await parseMermaid(charts[0] ?? '');
  expect(markdown.replace(/```mermaid[\s\S]*?```/, '')).not.toMatch(/<img|`|\[e\]|@all|~~~|\*\*d/);
  expect(renderReport({ ...planned, status: 'failed' })).not.toContain('compare/');
  expect(renderReport({ ...planned, commits: { ...commits, back: true } })).toContain(
    '### What goes with it\n\n- [acme/stack v2…v1](https://github.com/acme/stack/compare/v2...v1)',
  );
});
