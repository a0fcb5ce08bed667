/** Logins at registries, as the inputs of an action give them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeployInputs } from '../../../actions/deploy/inputs';

let workspace: string;

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'logins-'));
  writeFileSync(join(workspace, 'docker-compose.prod.yml'), 'services: {}');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const common = { 'ssh-host': 'prod.example', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };

function deployInputs(given: Record<string, string> = {}) {
  return readDeployInputs((name) => ({ ...common, ...given })[name], workspace);
}

describe('a deploy', () => {
  it.each<Record<string, string>>([
    { registry: 'ghcr.io' },
    { registry: 'ghcr.io', 'registry-user': 'ci' },
    { 'registry-password': 'secret-token' },
    { registry: 'https://ghcr.io/', 'registry-user': 'ci', 'registry-password': 'secret-token' },
    { registry: 'ghcr.io/acme', 'registry-user': 'ci', 'registry-password': 'secret-token' },
    { registry: 'ghcr.io\nlocalhost:5000', 'registry-user': 'ci', 'registry-password': 'secret-token' },
    { registry: 'ghcr.io\nlocalhost:5000', 'registry-user': 'ci\nme', 'registry-password': 'secret-token' },
    { registry: 'ghcr.io\nghcr.io', 'registry-user': 'ci\nme', 'registry-password': 'secret-token\nother' },
    { registry: 'ghcr.io', 'registry-user': 'ci\nme', 'registry-password': 'secret-token\nother' },
  ])('refuses the login %j without showing it', (given) => {
    const failure = (() => {
      try {
        return deployInputs(given);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({ code: 'RB-INPUT-INVALID' });
    expect(String(failure)).not.toContain('secret-token');
  });

  it('logs in where all of the login is given', () => {
    const given = { registry: 'localhost:5000', 'registry-user': 'ci', 'registry-password': 'token' };
    expect(deployInputs(given).logins).toEqual([{ registry: 'localhost:5000', username: 'ci', password: 'token' }]);
    expect(deployInputs().logins).toEqual([]);
    const key = { registry: 'gcr.io', 'registry-user': '_json_key', 'registry-password': '{\n  "type": "a"\n}' };
    expect(deployInputs(key).logins).toEqual([
      { registry: 'gcr.io', username: '_json_key', password: '{\n  "type": "a"\n}' },
    ]);
  });

  it('logs in at several registries, line by line', () => {
    const given = {
      registry: 'ghcr.io\nlocalhost:5000\n',
      'registry-user': 'ci\n me',
      'registry-password': 'token\nother one\n',
    };
    expect(deployInputs(given).logins).toEqual([
      { registry: 'ghcr.io', username: 'ci', password: 'token' },
      { registry: 'localhost:5000', username: 'me', password: 'other one' },
    ]);
  });
});
