import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { scramVerifier } from '../../../actions/lib/postgres/scram';
import type { Rotated } from '../../../actions/lib/secrets/derive';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import { checkLeftovers, gaps, type Looked } from '../../../actions/rotate-secrets/leftovers';

const OLD = 'old-password-1';
const one: Rotated = { name: 'PASSWORD', old: OLD, fresh: 'new-password-1', derived: [], unrelated: [] };

interface Case {
  readonly before?: Record<string, object>;
  readonly after?: Record<string, object>;
  readonly files?: Record<string, string>;
  readonly changed?: readonly string[];
  readonly rotated?: readonly Rotated[];
}

function looked({ before = {}, after = {}, files = {}, changed = [], rotated = [one] }: Case): Looked {
  return {
    rotated,
    before: { services: before } as unknown as ComposeModel,
    after: { services: after } as unknown as ComposeModel,
    changed,
    files: Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text), mode: 0o644 })),
  };
}

const said = (input: Case): string => {
  try {
    checkLeftovers(looked(input));
  } catch (error) {
    expect(String(error)).not.toContain(OLD);
    return String(error);
  }
  return '';
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

it.each([
  [
    'a variable of the Compose file',
    { after: { api: { environment: { DSN: `postgres://app:${OLD}@x/app` } } } },
    'DSN of api holds',
  ],
  [
    'a command line',
    { after: { cache: { command: ['redis-server', '--requirepass', OLD] } } },
    'the definition of cache holds',
  ],
  ['base64 in a label', { after: { web: { labels: { auth: base64(`app:${OLD}`) } } } }, 'the definition of web holds'],
  ['a file of the release', { files: { 'app/settings.ini': `password = ${OLD}\n` } }, 'app/settings.ini holds'],
  ['a user list of PgBouncer', { files: { 'userlist.txt': `"app" "md5${md5(`${OLD}app`)}"\n` } }, 'userlist.txt holds'],
  ['a sum', { files: { users: createHash('sha256').update(OLD).digest('hex') } }, 'users holds'],
] as const)('an old value that stays in %s stops the run', (_what, input, words) => {
  expect(said(input)).toContain(`RB-SECRET-SHARED: ${words} the old value of PASSWORD`);
});

it('a value that is new, of another user, or short enough for chance does not stop the run', () => {
  const files = { 'userlist.txt': `"app" "md5${md5('other app')}"\n`, readme: 'a password' };
  expect(said({ files, after: { api: { environment: { DSN: 'postgres://app:new-password-1@x/app' } } } })).toBe('');
  expect(said({ files: { readme: 'port 123456' }, rotated: [{ ...one, old: '123456' }] })).toBe('');
});

it.each([
  ['the password of a URL', { DATABASE_URL: 'postgres://app:changeme@db/x' }, 'DATABASE_URL'],
  ['the password of a client', { PGPASSWORD: 'changeme', NOTE: 'changeme' }, 'PGPASSWORD'],
])('an old value that is a word stops the run where it is %s', (_what, environment, key) => {
  const rotated = [{ ...one, old: 'changeme' }];
  const after = { web: { image: 'acme/web', environment } };
  expect(said({ after, rotated })).toContain(`${key} of web holds the old value of PASSWORD itself`);
  expect(said({ after, rotated })).not.toContain('NOTE');
  expect(said({ after, rotated: [{ ...rotated[0]!, unrelated: [key] }] })).toBe('');
  expect(
    said({ after: { db: { image: 'postgres:17', environment: { POSTGRES_PASSWORD: 'changeme' } } }, rotated }),
  ).toBe('');
});

it('an old value stops the run where a file of users holds what is made of it', () => {
  const salt = Buffer.from('sixteen bytes ok');
  const files = {
    'userlist.txt': `"app" "${scramVerifier(OLD, salt, 4096)}"\n`,
    htpasswd: `app:{SHA}${createHash('sha1').update(OLD).digest('base64')}\n`,
  };
  expect(said({ files })).toMatch(/userlist\.txt holds .*; htpasswd holds/);
  expect(said({ files: { 'userlist.txt': `"app" "${scramVerifier('another-one-1', salt, 4096)}"\n` } })).toBe('');
});

const api = { image: 'acme/api', environment: { URL: `redis://:${OLD}@cache:6379/0` } };

it('a server that gets the new value is announced as a gap, a server that does not is refused', () => {
  const before = {
    api,
    cache: { image: 'redis:8', command: `--requirepass ${OLD}`, environment: { REDIS_PASSWORD: OLD } },
  };
  expect(said({ before, changed: ['api', 'cache'] })).toBe('');
  expect(gaps(looked({ before, changed: ['api', 'cache'] }))).toEqual([
    expect.stringContaining('api logs in at cache with PASSWORD'),
  ]);
  expect(said({ before, changed: ['api'] })).toContain(
    'RB-SECRET-SERVER: api logs in with PASSWORD at cache, which would keep the old value',
  );
});

it.each([
  ['an alias', { URL: `amqp://app:${encodeURIComponent(OLD)}@queue/` }, 'at mq,'],
  ['a name of its own', { PGPASSWORD: OLD, PGHOST: 'mq' }, 'at mq,'],
  ['a server elsewhere', { DB_PASSWORD: OLD, DB_HOST: 'db.example.com:5432' }, 'at db.example.com,'],
  ['nobody knows which', { APP_DATABASE_PASSWORD: OLD }, 'at a server,'],
  ['a URL with parameters', { URL: `jdbc:postgresql://mq:5432/app?user=app&password=${OLD}` }, 'at mq,'],
  ['a URL with a driver', { URL: `postgresql+asyncpg://app:${OLD}@db.example.com/app` }, 'at db.example.com,'],
  ['a user beside parameters', { URL: `postgres://app@queue/app?sslmode=require&password=${OLD}` }, 'at mq,'],
  ['keywords', { DSN: `host=queue user=app password='${OLD}' dbname=app` }, 'at mq,'],
  ['keywords of .NET', { ConnectionStrings__App: `Server=tcp:mq,5432;User Id=app;Password=${OLD};` }, 'at mq,'],
  ['keywords without a server', { DSN: `user=app password=${OLD}` }, 'at a server,'],
  ['a password file', { PGPASS: `# of the app\nqueue:5432:app:app:${OLD}\n` }, 'at mq,'],
  ['a mail server elsewhere', { SMTP_PASSWORD: OLD, SMTP_HOST: 'mail.example.org' }, 'at mail.example.org,'],
  ["Django's variables for mail", { EMAIL_HOST_PASSWORD: OLD }, 'at a server,'],
  ["Spring's variables", { SPRING_DATASOURCE_PASSWORD: OLD }, 'at a server,'],
])('a login by %s is seen', (_what, environment, words) => {
  const mq = { image: 'rabbitmq', networks: { internal: { aliases: ['queue'] } } };
  const input = { before: { api: { environment }, mq }, changed: ['api'] };
  expect(said(input)).toContain(words);
  // Somebody else made it, and has changed it there.
  expect(said({ ...input, rotated: [{ ...one, external: true }] })).toBe('');
});

it("a database's own password counts only at its first start", () => {
  const db = (value: string) => ({ image: 'postgres:17', environment: { POSTGRES_PASSWORD: value } });
  expect(said({ before: { db: db(OLD) }, after: { db: db('new-password-1') }, changed: ['db'] })).toContain(
    'RB-SECRET-SERVER: db reads POSTGRES_PASSWORD only at its first start',
  );
});

it('a cookie secret that oauth2-proxy would refuse is refused beforehand', () => {
  const after = { proxy: { environment: { OAUTH2_PROXY_COOKIE_SECRET: 'a'.repeat(40) } } };
  expect(said({ after })).toContain('RB-SECRET-POLICY: proxy would not start');
});
