/** Inputs of migrate: what is refused before the host is reached. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMigrateInputs } from '../../../actions/migrate/inputs';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'migrate-'));
  writeFileSync(join(workspace, 'docker-compose.prod.yml'), 'services: {}');
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

function read(given: Record<string, string> = {}, runbook = '') {
  writeFileSync(join(workspace, 'runbook.yml'), runbook);
  const common = { 'ssh-host': 'h', 'ssh-user': 'deploy', 'ssh-key': 'KEY', 'ssh-known-hosts': 'LINES' };
  return readMigrateInputs((name) => ({ ...common, ...given })[name], workspace);
}

describe('the version', () => {
  it('is one for the migration alone, and the release keeps its own', () => {
    const { deploy } = read({ version: 'v2' }, 'migration: { service: alembic }\nversioned: [web]');
    expect(deploy).toMatchObject({ version: '', versions: { alembic: 'v2' }, services: ['alembic'] });
  });

  it('needs no files of the repository where it is empty', () => {
    rmSync(join(workspace, 'docker-compose.prod.yml'));
    expect(read().deploy).toBeNull();
  });
});

describe('the backup', () => {
  it('goes where the runbook says, but not into an artifact of another workflow', () => {
    const to = (text: string) => read({}, `backup: { to: [${text}], recipients: [age1x] }`).backup?.runbook.backup.to;
    expect(to('host, file')).toEqual(['host']);
    expect(to('file')).toEqual(['host']);
  });

  it('is none where that is said', () => {
    expect(read({ backup: 'none' }).backup).toBeNull();
  });
});

it.each([
  ['another service', { version: 'backend=v2' }, '', /version names backend; this only runs migrate/],
  ['no service', {}, 'migration: { service: null }', /migration\.service of the runbook file is null/],
  ['an age for no backup', { backup: 'none', 'backup-max-age': '1h' }, '', /leave one of them out/],
  [
    'a database that no backup has',
    {},
    'migration: { databases: [{ service: db, user: u, database: other }] }',
    /names db\/other, and backup\.databases does not/,
  ],
])('%s is refused', (_name, given, runbook, said) => {
  expect(() => read(given, runbook)).toThrow(said);
});
