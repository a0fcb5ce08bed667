import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, commandModel, envFile, runningOf, shownCommand } from '../../../actions/lib/commands/command';
import { parseLogs } from '../../../actions/lib/commands/logs';
import { commandPiece } from '../../../actions/lib/commands/scripts';
import { containerOf, service } from '../stack/model-host';

const command: Command = {
  name: 'x',
  service: 'api',
  command: ['echo', '$HOME', '$$'],
  container: 'new',
  environment: { A: 'x$y' },
  timeout: 60,
};

const model = {
  name: 'shop',
  networks: { edge: { name: 'shop_edge', external: true } },
  services: {
    db: { image: 'db' },
    api: {
      image: 'api@sha256:1',
      entrypoint: ['/entry'],
      command: ['serve'],
      environment: { A: 'old', B: 'b$$c' },
      container_name: 'api',
      ports: [{ target: 80, published: '80' }],
      restart: 'always',
      depends_on: { db: { condition: 'service_healthy' } },
      healthcheck: { test: ['CMD', 'x'] },
      logging: { driver: 'syslog' },
      labels: { 'traefik.enable': 'true', 'runbook.release': '1-v1' },
      deploy: { replicas: 3, resources: { limits: { memory: '1' } } },
      networks: { edge: { aliases: ['web'], ipv4_address: '10.0.0.2', priority: 3 }, other: null },
      volumes: [{ type: 'volume', source: 'data', target: '/data' }],
    },
  },
};

describe('the container of a command', () => {
  it('has the settings of the service, except for those that would conflict with it or lead callers to it', () => {
    const { api, db } = commandModel(model, command).services;
    expect(db).toEqual({ image: 'db' });
    expect(api).toEqual({
      ...{ image: 'api@sha256:1', entrypoint: ['/entry'], volumes: model.services.api.volumes },
      ...{ restart: 'no', pull_policy: 'never', healthcheck: { disable: true } },
      command: ['echo', '$$HOME', '$$$$'],
      environment: { A: 'x$$y', B: 'b$$c' },
      deploy: { resources: { limits: { memory: '1' } } },
      networks: { edge: { priority: 3 }, other: null },
      logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
    });
  });

  it.each<[Partial<Command>, object]>([
    [{ command: 'echo "$A"' }, { entrypoint: ['sh', '-c', 'echo "$$A"'] }],
    [{ entrypoint: ['/bin/tool', '-x'] }, { entrypoint: ['/bin/tool', '-x', 'echo', '$$HOME', '$$$$'] }],
    [{ user: '1000:1000' }, { user: '1000:1000', entrypoint: ['/entry'] }],
  ])('with %j runs it so', (more, meant) => {
    const { api } = commandModel(model, { ...command, ...more }).services;
    expect(api).toMatchObject(meant);
    expect('command' in (api ?? {})).toBe((meant as { user?: string }).user !== undefined);
  });
});

it('a command is shown as words, or as a line', () => {
  expect(shownCommand(command)).toBe('["echo","$HOME","$$"]');
  expect(shownCommand({ command: 'a "b"' })).toBe('sh -c "a \\"b\\""');
});

it('a command gets its variables unchanged, one on a line', () => {
  expect(envFile({ A: ' x # "y" ', B: '' })).toBe('A= x # "y" \nB=\n');
});

describe('a container that runs', () => {
  const one = containerOf('api', service('api', 'v1', '1'), true);

  it('is the first by its name, and no one-off and no stand-in', () => {
    const named = (name: string, more: object = {}) => ({ ...one, name, ...more });
    const all = [
      named('shop-api-10'),
      named('shop-api-2'),
      named('shop-api-1', { oneOff: true }),
      named('a', { standIn: true }),
    ];
    expect(runningOf('api', all).map(({ name }) => name)).toEqual(['shop-api-2', 'shop-api-10']);
  });

  it.each(['restarting', 'paused', 'exited', 'created', 'dead'] as const)('is none that is %s', (state) => {
    expect(() => runningOf('api', [{ ...one, state }])).toThrow(/^RB-CONTAINER-DOWN: no container of api runs\n.*is /);
  });

  it('is none where the service has none', () => {
    expect(() => runningOf('web', [one])).toThrow(/the host has no container of it; it has containers of api\n/);
  });
});

describe('logs', () => {
  const request = {
    containers: [
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ],
    since: null,
    lines: 2,
    pattern: null,
  };
  const read = (text: string) => parseLogs(text, request);

  it('are told apart, and say when there are older lines', () => {
    expect(read('| 1\n| \n| #status 9\n#status 0\n| x\n#status 0\n#end\n')).toEqual([
      { name: 'a', lines: ['', '#status 9'], more: true, cut: false },
      { name: 'b', lines: ['x'], more: false, cut: false },
    ]);
  });

  it('say when a line is longer than what is shown of one', () => {
    const [log] = read(`| ${'é'.repeat(9000)}\n| short\n#status 0\n#status 0\n#end\n`);
    expect(log).toMatchObject({ more: false, cut: true });
    expect(log?.lines).toEqual([`${'é'.repeat(8000)}…`, 'short']);
  });

  it.each([
    [
      '| no log here\n#status 1\n#status 0\n#end\n',
      /^RB-COMMAND-FAILED: the log of a could not be read[\s\S]*no log here$/,
    ],
    ['#status \n#end\n', /^RB-COMMAND-FAILED: the log of a/],
    ['#status 0\n', /^RB-CONNECTION-LOST/],
    ['#status 0\n#end\n', /^RB-CONNECTION-LOST/],
    ['', /^RB-CONNECTION-LOST/],
    ['#pattern\n', /^RB-INPUT-INVALID: pattern is null/],
  ])('that were not read are not empty ones: %j', (text, said) => {
    expect(() => read(text)).toThrow(said);
  });
});

describe('what a command writes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'runbook-command-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const shown = (input: string | Buffer, most = { lines: 3, bytes: 1000, line: 20 }) => {
    const script = `event() { echo "event $*"; }; RB_STEP=${folder}
      MOST_LINES=${most.lines} MOST_BYTES=${most.bytes} LONGEST_LINE=${most.line}
      ${commandPiece()}
      show_output`;
    return spawnSync('sh', ['-c', script], { input, encoding: 'utf8' }).stdout.split('\n').slice(0, -1);
  };

  it.each<[what: string, input: string | Buffer, shown: readonly string[]]>([
    ['words of a step', 'event x\n| y\n::error::z', ['| event x', '| | y', '| ::error::z']],
    ['blanks and backslashes', '  a \\n b\t\n\n', ['|   a \\n b\t', '| ']],
    ['bytes that are not text', Buffer.from([0x61, 0, 0xff, 0x62, 0x0a]), ['| a\ufffdb']],
    ['a long line', `${'x'.repeat(30)}\nend`, ['event line-cut', `| ${'x'.repeat(20)}`, '| end']],
    ['too many lines', '1\n2\n3\n4\n5\n', ['| 1', '| 2', '| 3', 'event output-cut', '| 4', '| 5']],
    ['nothing', '', []],
  ])('is shown line by line: %s', (_what, input, lines) => {
    expect(shown(input)).toEqual(lines);
  });
});
