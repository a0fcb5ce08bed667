/** A procedure that is added as the map of the actions says: its own folder, one line in the list, no other edit. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ActionResult, type RunActionOptions, runAction } from '../run-action';
import { expectNoCanary, keyLines } from './canary';
import { when } from './moments';
import { annotation, Stage, succeeded } from './stage';
import { connection } from './workspace';

let stage: Stage;
let root: string;

beforeAll(async () => {
  root = scratchCopy();
  mkdirSync(join(root, 'actions/clock'));
  for (const [name, text] of Object.entries(CLOCK)) writeFileSync(join(root, 'actions/clock', name), text);
  const main = join(root, 'actions/main.ts');
  const line = "  clock: async (act: Act) => act((await import('./clock/clock')).clock),\n};";
  writeFileSync(main, readFileSync(main, 'utf8').replace('\n};', `\n${line}`));
  bundle();
  stage = await Stage.open();
});
afterAll(async () => {
  await stage?.close();
  rmSync(root, { recursive: true });
});

function scratchCopy(): string {
  const here = join(import.meta.dirname, '../..');
  const copy = mkdtempSync(join(tmpdir(), 'runbook-actions-'));
  cpSync(join(here, 'actions'), join(copy, 'actions'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json']) cpSync(join(here, name), join(copy, name));
  symlinkSync(join(here, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** As `npm run build` does, in a tenth of the time. */
function bundle(): void {
  buildSync({
    entryPoints: [join(root, 'actions/main.ts')],
    outfile: join(root, 'dist/index.js'),
    ...{ bundle: true, platform: 'node', target: 'node24', format: 'cjs', external: ['cpu-features', '*.node'] },
  });
  for (const path of readdirSync(join(root, 'actions'), { recursive: true, encoding: 'utf8' }))
    if (/\.(sh|awk)$/.test(path)) cpSync(join(root, 'actions', path), join(root, 'dist', basename(path)));
}

const run = (
  inputs: Readonly<Record<string, string>> = {},
  onLine?: (line: string, kill: () => void) => void,
  options: RunActionOptions = {},
): Promise<ActionResult> =>
  runAction('clock', { ...connection(stage.host), ...inputs }, stage.workspace, onLine, { root, ...options });

const lease = (): Promise<string> => stage.host.root('grep ^state= /srv/stack/.runbook/lease');

it('does its work, and reports like the others', async () => {
  const result = await run();
  succeeded(result);
  expect(Number(result.outputs.time)).toBeGreaterThan(1_700_000_000);
  expect(result.outputs.duration).toMatch(/^\d+\.\d$/);
  expect(result.summary).toContain('## ✅ Read the clock');
  expect(result.summary).toContain('The clock was read.');
  expect(await lease()).toBe('state=free\n');
  expectNoCanary(keyLines(stage.host.privateKey), result.shown);
});

it('refuses its inputs, changes nothing in a dry run, and lists', { tags: ['exhaustive'] }, async () => {
  const wrong = await run({ 'ssh-host': '', wait: 'soon' });
  expect(annotation(wrong)).toMatch(
    /^RB-INPUT-INVALID: [\s\S]*ssh-host is missing[\s\S]*wait: "soon" is not a duration/,
  );
  const steps = (): Promise<string> => stage.host.root('ls /srv/stack/.runbook/steps');
  const before = await steps();
  const planned = await run({ 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.summary).toContain('(dry run)');
  const listed = await run({ list: 'true' });
  succeeded(listed);
  expect(listed.summary).toContain('| clock |');
  expect(listed.outputs.clocks).toBe('["the host"]');
  expect(await steps()).toBe(before);
});

it('stops when it is cancelled, and the post step clears up where it was killed', async () => {
  let pid = 0;
  const onStart = (started: number): void => {
    pid = started;
  };
  const cancelled = await run(
    { wait: '60s' },
    when(/waiting/, () => process.kill(pid, 'SIGINT')),
    { onStart },
  );
  expect(annotation(cancelled)).toMatch(/^RB-CANCELLED: /);
  expect(cancelled.summary).toContain('(cancelled)');
  expect(await lease()).toBe('state=free\n');
  const killed = await run({ wait: '60s' }, (line, kill) => {
    if (line.includes('waiting')) kill();
  });
  const post = await run({}, undefined, { step: { post: killed.state } });
  succeeded(post);
  expect(post.stdout).toContain('the main step was killed: the step was ended');
  expect(await lease()).toBe('state=free\n');
});

const CLOCK: Readonly<Record<string, string>> = {
  'index.js': "require('../../dist/index.js').run('clock');\n",
  'post.js': "require('../../dist/index.js').post('clock');\n",
  'action.yml': `name: Read the clock
inputs: {wait: {default: 0s}, list: {default: "false"}, dry-run: {default: "false"}}
outputs: {time: {}, clocks: {}, duration: {}}
`,
  'clock.ts': `/** Clock: what time it is on the host. */
import { type BaseInputs, readBase, readRunbook } from '../lib/config/inputs';
import { Reader } from '../lib/config/reader';
import { UserError } from '../lib/errors';
import type { Procedure } from '../lib/procedure/define';
import { explained } from '../lib/steps/failures';
import { onHost } from '../lib/steps/on-host';

interface ClockInputs extends BaseInputs {
  readonly wait: number;
  readonly list: boolean;
}

export const clock: Procedure<ClockInputs> = {
  name: 'clock',
  lease: 'stack',
  title: () => 'Read the clock',
  read: (get, workspace) => {
    const reader = new Reader(get);
    const { config, ...base } = readBase(reader);
    const own = { wait: reader.seconds('wait', 0), list: reader.boolean('list') };
    reader.finish();
    return { ...base, ...own, runbook: readRunbook(workspace, config) };
  },
  list: {
    wanted: ({ list }) => list,
    show: async () => ({
      ...{ title: 'Clocks', empty: 'none', head: ['clock'], rows: [['the host']], lines: ['the host'] },
      outputs: { clocks: JSON.stringify(['the host']) },
    }),
  },
  run: async ({ inputs, recorder, notes, steps, report }) => {
    if (inputs.dryRun) return { report: report('planned') };
    recorder.step('Read the clock');
    let time = '';
    const script = \`say waiting; sleep \${inputs.wait}; event time "now=$(date +%s)"; committed\`;
    const lost = { what: 'the connection to the host was lost', remedy: 'run it again' };
    const error = await onHost(
      steps(null),
      { id: 'clock', script },
      {
        onLine: (line) => recorder.remote(line),
        onEvent: ({ name, fields }) => {
          if (name === 'time') time = fields.now ?? '';
        },
        lost,
        explain: (told) => explained(told, {}) ?? new UserError('RB-COMMAND-FAILED', lost),
      },
    );
    if (error !== null) throw error;
    notes.push('The clock was read.');
    return { report: report('succeeded'), outputs: { time } };
  },
};
`,
};
