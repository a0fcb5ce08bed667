import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { givenSecrets, readRunInputs } from '../../../actions/run/inputs';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'run-'));
  writeFileSync(join(workspace, 'runbook.yml'), RUNBOOK);
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const RUNBOOK = `commands:
  reindex:
    service: api
    command: [/app/reindex, --all]
    environment: { BATCH: "500" }
    timeout: 30m
  tables: { service: db, container: running, user: postgres, command: 'psql -c "\\dt"' }
`;
const needed = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };
const read = (given: Readonly<Record<string, string>>) =>
  readRunInputs((name) => ({ ...needed, ...given })[name], workspace);

it.each<[Readonly<Record<string, string>>, object | string]>([
  [
    { command: 'reindex' },
    {
      dryRun: false,
      wish: {
        command: {
          service: 'api',
          container: 'new',
          command: ['/app/reindex', '--all'],
          environment: { BATCH: '500' },
          timeout: 1800,
        },
      },
    },
  ],
  [
    { command: 'tables', timeout: '5s' },
    { wish: { command: { container: 'running', command: 'psql -c "\\dt"', user: 'postgres', timeout: 5 } } },
  ],
  [
    { command: 'reindex', variables: 'BATCH= a=b "c" \n' },
    { wish: { command: { environment: { BATCH: ' a=b "c" ' } } } },
  ],
  [{ command: 'reindex', variables: 'BATCH=' }, { wish: { command: { environment: { BATCH: '' } } } }],
  [{ command: 'reindex', variables: 'LD_PRELOAD=/x' }, 'does not take the variable LD_PRELOAD'],
  [{ command: 'tables', variables: 'A=1' }, 'its environment in the runbook has no variable'],
  [{ command: 'reindex', variables: 'BATCH=1\nBATCH=2' }, 'BATCH is given twice'],
  [{ command: 'reindex', variables: 'BATCH' }, 'a line is not NAME=VALUE'],
  [{ command: 'reindex', variables: '1A=x' }, 'a line is not NAME=VALUE'],
  [{ command: 'reindex', variables: 'constructor=x' }, 'does not take the variable constructor'],
  [{ command: 'rm' }, 'RB-COMMAND-UNKNOWN: there is no command "rm"'],
  [{ command: 'constructor' }, 'RB-COMMAND-UNKNOWN'],
  [{}, 'command is missing'],
  [{ mode: 'status' }, { dryRun: true, wish: { status: null } }],
  [
    { mode: 'status', service: 'api' },
    { dryRun: true, wish: { status: 'api' } },
  ],
  [{ mode: 'status', command: 'reindex' }, 'mode is status, and a command or variables are given'],
  [{ command: 'reindex', line: 'id' }, 'command and line or arguments are given'],
  [{ command: 'reindex', service: 'api' }, 'service and user are for a command without a name'],
  [{ line: 'id', service: 'api' }, 'RB-COMMAND-UNKNOWN: a command without a name is not allowed'],
  [{ arguments: '["id"]' }, 'service is missing'],
  [{ arguments: '["id"', service: 'api' }, 'is not a JSON list of words'],
  [{ arguments: '["id", 1]', service: 'api' }, 'is not a JSON list of words'],
  [{ arguments: '[]', service: 'api' }, 'is not a JSON list of words'],
  [
    { mode: 'logs', service: 'api' },
    { dryRun: true, wish: { log: { service: 'api', since: '3600s', lines: 200, pattern: null } } },
  ],
  [
    { mode: 'logs', service: 'api', since: '3d', lines: '5', pattern: 'a|b' },
    { wish: { log: { since: '259200s', lines: 5, pattern: 'a|b' } } },
  ],
  [{ mode: 'logs', service: 'api', since: 'all' }, { wish: { log: { since: null } } }],
  [
    { mode: 'logs', service: 'api', since: '2026-01-31T02:00:00Z' },
    { wish: { log: { since: '2026-01-31T02:00:00Z' } } },
  ],
  [{ mode: 'logs', service: 'api', since: '2026-01-31' }, { wish: { log: { since: '2026-01-31T00:00:00Z' } } }],
  [{ mode: 'logs', service: 'api', pattern: 'took \\d+ ms' }, 'pattern has \\d, which extended regular expressions'],
  [{ mode: 'logs', service: 'api', pattern: '(?i)error' }, 'pattern has (?, which'],
  [{ mode: 'logs', service: 'api', pattern: '[\\d]' }, 'pattern has \\d, which'],
  [
    { mode: 'logs', service: 'api', pattern: 'C:\\\\data \\(?x\\)\\. \\w' },
    { wish: { log: { pattern: 'C:\\\\data \\(?x\\)\\. \\w' } } },
  ],
  [{ mode: 'logs', service: 'api', since: 'yesterday' }, 'write 15m, 2h, 3d'],
  [{ mode: 'logs', service: 'api', since: '2026-13-31' }, 'write 15m, 2h, 3d'],
  [{ mode: 'logs', service: 'api', since: '2026-02-30' }, 'write 15m, 2h, 3d'],
  [{ mode: 'logs', service: 'api', since: '2026-01-31T24:00Z' }, 'write 15m, 2h, 3d'],
  [{ mode: 'logs', service: 'api', since: '2026-06-31T02:00:00Z' }, 'write 15m, 2h, 3d'],
  [{ mode: 'logs', service: 'api', since: '2028-02-29' }, { wish: { log: { since: '2028-02-29T00:00:00Z' } } }],
  [{ mode: 'logs', service: 'api', lines: '0' }, 'write a number from 1 to 10000'],
  [{ mode: 'logs', service: '-f' }, 'is not a name of a Compose service'],
  [{ mode: 'logs' }, 'service is missing'],
  [{ mode: 'logs', service: 'api', command: 'reindex' }, 'write one or the other'],
])('reads %j', (given, meant) => {
  if (typeof meant !== 'string') return expect(read(given)).toMatchObject(meant);
  expect(() => read(given)).toThrow(expect.objectContaining({ message: expect.stringContaining(meant) }));
});

it('a command without a name is accepted only where the runbook allows it', () => {
  writeFileSync(join(workspace, 'runbook.yml'), 'free-commands: true\n');
  expect(
    read({ arguments: '["sh", "-c", "echo $1"]', service: 'api', container: 'running', user: '0:0', variables: 'A=1' }),
  ).toMatchObject({
    wish: {
      command: {
        ...{ name: null, service: 'api', container: 'running', user: '0:0', timeout: 600 },
        ...{ command: ['sh', '-c', 'echo $1'], environment: { A: '1' } },
      },
    },
  });
});

it('a value for a command that looks like a secret is hidden', () => {
  expect(givenSecrets(read({ command: 'reindex', variables: 'BATCH=s3cr3t-Pa55-w0rd-xyz\n' }))).toContain(
    's3cr3t-Pa55-w0rd-xyz',
  );
});
