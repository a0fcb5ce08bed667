/** Runs the bundled action as GitHub's runner does: inputs and files by environment variables. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { keepSummary } from './summaries/keep';

export interface ActionResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The job summary, Markdown. */
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the main step left for the post step. */
  readonly state: Readonly<Record<string, string>>;
  /** All that the action shows to people or hands on. */
  readonly shown: string;
}

const ROOT = join(__dirname, '..');
const COMPILE_CACHE = join(homedir(), '.cache/runbook-actions/node');

/** Exit status of the action that ended last; `null` before the first. */
export let lastExit: number | null = null;

export interface RunActionOptions {
  /** Of the action's process, when it is there. */
  readonly onStart?: (pid: number) => void;
  /** Over what the runner gives: other URLs of GitHub, another run. */
  readonly env?: Readonly<Record<string, string>>;
  /** The step of the action: its main one, or the post one with the state that the main one left. */
  readonly step?: { readonly post: Readonly<Record<string, string>> };
  /** The folder that holds `actions/` and `dist/`; default: this repository. */
  readonly root?: string;
}

/**
 * @param workspace folder that stands for the checked-out repository
 * @param onLine called with every line of the log as it comes, and with what kills the action at once
 */
export async function runAction(
  name: string,
  inputs: Readonly<Record<string, string>>,
  workspace: string,
  onLine?: (line: string, kill: () => void) => void,
  { onStart, env: more = {}, step, root = ROOT }: RunActionOptions = {},
): Promise<ActionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-action-'));
  const summaryFile = join(folder, 'summary');
  const outputFile = join(folder, 'output');
  const stateFile = join(folder, 'state');
  try {
    await Promise.all([...[summaryFile, outputFile, stateFile].map((file) => writeFile(file, ''))]);
    const declared = await declaredBy(name, root);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      // The bundle is compiled once, and not for each of hundreds of runs.
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_STATE: stateFile,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/stack',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_ACTOR: 'octocat',
      ...Object.fromEntries(
        Object.entries({ ...declared.defaults, ...inputs }).map(([key, value]) => [
          `INPUT_${key.toUpperCase()}`,
          value,
        ]),
      ),
      ...Object.fromEntries(Object.entries(step?.post ?? {}).map(([key, value]) => [`STATE_${key}`, value])),
      ...more,
    };
    const child = spawn(
      join(ROOT, 'node_modules/.bin/node'),
      [join(root, 'actions', name, step === undefined ? 'index.js' : 'post.js')],
      {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    if (child.pid !== undefined) onStart?.(child.pid);
    if (onLine !== undefined) {
      createInterface({ input: child.stdout }).on('line', (line) => onLine(line, () => child.kill('SIGKILL')));
    }
    const [stdout, stderr, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (status) => resolve(status ?? 1));
      }),
    ]);
    lastExit = code;
    const [summary = '', output = '', state = ''] = await Promise.all(
      [summaryFile, outputFile, stateFile].map((file) => readFile(file, 'utf8')),
    );
    keepSummary(summary);
    const outputs = parseOutputs(output);
    const undeclared = Object.keys(outputs).filter((one) => !declared.outputs.includes(one));
    if (undeclared.length > 0) throw new Error(`outputs that action.yml does not declare: ${undeclared.join(', ')}`);
    return {
      code,
      stdout,
      stderr,
      summary,
      outputs,
      state: parseOutputs(state),
      shown: stdout + stderr + summary + output + state,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export interface Declared {
  /** What the runner gives for an input that the step leaves out: its default, and an empty text where there is none. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly outputs: readonly string[];
}

/** What the action.yml of an action declares. */
export async function declaredBy(name: string, root = ROOT): Promise<Declared> {
  const { inputs, outputs } = parse(await readFile(join(root, 'actions', name, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
    outputs: Record<string, unknown>;
  };
  const defaults = Object.entries(inputs).map(([input, { default: value }]) => [input, value ?? '']);
  return { defaults: Object.fromEntries(defaults), outputs: Object.keys(outputs) };
}

/** By listening, not by iterating: others may read along. */
async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'close');
  return Buffer.concat(chunks).toString();
}

/** `NAME<<DELIMITER`, the value's lines, `DELIMITER`. */
function parseOutputs(text: string): Record<string, string> {
  const entries = [...text.matchAll(/^([^\n]+?)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm)];
  return Object.fromEntries(entries.map(([, name = '', , value = '']) => [name, value]));
}
