/** Commands in containers, new ones and those that run, and logs of services. Each test goes on where the one before ended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionResult } from '../run-action';
import { canaries } from './canary';
import { killStep, when } from './moments';
import { annotation, Stage, succeeded } from './stage';

/** Words that every shell on the way would read in its own way. */
const TRICKY = ['a b', '$HOME', `it's "quoted"`, '`id`', '\\n', '*', '$$', '${X:-y}', '', 'zwei\nZeilen', 'grün'];
/** One that ignores its stop signal, with a child that has cleared its variables. */
const STUBBORN = `trap '' TERM; echo begun; env -i busybox sleep 1234 & while :; do busybox sleep 1; done`;

const COMMANDS = {
  env: {
    service: 'backend',
    command: `printf '%s|' "$DATABASE_HOST" "$API_TOKEN" "$GREETING" "$(id -u)"`,
    environment: { GREETING: 'hi' },
  },
  words: { service: 'backend', command: ['node', '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...TRICKY] },
  ask: {
    service: 'worker',
    command: `node -e "require('http').get('http://backend:8080/version', (a) => a.pipe(process.stdout))"`,
  },
  seven: { service: 'backend', command: 'echo out; echo err >&2; exit 7' },
  missing: { service: 'backend', command: ['/no/such/program'] },
  'in-words': {
    service: 'worker',
    container: 'running',
    command: ['node', '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...TRICKY],
  },
  'in-env': {
    service: 'worker',
    container: 'running',
    command: 'printf "%s|" "$GREETING" "$WORKER_INTERVAL_MS" "$(id -u)"',
    environment: { GREETING: 'a $b "c"' },
    user: '1000',
  },
  'in-missing': { service: 'worker', container: 'running', command: ['/no/such/program'] },
  'in-nginx': { service: 'nginx', container: 'running', command: ['nginx', '-t'] },
  'ends-container': { service: 'worker', container: 'running', command: 'kill -INT 1; sleep 5' },
  slow: { service: 'backend', command: STUBBORN, timeout: '2s' },
  wait: { service: 'backend', command: STUBBORN, timeout: '10m' },
  'in-slow': { service: 'backend', container: 'running', command: STUBBORN, timeout: '2s' },
  'in-wait': { service: 'backend', container: 'running', command: STUBBORN, timeout: '10m' },
  hostile: {
    service: 'backend',
    command: `node -e 'const t = process.env.API_TOKEN, h = t.length / 2; process.stdout.write([t.slice(0, h) + "\\r" + t.slice(h), t.slice(0, h) + "\\x1b[31m" + t.slice(h), "::error::forged", "x\\r::error::forged", "##[error]forged", "a\\0b\\xff", "x".repeat(5e6), "last"].join("\\n"))'`,
  },
  much: { service: 'backend', command: 'i=0; while [ $i -lt 25000 ]; do echo "line $i"; i=$((i+1)); done; exit 3' },
};

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('runbook.yml', (text) => `${text}commands: ${JSON.stringify(COMMANDS)}\n`);
  // Ended soon, as it would not end by itself.
  stage.edit('docker-compose.prod.yml', (text) => text.replace(/^ {2}backend:\n/m, '$&    stop_grace_period: 2s\n'));
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

const run = (command: string, inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> =>
  stage.run('run', { command, ...inputs });

/** Containers, files and processes of commands: what a command must not leave, nor a dry run touch. */
const everything = (): Promise<string> =>
  stage.host.root(`docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' | sort
    docker volume ls -q | sort; docker network ls -q | sort
    find /srv/stack -exec stat -c '%n %a %Y' {} + | sort; find /srv/stack -type f -exec sha256sum {} + | sort`);
const containers = (): Promise<string> =>
  stage.host.root(`docker ps -aq --no-trunc | sort; docker volume ls -q | sort`);
const left = (): Promise<string> =>
  stage.host.root('pgrep -fa "[s]leep 1234" || :; docker ps -a --format "{{.Names}}" | grep -- -run- || :');

describe('in a new container', () => {
  it('a command has the environment of the release, is reached by no caller, ends with its status and is removed', async () => {
    const before = await containers();
    const env = await run('env', { variables: 'GREETING= a $b "c"' });
    succeeded(env);
    expect(env.outputs.output).toMatch(/^db\|\*\*\*\| a \$b "c"\|\d+\|$/);
    expect(env.outputs['exit-code']).toBe('0');
    expect(env.outputs.container).toMatch(/^acme-backend-run-\d+$/);
    const words = await run('words');
    expect(JSON.parse(words.outputs.output ?? '')).toEqual(TRICKY);
    const asked = await run('ask');
    expect(asked.outputs.output).toContain('v1');
    const seven = await run('seven');
    expect(seven.code).toBe(7);
    expect(annotation(seven)).toMatch(/^RB-COMMAND-FAILED: seven in backend ended with exit status 7\n/);
    expect(seven.outputs).toMatchObject({ 'exit-code': '7', truncated: 'false' });
    expect(seven.outputs.output?.split('\n').sort()).toEqual(['err', 'out']);
    expect(await containers()).toBe(before);
    expect(await left()).toBe('');
  });

  it('a command is shown in a dry run, which changes nothing', async () => {
    const before = await everything();
    const planned = await run('words', { 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.stdout).toContain('in a new container of backend: ["node"');
    expect(await everything()).toBe(before);
  });

  it('a command that cannot start is reported as that, and leaves nothing behind', {
    tags: ['exhaustive'],
  }, async () => {
    const before = await containers();
    expect(annotation(await run('missing'))).toMatch(
      /^RB-START-FAILED: no container of backend could be started[\s\S]*no such/,
    );
    expect(annotation(await run('nothing'))).toMatch(
      /^RB-COMMAND-UNKNOWN: there is no command "nothing"\n.*env, words/,
    );
    expect(annotation(await run('', { line: 'id', service: 'backend' }))).toMatch(
      /^RB-COMMAND-UNKNOWN: a command without a name/,
    );
    expect(annotation(await run('env', { variables: 'PATH=/tmp' }))).toMatch(
      /^RB-INPUT-INVALID: the command env does not take the variable PATH/,
    );
    expect(await containers()).toBe(before);
  });

  it('a command is ended after its time, which is red, and none of its processes runs any more', async () => {
    const result = await run('slow');
    expect(annotation(result)).toMatch(
      /^RB-TIMEOUT: the command in backend did not end in its time\nCause: it was ended then/,
    );
    expect(result.stdout).toContain('begun');
    expect(await left()).toBe('');
  });

  it('a command is removed by the next run if both its runner and its step were killed', {
    tags: ['exhaustive'],
  }, async () => {
    const kill = killStep(stage);
    await stage.run(
      'run',
      { command: 'wait' },
      {
        onLine: (line, killRunner) => {
          if (!line.includes('| begun')) return;
          killRunner();
          void kill();
        },
      },
    );
    expect(await left()).toContain('-run-');
    succeeded(await run('env', { 'lease-timeout': '3m' }));
    expect(await left()).toBe('');
  });

  it('a command whose output has broken secrets, words of the runner, zero bytes and 5 MB in one line harms nobody', {
    tags: ['exhaustive'],
  }, async () => {
    const result = await run('hostile');
    succeeded(result);
    expect(result.outputs.output?.split('\n').slice(0, 2)).toEqual(['***', '***']);
    expect(result.stdout).toMatch(/^ {2}\| last$/m);
    expect(result.stdout).not.toMatch(/^\s*::error::forged|##\[error\]/m);
    expect(result.outputs.truncated).toBe('true');
  });

  it('a command that writes more than can be shown keeps its exit status', { tags: ['exhaustive'] }, async () => {
    const result = await run('much');
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({ truncated: 'true', 'exit-code': '3' });
    expect(result.stdout).toContain('line 24999');
  });
});

describe('in a container that runs', () => {
  it('a command gets its words, variables and user as they are written', async () => {
    const before = await containers();
    const words = await run('in-words');
    succeeded(words);
    expect(JSON.parse(words.outputs.output ?? '')).toEqual(TRICKY);
    expect((await run('in-env')).outputs.output).toBe('a $b "c"|50|1000|');
    const nginx = await run('in-nginx');
    succeeded(nginx);
    expect(nginx.outputs.output).toContain('syntax is ok');
    expect(annotation(await run('in-missing'))).toMatch(/^RB-START-FAILED: in-missing in worker could not be started/);
    expect(await containers()).toBe(before);
  });

  it('a command is ended after its time with all its processes, and the container continues', {
    tags: ['exhaustive'],
  }, async () => {
    const before = await containers();
    const result = await run('in-slow');
    expect(annotation(result)).toMatch(
      /^RB-TIMEOUT: the command in backend did not end in its time\nCause: it was ended then/,
    );
    expect(await left()).toBe('');
    expect(await containers()).toBe(before);
    await stage.serving();
  });

  it('a command is ended when the run is cancelled, and by the post step when the run was killed', async () => {
    let pid = 0;
    const cancelled = await stage.run(
      'run',
      { command: 'in-wait' },
      {
        onStart: (started) => {
          pid = started;
        },
        onLine: when(/\| begun/, () => process.kill(pid, 'SIGINT')),
      },
    );
    expect(annotation(cancelled)).toMatch(/^RB-CANCELLED: /);
    await expect.poll(left, { timeout: 30_000 }).toBe('');
    const killed = await stage.run(
      'run',
      { command: 'in-wait' },
      {
        onLine: (line, kill) => {
          if (line.includes('| begun')) kill();
        },
      },
    );
    expect(await left()).not.toBe('');
    const post = await stage.run('run', {}, { step: { post: killed.state } });
    expect(post.stdout).toContain('the main step was killed: the step was ended');
    expect(await left()).toBe('');
  });

  it('a command that ends its container is red, and so is one in a container that keeps restarting', {
    tags: ['exhaustive'],
  }, async () => {
    const result = await run('ends-container');
    expect(annotation(result)).toMatch(/^RB-COMMAND-FAILED: the container of worker ended, or was restarted/);
    const id = await stage.host.root(`docker ps -aq --filter label=com.docker.compose.service=worker`);
    await stage.host.root(`docker stop ${id}`);
    expect(annotation(await run('in-words'))).toMatch(
      /^RB-CONTAINER-DOWN: no container of worker runs\n.*acme-worker-1 is exited/,
    );
    await stage.host.root(`docker start ${id}`);
  });
});

describe('the log of a service', () => {
  const logs = (inputs: Readonly<Record<string, string>>): Promise<ActionResult> =>
    stage.run('run', { mode: 'logs', ...inputs });

  it('is shown by time, number and pattern, masked, and nothing is changed', async () => {
    const before = await everything();
    const all = await logs({ service: 'worker', lines: '3' });
    succeeded(all);
    expect(all.outputs.output?.split('\n')).toHaveLength(3);
    expect(all.outputs).toMatchObject({ truncated: 'true', container: 'acme-worker-1' });
    const some = await logs({ service: 'worker', pattern: 'failed=0$', lines: '2', since: 'all' });
    expect(some.outputs.output).toMatch(/^.*failed=0\n.*failed=0$/);
    const none = await logs({ service: 'migrate', pattern: 'nothing has this', since: 'all' });
    succeeded(none);
    expect(none.summary).toContain('No line.');
    expect(annotation(await logs({ service: 'worker', pattern: '(' }))).toMatch(/^RB-INPUT-INVALID: pattern is "\("/);
    expect(annotation(await logs({ service: 'wrker' }))).toMatch(
      /^RB-CONTAINER-DOWN: the host has no container of wrker/,
    );
    expect(await everything()).toBe(before);
    expect(all.shown).not.toContain(canaries[0]);
  });
});

it('how all of it is, is shown and changes nothing; where a container is missing, it is red', async () => {
  const before = await everything();
  const well = await stage.run('run', { mode: 'status' });
  succeeded(well);
  expect(well.outputs.output).toMatch(/^acme-backend-1, running, healthy, .*MiB\n[\s\S]*\n\/healthz 200\n\/readyz 200/);
  expect(await everything()).toBe(before);
  await stage.host.root('docker stop acme-worker-1');
  const ill = await stage.run('run', { mode: 'status' });
  expect(annotation(ill)).toMatch(/^RB-STACK-AILING: worker runs 0 of 1 containers\n/);
  expect(ill.outputs.output).toContain('acme-worker-1, exited (');
  succeeded(await stage.run('run', { mode: 'status', service: 'backend' }));
  await stage.host.root('docker start acme-worker-1');
});
