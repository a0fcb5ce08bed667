import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readScaleInputs, requireSomething } from '../../../actions/scale/inputs';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'scale-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const needed = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };

const wanted = (given: Readonly<Record<string, string>>) =>
  readScaleInputs((name) => ({ ...needed, ...given })[name], workspace).wanted;

it.each<[Readonly<Record<string, string>>, object | string]>([
  [{ replicas: 'worker=3' }, { worker: { replicas: 3 } }],
  [{ replicas: 'worker=0,\n api = 12' }, { worker: { replicas: 0 }, api: { replicas: 12 } }],
  [{ memory: 'api=512M, worker=1.5GiB' }, { api: { memory: 2 ** 29 }, worker: { memory: 1.5 * 2 ** 30 } }],
  [{ memory: 'a=1gb, b=2048k, c=8388608' }, 'b=2048k is below 6M'],
  [{ cpus: 'api=0.5, worker=4' }, { api: { cpus: 0.5 }, worker: { cpus: 4 } }],
  [
    { replicas: 'api=files', memory: 'api=files', cpus: 'api=1' },
    { api: { asFiles: ['replicas', 'memory'], cpus: 1 } },
  ],
  [
    { replicas: 'w.x=2', variables: 'w.x.LEVEL=debug, trace\nw.x.MAX_TOKENS=4096' },
    { 'w.x': { replicas: 2, variables: { LEVEL: 'debug, trace', MAX_TOKENS: '4096' } } },
  ],
  [{ variables: 'a.N=1,b.N=2' }, { a: { variables: { N: '1' } }, b: { variables: { N: '2' } } }],
  [{}, {}],
  [{ replicas: 'worker' }, '"worker" is not SERVICE=VALUE'],
  [{ replicas: 'worker=-1' }, 'worker=-1 is not a number of containers'],
  [{ replicas: 'worker=2.5' }, 'is not a number of containers'],
  [{ replicas: 'worker=100000' }, 'write 0 to 1000'],
  [{ replicas: 'worker=2, worker=3' }, 'worker is given twice'],
  [{ replicas: '$(id)=2' }, 'is not SERVICE=VALUE'],
  [{ memory: 'api=4' }, 'api=4 is below 6M'],
  [{ memory: 'api=much' }, 'is not a size'],
  [{ cpus: 'api=0' }, 'is not a number of CPUs'],
  [{ cpus: 'api=1e3' }, 'is not a number of CPUs'],
  [{ variables: 'LEVEL=debug' }, 'a line is not SERVICE.NAME=VALUE'],
  [{ variables: 'api.A=1\napi.A=2' }, 'api.A is given twice'],
  [{ variables: 'api.N="8"' }, 'the value of api.N is in quotes'],
  [{ variables: "api.N='8'" }, 'the value of api.N is in quotes'],
  [{ variables: 'api.DB_PASSWORD=anything' }, 'api.DB_PASSWORD looks like a secret'],
  [{ variables: 'api.URL=redis://app:hunter2@cache:6379/0' }, 'api.URL looks like a secret'],
])('reads %j', (given, meant) => {
  if (typeof meant !== 'string') return expect(wanted(given)).toEqual(meant);
  expect(() => wanted(given)).toThrow(
    expect.objectContaining({ code: 'RB-INPUT-INVALID', message: expect.stringContaining(meant) }),
  );
});

it('a message never repeats a value that looks like a secret', () => {
  const secrets = ['api.DB_PASSWORD=hunter2hunter2', 'DB_PASSWORD=hunter2hunter2', 'hunter2hunter2'];
  for (const variables of secrets) {
    let said = '';
    try {
      wanted({ variables });
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain('RB-INPUT-INVALID');
    expect(said).not.toContain('hunter2');
  }
});

it('scale needs at least one thing to scale', () => {
  expect(() => requireSomething({ wanted: {} })).toThrow(/RB-INPUT-INVALID: there is nothing to scale/);
  expect(() => requireSomething({ wanted: { worker: { replicas: 0 } } })).not.toThrow();
});
