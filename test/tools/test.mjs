/**
 * All checks and tests, as CI runs them; with `--all` the exhaustive ones too (and with `--list` nothing but their
 * names). Says first what it installs, shows progress, leaves nothing running, and closes with `N passed, N failed`.
 * Runs on Node 20; what needs more runs on the Node in node_modules.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announcement, get } from './tools.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = join(root, 'node_modules', '.bin');
const scratch = mkdtempSync(join(tmpdir(), 'runbook-test-'));
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
const all = process.argv.includes('--all');
/** Job summaries that the tests make, for the last of them. */
const summaries = join(scratch, 'summaries');
/** Folders with the workflows that `init` writes. */
const written = join(scratch, 'written');
const begun = Date.now();
let passed = 0;
let failed = 0;
/** Processes that run now. */
const children = new Set();

process.on('SIGINT', () => stop('SIGINT'));
process.on('SIGTERM', () => stop('SIGTERM'));

if (process.argv.includes('--list')) await listExhaustive();
await tellInstallations();
// The bundle takes as long as the other three, on one core.
await Promise.all([
  check('bundle rebuilt and compared', [`${bin}/node`, 'test/tools/build.mjs', '--check']),
  check('types', [`${bin}/tsc`, '--noEmit'])
    .then(() => check('lint and format', [`${bin}/biome`, 'check', '--config-path=.github/lint.json', '.']))
    .then(() => check('generated documents', [`${bin}/tsx`, 'test/tools/docs.mts', '--check'])),
]);
for (const action of readdirSync(join(root, 'actions')).filter((name) => name !== 'lib' && !name.includes('.'))) {
  await check(`stub of ${action} runs`, [`${bin}/node`, 'test/tools/stub.mjs', action]);
}
await check('host scripts (shellcheck)', () => [
  get('shellcheck'),
  '--shell=dash',
  '--severity=warning',
  '--exclude=SC2034,SC2046,SC2154',
  ...hostScripts(),
]);
await check('workflows as init writes them', [`${bin}/tsx`, 'test/tools/written-workflows.mts', written]);
await check('workflows (actionlint)', () => [get('actionlint'), '-shellcheck=', '-pyflakes=', ...workflows()]);
await check("workflows (GitHub's own parser)", () => [`${bin}/tsx`, 'test/tools/workflow-parser.mjs', ...workflows()]);
await check('workflows (zizmor)', () => [
  get('zizmor'),
  '--offline',
  '--persona=pedantic',
  '--quiet',
  'actions',
  ...workflows(),
]);
await check('gh', () => [get('gh'), '--version']);
await check('SSH server', () => ['test', '-x', get('sshd')]);
await vitest('unit');
await check('act', () => [get('act'), '--version']);
await check('sops', () => ['test', '-x', get('sops')]);
await check('S3 server', () => [get('versitygw'), '--version']);
if (all) {
  // Keycloak comes by it.
  await check('Maven', () => [get('mvn'), '--version']);
  await check('Docker Engine 29', () => [get('dockerd-29'), '--version']);
  await check('Compose 5', () => ['test', '-x', get('docker-compose-5')]);
}
await vitest('lab');
if (all) {
  // Of all the job summaries that were made above, too.
  await check('Chromium', () => [get('chromium'), '--version']);
  await vitest('summaries');
}
await run([`${bin}/tsx`, 'test/lab/teardown.mts'], 'inherit');
rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function tellInstallations() {
  const names = ['shellcheck', 'sshd', 'actionlint', 'act', 'sops', 'versitygw', 'pebble', 'zizmor', 'gh'];
  const tools = [...names, ...(all ? ['chromium', 'mvn', 'dockerd-29', 'docker-compose-5'] : [])]
    .map(announcement)
    .filter((text) => text !== null);
  console.log(
    tools.length > 0
      ? `Not here yet, will be installed:\n  ${tools.join('\n  ')}`
      : 'All tools of the checks are here.',
  );
  await run([`${bin}/tsx`, 'test/lab/announce.mts'], 'inherit');
}

async function check(name, command) {
  try {
    const { code, output } = await run(typeof command === 'function' ? command() : command);
    report(name, code === 0, output);
  } catch (error) {
    report(name, false, error.message);
  }
}

function report(name, good, output) {
  if (good) passed += 1;
  else failed += 1;
  console.log(`${good ? 'ok    ' : 'FAILED'} ${elapsed()} ${name}`);
  if (!good) console.log(output.split('\n').slice(-80).join('\n'));
}

async function vitest(project) {
  console.log(`       ${elapsed()} ${project} tests`);
  const counts = join(scratch, `counts-${project}`);
  const reporters = ['--reporter=dot', '--reporter=./test/tools/reporter.ts'].concat(
    project === 'lab' ? ['--reporter=verbose'] : [],
  );
  const command = [
    `${bin}/vitest`,
    'run',
    '--config=test/vitest.config.mts',
    `--project=${project}*`,
    ...(all ? [] : ['--tags-filter=!exhaustive']),
    ...reporters.slice(project === 'lab' ? 1 : 0),
  ];
  const { code } = await run(command, 'inherit', {
    RUNBOOK_TEST_COUNTS: counts,
    RUNBOOK_TEST_ALL: String(all),
    // The order is that of the lab's files.
    ...(project === 'lab' ? {} : { RUNBOOK_TEST_DURATIONS: '' }),
    ...(all ? { RUNBOOK_SUMMARIES: summaries } : {}),
  });
  const lines = readLines(counts).map((line) => line.split(' ').map(Number));
  const bad = lines.reduce((sum, [, count]) => sum + count, 0);
  passed += lines.reduce((sum, [count]) => sum + count, 0);
  // A run that failed without a failed test (a crash, a leak) is a failure of its own.
  failed += bad === 0 && code !== 0 ? 1 : bad;
}

async function listExhaustive() {
  const options = ['--config=test/vitest.config.mts', '--tags-filter=exhaustive', '--staticParse=false'];
  const { code } = await run([`${bin}/vitest`, 'list', ...options], 'inherit');
  process.exit(code);
}

function readLines(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

function run(command, stdio = 'pipe', extra = {}) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: root,
      env: { ...env, ...extra },
      stdio: ['ignore', stdio, stdio],
    });
    children.add(child);
    child.on('close', () => children.delete(child));
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function hostScripts() {
  const names = readdirSync(join(root, 'actions'), { recursive: true });
  return names.filter((name) => name.endsWith('.sh')).map((name) => join('actions', name));
}

/** Those that run here, those that `init` writes instead of one of them, and all as `init` writes them. */
function workflows() {
  return ['.github/workflows', '.github/approvals', ...readdirSync(written).map((name) => join(written, name))].flatMap(
    (folder) => readdirSync(join(folder.startsWith('/') ? '' : root, folder)).map((name) => join(folder, name)),
  );
}

function stop(signal) {
  for (const child of children) child.kill(signal);
  console.log(`${passed} passed, ${failed + 1} failed`);
  process.exit(130);
}

function elapsed() {
  return `${Math.round((Date.now() - begun) / 1000)} s`.padStart(6);
}
