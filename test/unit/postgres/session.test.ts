/** What every session with a database begins with, and what of its errors is shown; the shell's own work. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const PIECES = ['stack/psql.sh', 'postgres/without-rows.sh'].map((name) =>
  join(__dirname, '../../../actions/lib', name),
);
const folder = mkdtempSync(join(tmpdir(), 'runbook-session-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(script: string, env: Record<string, string> = {}): string {
  return execFileSync('sh', ['-c', `. ${PIECES[0]}\n. ${PIECES[1]}\n${script}`], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
}

describe('the password', () => {
  const password = (env: Record<string, string>, user = 'app'): string =>
    run(`sh -c "$(database_session)"' && printf %s "$PGPASSWORD"' sh ${user}`, env);
  const file = (content: string): string => {
    const path = join(folder, 'password');
    writeFileSync(path, content);
    return path;
  };

  it.each([
    ['the variable', { POSTGRES_PASSWORD: 'one' }, 'one'],
    ["libpq's own", { PGPASSWORD: 'two', POSTGRES_PASSWORD: 'one' }, 'two'],
    ['a file', { POSTGRES_PASSWORD_FILE: 'from a file' }, 'from a file'],
    ['a file with a line feed at its end', { POSTGRES_PASSWORD_FILE: 'pass word\n' }, 'pass word'],
    // As the official entrypoint reads it, and so the server got it.
    ['a file with CRLF', { POSTGRES_PASSWORD_FILE: 'pass word\r\n' }, 'pass word\r'],
    ['none', {}, ''],
  ])('%s', (_name, env: Record<string, string>, expected) => {
    const { POSTGRES_PASSWORD_FILE: content, ...others } = env;
    expect(password(content === undefined ? others : { POSTGRES_PASSWORD_FILE: file(content) })).toBe(expected);
  });

  it.each([
    ['the variable', 'app', { POSTGRESQL_PASSWORD: 'own' }, 'own'],
    ['a file', 'app', { POSTGRESQL_PASSWORD_FILE: 'from a file\n' }, 'from a file'],
    ['the one of the superuser', 'postgres', { POSTGRESQL_PASSWORD: 'app', POSTGRESQL_POSTGRES_PASSWORD: 'su' }, 'su'],
    ["the superuser's file", 'postgres', { POSTGRES_PASSWORD: 'app', POSTGRESQL_POSTGRES_PASSWORD_FILE: 'su' }, 'su'],
    ['none but that of another user', 'app', { POSTGRESQL_PASSWORD: 'own', POSTGRESQL_POSTGRES_PASSWORD: 'su' }, 'own'],
    ['that of the only user', 'postgres', { POSTGRESQL_PASSWORD: 'only' }, 'only'],
  ])("in Bitnami's image: %s", (_name, user, env: Record<string, string>, expected) => {
    const given = Object.entries(env).map(([name, value]) => [name, name.endsWith('_FILE') ? file(value) : value]);
    expect(password(Object.fromEntries(given), user)).toBe(expected);
  });

  it('is that of the user for whom a tool is run, and the tool gets its own words', () => {
    const docker = `docker() { shift 3; "$@"; }`;
    const env = { POSTGRESQL_PASSWORD: 'app', POSTGRESQL_POSTGRES_PASSWORD: 'su' };
    const ran = (words: string): string =>
      run(`${docker}\ndatabase_tool c1 sh -c 'printf "%s|" "$PGPASSWORD" "$@"' sh ${words}`, env);
    expect(ran("-U postgres -d 'a b'")).toBe('su|-U|postgres|-d|a b|');
    expect(ran('-U app')).toBe('app|-U|app|');
  });

  it('a file that is not there', () => {
    expect(password({ POSTGRES_PASSWORD_FILE: '/nowhere' })).toBe('');
  });
});

describe('what is shown of an error', () => {
  const shown = (text: string): string => {
    const path = join(folder, 'log');
    writeFileSync(path, text);
    return run(`without_rows ${path}`);
  };

  it('has no row and no value', () => {
    const text =
      shown(`pg_restore: error: COPY failed for table "people": ERROR:  new row for relation "people" violates check constraint "age"
DETAIL:  Failing row contains (1, alice@example.com, two
lines Token).
CONTEXT:  COPY people, line 1: "1 alice@example.com Token"
psql:<stdin>:4: ERROR:  invalid input syntax for type integer: "alice
Token"
LINE 1: insert into people values ('alice@example.com')
pg_restore: error: could not execute query: ERROR:  role "gone" does not exist
Command was: ALTER TABLE public.people OWNER TO gone; -- Token
`);
    expect(text).not.toMatch(/alice|Token/);
    expect(text).toContain('violates check constraint "age"');
    expect(text).toContain('role "gone" does not exist');
    expect(text).toContain('are not shown here');
  });

  it('has the function and the object that it was about', () => {
    const text = shown(`pg_restore: error: could not execute query: ERROR:  function f() does not exist
QUERY:  select f('Token')
CONTEXT:  PL/pgSQL function public.plain(text) line 1 at RETURN
Command was: CREATE TABLE public.place (
    name text DEFAULT 'Token'
);
`);
    expect(text).toMatch(
      /^CONTEXT: {2}PL\/pgSQL function public\.plain\(text\)\nCommand was: CREATE TABLE public\.place$/m,
    );
    expect(text).not.toContain('Token');
  });

  it('has how each process ended, also after what it said', () => {
    expect(shown('\ngzip: stdin: unexpected end of file\n#exit unpack 1\nalice\n#exit docker 1\n')).toMatch(
      /^#exit unpack 1\n#exit docker 1$/m,
    );
  });

  it('is all of it where no server spoke', () => {
    const text = 'tar: ./a: Cannot open: No space left on device\nsomething else\n';
    expect(shown('something else\n')).toBe('something else\n');
    expect(shown(text)).toContain('No space left on device');
  });
});
