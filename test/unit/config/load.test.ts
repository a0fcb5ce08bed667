import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { settingsOf } from '../../../actions/lib/config/runbook';
import { duration, isRelativePath } from '../../../actions/lib/config/sections/values';
import { UserError } from '../../../actions/lib/errors';

/** What is said about a text that is not a runbook. */
function refusal(text: string): string {
  try {
    parseRunbook(text, 'runbook.yml');
  } catch (error) {
    if (error instanceof UserError && error.code === 'RB-CONFIG-INVALID') return error.details.what;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('runbook.yml', () => {
  it('may be empty: then the defaults hold', () => {
    for (const text of ['', '# nothing\n', '{}', '\ufeff']) {
      expect(parseRunbook(text, 'runbook.yml')).toEqual({
        stack: 'app',
        tag: '{version}',
        directory: '/opt/app',
        compose: ['docker-compose.prod.yml'],
        envFile: '.env.production',
        envFileNamed: false,
        profiles: [],
        files: [],
        versioned: ['backend', 'worker'],
        services: {},
        defaults: { healthTimeout: 60, stableFor: 3, drainTimeout: 30 },
        proxy: { service: 'nginx', url: 'https://localhost', probes: ['/healthz', '/readyz'] },
        certificates: { consumers: [], names: [], every: 43200 },
        maintenance: { page: null, pass: null, allow: [], retryAfter: 300 },
        commands: {},
        freeCommands: false,
        secrets: {},
        watch: { duration: 10, errorRate: 0.05, p95: 2000, minimumSamples: 20 },
        migration: {
          ...{ service: 'migrate', timeout: 600, blockedTimeout: 60, grace: 30, databases: null, versionQuery: null },
        },
        backup: {
          directory: '/opt/backups',
          databases: [{ service: 'db', user: 'postgres', database: 'app' }],
          format: 'custom',
          volumes: [],
          qdrant: [],
          redpanda: [],
          ignore: [],
          to: ['host'],
          recipients: [],
          s3: null,
          keep: { days: 30, daily: 0, weekly: 0, monthly: 0 },
          blockedTimeout: 600,
        },
        restore: { writers: ['backend', 'worker'], healthTimeout: 60 },
        keepReleases: 5,
        planLifetime: 86400,
      });
    }
  });

  it('takes volumes by name and directories by path, and nothing that Docker would read otherwise', () => {
    const read = (name: string) => parseRunbook(`backup: { volumes: [${JSON.stringify(name)}] }`, 'runbook.yml');
    for (const name of ['uploads', 'my_data.v2', '/etc/letsencrypt', '/srv/ü']) {
      expect(read(name).backup.volumes).toEqual([name]);
    }
    for (const name of [
      '',
      '/',
      '-rf',
      'a b',
      './data',
      'a/b',
      '/a,readonly=false',
      '/a"b',
      "/a'b",
      '/a/../b',
      '/a\nb',
    ]) {
      expect(() => read(name), name).toThrow('RB-CONFIG-INVALID');
    }
  });

  it('gives a service its own settings over those of all', () => {
    const runbook = parseRunbook(
      'defaults: {health-timeout: 2m, drain-timeout: 5}\nservices: {backend: {drain-timeout: 1m, health-path: /up}}',
      'runbook.yml',
    );
    expect(settingsOf(runbook, 'backend')).toEqual({
      healthPath: '/up',
      healthTimeout: 120,
      healthTimeoutNamed: true,
      stableFor: 3,
      drainTimeout: 60,
    });
    for (const other of ['worker', 'constructor', 'toString']) expect(settingsOf(runbook, other).drainTimeout).toBe(5);
  });

  it('calls one file by one name', () => {
    const { compose, envFile, files } = parseRunbook(
      'compose: [./a.yml]\nenv-file: ./x//.env\nfiles: [nginx/, .]',
      'runbook.yml',
    );
    expect({ compose, envFile, files }).toEqual({ compose: ['a.yml'], envFile: 'x/.env', files: ['nginx', '.'] });
  });

  it.each([
    ['stak: x', 'runbook.yml:1: unknown key "stak"; did you mean "stack"?'],
    ['\n\nproxy:\n  servce: nginx', 'runbook.yml:4: unknown key "servce" in proxy; did you mean "service"?'],
    [
      'services:\n  api:\n    healthPath: /',
      'runbook.yml:3: unknown key "healthPath" in services.api; did you mean "health-path"?',
    ],
    ['defaults:\n  STABLE-FOR: 3', 'runbook.yml:2: unknown key "STABLE-FOR" in defaults; did you mean "stable-for"?'],
    [
      'backup:\n  databases:\n    - { service: db, usr: x, user: x, database: x }',
      'runbook.yml:3: unknown key "usr" in backup.databases.0; did you mean "user"?',
    ],
    ['zebra: 1', 'runbook.yml:1: unknown key "zebra"; valid keys: stack, directory, url'],
    ['1: 2', 'runbook.yml:1: unknown key "1"'],
    ['__proto__: {stack: x}', 'runbook.yml:1: unknown key "__proto__"'],
    ['- a', 'runbook.yml:1: the file: expected object, received array'],
    ['hello', 'runbook.yml:1: the file: expected object, received string'],
    ['stack: a\nproxy: nginx', 'runbook.yml:2: proxy: expected object, received string'],
    ['stack: 2024', 'runbook.yml:1: stack: expected string, received number'],
    ['stack: Shop', 'runbook.yml:1: stack: is not a name of a Compose project'],
    ['stack: -p', 'runbook.yml:1: stack: is not a name'],
    ['directory: srv/app', 'runbook.yml:1: directory: is not an absolute path'],
    ['directory: "/srv/$(id)"', 'runbook.yml:1: directory: is not an absolute path'],
    ['directory: "/srv/a\\nb"', 'runbook.yml:1: directory: is not an absolute path'],
    ['compose: docker-compose.yml', 'runbook.yml:1: compose: expected array, received string'],
    ['compose: []', 'runbook.yml:1: compose: Too small'],
    ['files:\n  - a\n  - ../b', 'runbook.yml:3: files.1: is not a path below this file'],
    ['env-file: /etc/shadow', 'runbook.yml:1: env-file: is not a path below this file'],
    ['env-file: -f', 'runbook.yml:1: env-file: is not a path below this file'],
    ['files: [.runbook/current]', 'runbook.yml:1: files.0: is not a path below this file'],
    ['files: [./.runbook]', 'runbook.yml:1: files.0: is not a path below this file'],
    ['files: ["a\\nb"]', 'runbook.yml:1: files.0: is not a path below this file'],
    ['versioned: [--rm]', 'runbook.yml:1: versioned.0: is not a name of a Compose service'],
    ['services: {"a b": {}}', 'runbook.yml:1: services.a b: is not a name of a Compose service'],
    ['watch: {duration: soon}', 'runbook.yml:1: watch.duration: is not a duration: write seconds, or 30s, 5m, 1h'],
    ['watch: {duration: -1}', 'runbook.yml:1: watch.duration: is not a duration'],
    ['watch: {duration: .inf}', 'runbook.yml:1: watch.duration: is not a duration'],
    ['watch: {duration: 25h}', 'runbook.yml:1: watch.duration: is not a duration'],
    ['watch: {error-rate: 5}', 'runbook.yml:1: watch.error-rate: Too big'],
    ['proxy: {url: "javascript:1"}', 'runbook.yml:1: proxy.url: is not an http or https URL'],
    ['proxy: {host-header: "a\\r\\nX: y"}', 'runbook.yml:1: proxy.host-header: is not a host name'],
    ['proxy: {probes: [healthz]}', 'runbook.yml:1: proxy.probes.0: is not an HTTP path'],
    ['keep-releases: 1', 'runbook.yml:1: keep-releases: Too small'],
    ['stack: a\nstack: b', 'runbook.yml:2: Map keys must be unique'],
    ['stack: a\nfiles: [', 'runbook.yml:2: Flow sequence'],
    ['stack: a\n---\nstack: b', 'runbook.yml:2: Source contains multiple documents'],
    ['stack: *name', 'runbook.yml: Unresolved alias'],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'runbook.yml: Excessive alias',
    ],
  ])('%j is refused', (text, said) => {
    expect(refusal(text)).toContain(said);
  });

  it('names all mistakes at once, by line, and no more than ten of them', () => {
    expect(refusal('url: nowhere\nstak: a\nproxy: {service: 1}')).toMatch(
      /:1: url.*; runbook\.yml:2: .*stak.*; runbook\.yml:3: proxy/,
    );
    const many = refusal(Array.from({ length: 13 }, (_, index) => `unknown-${index}: 1`).join('\n'));
    expect(many).toMatch(/runbook\.yml:10: .*; and 3 more$/);
    expect(many).not.toContain('runbook.yml:11:');
  });

  it('fails only with an explanation, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 4 })), (text) => {
        try {
          parseRunbook(text, 'runbook.yml');
        } catch (error) {
          expect(error).toMatchObject({ code: 'RB-CONFIG-INVALID' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a duration', () => {
  it('is seconds, with or without its unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 }), fc.constantFrom('s', 'm', 'h'), (count, unit) => {
        const seconds = count * { s: 1, m: 60, h: 3600 }[unit];
        for (const written of [`${count}${unit}`, seconds, `${seconds}`, `${seconds}s`])
          expect(duration.parse(written)).toBe(seconds);
      }),
    );
    expect(duration.parse('1.5m')).toBe(90);
  });

  it.each(['', '5 m', '1d', '-1s', '+1', '1e3', '0x10', '5ms', '٣s', '99999999h', 86_401, Number.NaN])(
    'is not %j',
    (written) => {
      expect(duration.safeParse(written).success).toBe(false);
    },
  );
});

describe('a path to upload', () => {
  it('stays below its folder and has no character that ends a line', () => {
    const parts = fc.array(
      fc.oneof(fc.constantFrom('..', '.', '', '.runbook', '-x', '~', 'a b', '$(id)', 'ü'), fc.string()),
    );
    fc.assert(
      fc.property(parts, (list) => {
        const path = list.join('/');
        if (!isRelativePath(path)) return;
        const resolved = new URL(encodeURIComponent(path).replaceAll('%2F', '/'), 'file:///root/folder/').pathname;
        expect(resolved.startsWith('/root/folder/')).toBe(true);
        expect(path).not.toMatch(/^[-/~]|[\n\r\0]/);
      }),
    );
  });
});
