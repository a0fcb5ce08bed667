import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readRotateSecretsInputs } from '../../../actions/rotate-secrets/inputs';

const workspace = mkdtempSync(join(tmpdir(), 'runbook-inputs-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const common: Record<string, string> = {
  ...{ 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' },
  ...{ 'sops-file': 'secrets.env', 'age-key': 'KEY', 'github-token': 'ghs_1' },
};

function inputs(given: Record<string, string>) {
  return readRotateSecretsInputs((name) => ({ ...common, ...given })[name], workspace);
}

it('a rotation has names, and a branch for the file', () => {
  expect(inputs({ mode: 'rotate', keys: 'A, B' })).toMatchObject({
    ...{ mode: 'rotate', keys: ['A', 'B'], store: 'commit', branch: null, dryRun: false, values: '' },
  });
  expect(inputs({ mode: 'rotate', keys: 'A', store: 'pull-request', branch: 'production' })).toMatchObject({
    ...{ store: 'pull-request', branch: 'production' },
  });
  expect(inputs({ mode: 'rekey' })).toMatchObject({ mode: 'rekey', dryRun: true, writes: true });
  expect(inputs({ mode: 'apply', keys: '' })).toMatchObject({ mode: 'apply', keys: [] });
});

it.each([
  [{ mode: 'rotate' }, 'keys is missing'],
  [{ mode: 'rotate', keys: 'A,A' }, 'keys names A twice'],
  [{ mode: 'apply', keys: 'A' }, 'keys is for mode: rotate only'],
  [{ mode: 'rotate', keys: 'A', 'github-token': '' }, 'github-token is missing'],
  [{ mode: 'rotate', keys: 'A', store: 'push' }, 'store is "push"; write commit or pull-request'],
  [{ mode: 'rotate', keys: 'A', branch: '' }, 'branch is given but empty'],
  [{ mode: 'check', values: 'A=1' }, 'values is for mode: encrypt and mode: rotate only'],
])('%j is refused', (given, said) => {
  expect(() => inputs(given as Record<string, string>)).toThrow(said);
});
