import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeScript } from '../../../actions/lib/stack/compose-script';
import { hint, leftOut, parseElsewhere } from '../../../actions/lib/stack/resolve/elsewhere';
import type { ResolveRequest } from '../../../actions/lib/stack/resolve/types';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-'));
  // Shows what Compose would get.
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho "$*"\nenv | grep -vE "^(SHLVL|_)=" | sort\n');
  chmodSync(join(folder, 'docker'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

function sh(script: string, login: Readonly<Record<string, string>>, shell = 'sh'): string[] {
  const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: '/home/me', ...login };
  const { stdout, stderr } = spawnSync(shell, ['-c', `${composeScript()}\ncd /; ${script}`], { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe.each(['sh', 'bash'])('Compose in %s', (shell) => {
  it('gets what Docker needs of the login, and nothing else', () => {
    const login = {
      NODE_ENV: 'staging',
      COMPOSE_FILE: 'x',
      COMPOSE_REMOVE_ORPHANS: '1',
      USER: 'me',
      DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
      XDG_RUNTIME_DIR: '/run/user/1000',
    };
    expect(sh("COMPOSE_VARIABLES='TAG=v1 B=2'; compose_alone /dev/null acme '/srv/a b' up", login, shell)).toEqual([
      'compose -p acme --project-directory /srv/a b --env-file /dev/null up',
      'B=2',
      'DOCKER_CONFIG=/home/me/.docker',
      'DOCKER_HOST=unix:///run/user/1000/docker.sock',
      'HOME=/home/me',
      `PATH=${folder}:/usr/bin:/bin`,
      'PWD=/',
      'TAG=v1',
      'XDG_RUNTIME_DIR=/run/user/1000',
    ]);
  });

  it("gets no value of the login for what the env file sets itself, and Docker's own settings all the same", () => {
    const file = join(folder, 'it is.env');
    writeFileSync(file, 'A=1\n export HOME = /app\nDOCKER_HOST: tcp://proxy:2375\n');
    const got = sh(`compose_alone '${file}' acme /srv config`, { DOCKER_HOST: 'unix:///x' }, shell);
    expect(got.slice(1)).toEqual(['DOCKER_CONFIG=/home/me/.docker', `PATH=${folder}:/usr/bin:/bin`, 'PWD=/']);
  });
});

describe('variables that only the login or another .env has', () => {
  const elsewhere = parseElsewhere('TOLD login\nOTHER .env\nUNUSED login\nGIVEN login\n');
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text), mode: 0o600 });

  it('are known by name', () => {
    expect(sh('login_variables', { NODE_ENV: 'x', DOCKER_HOST: 'y' })).toEqual(['NODE_ENV']);
    expect(hint(['TOLD', 'NOWHERE'], elsewhere)).toMatch(/^TOLD is set in the login's environment on the host: /);
    expect(hint(['NOWHERE'], elsewhere)).toBeUndefined();
  });

  it('are named where the Compose files use them with a default, or pass them on', () => {
    const files = [file('c.yml', 'x: ${TOLD:-default}${GIVEN} $$UNUSED'), file('.env', 'GIVEN=1')];
    const request = { runbook: { compose: ['c.yml'], envFile: '.env' }, files } as unknown as ResolveRequest;
    const config = '{"services":{"a":{"environment":{"OTHER":null,"TOLD":"default"}},"b":{}}}';
    expect(leftOut(config, request, elsewhere).map((line) => line.split(' ')[0])).toEqual(['TOLD', 'OTHER']);
  });
});
