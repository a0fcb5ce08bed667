/** What a look at the host finds there; curl and docker are stand-ins. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostLookScript, parseHostLook } from '../../../actions/lib/init/host-look';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-answers-'));
  program('docker', '[ "$1 $2" != "ps -a" ] || printf "shop web ghcr.io/me/shop:1.0\\n"');
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** @param codes cases of the shell for the address that is requested, each of which prints a status */
function look(codes: string): ReturnType<typeof parseHostLook> {
  program('curl', `for last; do :; done\ncase $last in ${codes} *) printf 404 ;; esac`);
  const { stdout } = spawnSync('sh', ['-s'], {
    input: hostLookScript([{ name: 'web', image: 'ghcr.io/me/shop:1.0' }], ['/healthz', '/up', '/']),
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  return parseHostLook(stdout);
}

it('counts the paths that answer over https or http', () => {
  const found = look('https://localhost/healthz | http://localhost/) printf 204 ;;');
  expect(found.probes).toEqual(['/healthz', '/']);
  expect(found.look.join('\n')).not.toContain('does not exist');
});

it('counts no path where also a path that does not exist answers 2xx, and says so', () => {
  const found = look('http://*) printf 301 ;; *) printf 200 ;;');
  expect(found.probes).toEqual([]);
  expect(found.look.join('\n')).toContain(
    'https://localhost on the host answers 2xx even to a path that does not exist',
  );
});

it('counts what the other scheme answers where one scheme answers everything', () => {
  const found = look('http://*) printf 200 ;; https://localhost/up) printf 200 ;;');
  expect(found.probes).toEqual(['/up']);
});

it('reads the user and the database of PostgreSQL, also where a variable names a file with them', () => {
  program(
    'docker',
    `case "$*" in
  "ps -a "*) printf 'shop web ghcr.io/me/shop:1.0\\n' ;;
  "ps -aq "*) echo one ;;
  "ps -q "*) echo one ;;
  *Config.Image*) echo postgres:17 ;;
  *compose.service*) echo db ;;
  *Config.Env*) printf 'POSTGRES_USER_FILE=/run/secrets/user\\nPOSTGRES_DB=orders\\n' ;;
  'exec one cat /run/secrets/user') printf 'shopkeeper\\n' ;;
esac`,
  );
  expect(look('').postgres).toEqual(new Map([['db', { user: 'shopkeeper', database: 'orders' }]]));
});

it('crontabs that do the same work are shown without their passwords, and comments are not', () => {
  program(
    'crontab',
    `cat <<'END'
# 0 1 * * * pg_dump old
0 2 * * * PGPASSWORD=sesame-1 pg_dump -U app app | gzip >/backup/app.gz
30 3 * * * pg_dump postgres://app:sesame-2@db/app
15 4 * * * certbot renew
0 5 * * * cd /srv/shop && docker compose pull
0 6 * * * RESTIC_PASSWORD=sesame-3 AWS_SECRET_ACCESS_KEY=sesame-4 restic backup /srv
0 7 * * * /usr/bin/true
END`,
  );
  const { crontab } = look('nothing) ;;');
  expect(crontab).toEqual(
    expect.arrayContaining([
      '0 2 * * * PGPASSWORD=*** pg_dump -U app app | gzip >/backup/app.gz',
      '30 3 * * * pg_dump postgres://app:***@db/app',
      '15 4 * * * certbot renew',
      '0 5 * * * cd /srv/shop && docker compose pull',
      '0 6 * * * RESTIC_PASSWORD=*** AWS_SECRET_ACCESS_KEY=*** restic backup /srv',
    ]),
  );
  expect(crontab.join('\n')).not.toMatch(/sesame|old|true/);
});
