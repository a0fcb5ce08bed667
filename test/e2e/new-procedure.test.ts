/** A procedure that is added as the map of the actions says: its own folder, one line in the list, no other edit. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
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
  docs();
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
  for (const name of ['actions', 'test/tools', '.github', 'package.json', 'tsconfig.json'])
    cpSync(join(here, name), join(copy, name), { recursive: true });
  symlinkSync(join(here, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** `npm run docs` */
function docs(...more: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules/.bin/tsx'), 'test/tools/docs.mts', ...more], { cwd: root });
}

/** Files of `actions/` that the copy has otherwise than this repository, or alone. */
function changed(): string[] {
  const here = join(import.meta.dirname, '../../actions');
  const files = readdirSync(join(root, 'actions'), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const paths = files.map(({ parentPath, name }) => relative(join(root, 'actions'), join(parentPath, name)));
  return paths.filter((path) => {
    const text = readFileSync(join(root, 'actions', path), 'utf8');
    return !existsSync(join(here, path)) || readFileSync(join(here, path), 'utf8') !== text;
  });
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

it('is its own folder and one line of the list; the inputs of all actions are filled in', () => {
  expect(changed().sort()).toEqual([...Object.keys(CLOCK).map((name) => `clock/${name}`), 'main.ts'].sort());
  docs('--check');
  expect(readFileSync(join(root, 'actions/clock/action.yml'), 'utf8')).toContain('\n  ssh-known-hosts:\n');
  expect(readFileSync(join(root, 'actions/clock/README.md'), 'utf8')).toMatch(/\| `wait` +\| How long to wait/);
});

it('a new procedure does its work, and reports like the others', async () => {
  const result = await run();
  succeeded(result);
  expect(Number(result.outputs.time)).toBeGreaterThan(1_700_000_000);
  expect(result.outputs.duration).toMatch(/^\d+\.\d$/);
  expect(result.summary).toContain('## ✅ Read the clock');
  expect(result.summary).toContain('The clock was read.');
  expect(await lease()).toBe('state=free\n');
  expectNoCanary(keyLines(stage.host.privateKey), result.shown);
});

it('a new procedure refuses wrong inputs, changes nothing in a dry run, and lists', {
  tags: ['exhaustive'],
}, async () => {
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

it('a new procedure stops when it is cancelled, and its post step clears up after a kill', async () => {
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
  'README.md': `# clock

Reads the clock of the host.

<!-- inputs -->
<!-- /inputs -->

<!-- outputs -->
<!-- /outputs -->
`,
  'action.yml': `name: Read the clock
description: "Reads the clock of the host."
inputs:
  # common
  # /common
  wait:
    description: "How long to wait before that."
    default: "0s"
  list:
    description: "Lists the clocks and does nothing else."
    default: "false"
outputs:
  time:
    description: "Seconds since 1970."
  clocks:
    description: "The clocks, as a JSON list."
  duration:
    description: "Seconds that it took."
runs:
  using: node24
  main: index.js
  post: post.js
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
