import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { composeFailure, composeWarnings, parseModel } from '../../../actions/lib/stack/resolve/compose';
import { registryAuth } from '../../../actions/lib/stack/resolve/login';
import { packPayload } from '../../../actions/lib/stack/resolve/payload';
import { secretsIn } from '../../../actions/lib/stack/resolve/secrets';
import { replicasOf, seconds, traitsOf } from '../../../actions/lib/stack/resolve/traits';
import { tagVariables } from '../../../actions/lib/stack/resolve/versions';

function file(path: string, content = 'x') {
  return { path, content: Buffer.from(content), mode: 0o644 };
}

describe('the archive of uploaded files', () => {
  async function names(archive: Buffer): Promise<string[]> {
    const found: string[] = [];
    const reader = extract();
    reader.end(archive);
    for await (const entry of reader) {
      found.push(entry.header.name);
      entry.resume();
    }
    return found;
  }

  it('has each content once, and none that the host has', async () => {
    const login = { registry: 'ghcr.io', username: 'u', password: 'p' };
    const files = [file('b', 'same'), file('a b', 'same'), file('c', 'there')];
    const all = await packPayload(files, {}, []);
    const { archive, filesList, sent } = await packPayload(files, { c: all.files.c ?? '' }, [login]);
    expect(await names(archive)).toEqual(['files.list', `blobs/${all.files.b}`, 'logins/0/config.json']);
    expect(filesList).toBe(all.filesList);
    expect(filesList.split('\n')).toEqual([
      `${all.files.b} 644 a b`,
      `${all.files.b} 644 b`,
      `${all.files.c} 644 c`,
      '',
    ]);
    expect(sent).toBe(4);
  });

  it.each(['../x', '/etc/passwd', 'a/../b', './a', 'a//b', 'a/', '', 'a\nb', '.runbook/current'])(
    'refuses the path %j',
    async (path) => {
      await expect(packPayload([file(path)], {}, [])).rejects.toMatchObject({ code: 'RB-FILE-MISSING' });
    },
  );
});

describe('secrets of an env file', () => {
  it('are values of secret-looking keys and passwords in URLs', () => {
    const found = secretsIn(
      [
        'DB_PASSWORD=pa$$word # the old one',
        'export API_TOKEN="quo\\"ted # all"',
        "JWT_SECRET='sin$gle'",
        'DATABASE_URL=postgres://app:hun%40ter2@db:5432/app',
        'LOG_LEVEL=debug',
        'AUTH_ENABLED=true',
        'PIN_KEY=12',
        'TLS_PRIVATE_KEY="-----BEGIN\nline two"',
      ].join('\r\n'),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        'pa$$word',
        'pa$word',
        'quo"ted # all',
        'sin$gle',
        'hun%40ter2',
        'hun@ter2',
        '-----BEGIN\nline two',
      ]),
    );
    for (const plain of ['debug', 'true', '12', 'app']) expect(found).not.toContain(plain);
  });

  it('are found whatever the value holds', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[!-~]([ -~]{4,20})[!-~]$/).filter((value) => !/['"#\\`]/.test(value)),
        (value) => {
          expect(secretsIn(`A=1\nDB_PASSWORD=${value}\nB=2`)).toContain(value);
          expect(secretsIn(`DB_PASSWORD='${value}'`)).toContain(value);
          expect(secretsIn(`DB_PASSWORD="${value}"`)).toContain(value);
        },
      ),
    );
  });
});

describe("Compose's standard error", () => {
  const warning =
    'time="2026-01-01T00:00:00Z" level=warning msg="The \\"DB_HOST\\" variable is not set. Defaulting to a blank string."\n';

  it('with an unset variable is an error, once per name', () => {
    expect(() => composeWarnings(warning + warning)).toThrow(/RB-VARIABLE-UNSET: DB_HOST is not set/);
  });

  it('may hold warnings that matter less', () => {
    expect(composeWarnings('time="x" level=warning msg="compose.yml: `version` is obsolete"\n')).toEqual([
      'compose.yml: `version` is obsolete',
    ]);
  });

  it('explains what Compose refuses', () => {
    expect(composeFailure('error while interpolating x: required variable A is missing a value: say it\n').code).toBe(
      'RB-VARIABLE-UNSET',
    );
    const failure = composeFailure(
      `${warning}validating /x/compose.yml: services.web additional properties 'imagee' not allowed\n`,
    );
    expect(failure.code).toBe('RB-COMPOSE-INVALID');
    expect(failure.message).toContain("additional properties 'imagee' not allowed");
  });
});

describe("Compose's model", () => {
  it("means the stack's directory wherever Compose says the staging tree", () => {
    const config = JSON.stringify({
      name: 'x',
      'x-a': { b: 1 },
      services: {
        web: {
          profiles: ['p'],
          environment: { PWD: '/tmp/r.1/tree', UNSET: null },
          volumes: [{ source: '/tmp/r.1/tree/data' }],
        },
      },
    });
    expect(parseModel(config, '/tmp/r.1/tree', '/srv/a$b')).toEqual({
      name: 'x',
      services: { web: { environment: { PWD: '/srv/a$$b' }, volumes: [{ source: '/srv/a$$b/data' }] } },
    });
  });

  it('waits for no service that no active profile asks for', () => {
    const docs = { condition: 'service_started', required: false };
    const db = { condition: 'service_healthy', required: true };
    const config = JSON.stringify({
      services: { api: { depends_on: { docs, db } }, db: { depends_on: { docs } }, cache: { depends_on: { db } } },
    });
    expect(parseModel(config, '/tmp/r.1/tree', '/srv/a').services).toEqual({
      api: { depends_on: { db } },
      db: {},
      cache: { depends_on: { db } },
    });
  });

  it.each<[string, object, RegExp]>([
    [
      'a provider',
      { provider: { type: 'model', options: { model: ['ai/smollm2'] } } },
      /^RB-COMPOSE-INVALID: api has no image but the provider "model"[\s\S]*remove api from the Compose files/,
    ],
    [
      'a mounted image',
      { image: 'r/api', volumes: [{ type: 'image', source: 'r/assets:v1', target: '/assets' }] },
      /^RB-COMPOSE-INVALID: api mounts the image r\/assets:v1 at \/assets[\s\S]*COPY --from=r\/assets:v1/,
    ],
  ])('is refused with %s, which no release can pin', (_what, api, words) => {
    const config = JSON.stringify({ services: { db: { image: 'r/db' }, api } });
    expect(() => parseModel(config, '/tmp/r.1/tree', '/srv/a')).toThrow(words);
  });

  it('tells the planner what it must know', () => {
    const traits = traitsOf(
      {
        ports: [{ published: '8080-8082' }, { published: '53', protocol: 'udp' }, { target: 80 }, { published: '0' }],
        networks: { a: null, b: { ipv4_address: '172.30.0.10', mac_address: '02:42:ac:1e:00:0a' } },
        healthcheck: { disable: true },
        volumes: [
          { type: 'volume', source: 'v', target: '/v', read_only: true },
          { type: 'tmpfs', target: '/t' },
          { type: 'volume', target: '/anonymous' },
        ],
        stop_grace_period: '1m30s',
      },
      { services: {} },
    );
    expect(traits).toMatchObject({
      fixed: ['address 172.30.0.10', 'MAC address 02:42:ac:1e:00:0a'],
      hostPorts: [53, 8080, 8081, 8082],
      hasHealthcheck: false,
      writableVolumes: ['/anonymous'],
      stopGracePeriod: 90,
    });
    expect([seconds('500ms'), seconds('1h0m5s'), seconds(undefined)]).toEqual([0.5, 3605, null]);
    expect([replicasOf({}), replicasOf({ scale: 2 }), replicasOf({ deploy: { replicas: 0 } })]).toEqual([1, 2, 0]);
  });
});

describe('the variable that names a tag', () => {
  const runbook = { stack: 's', directory: '/d', compose: ['c.yml'], envFile: null, profiles: [] };
  const files = [
    file(
      'c.yml',
      `services:\n  a: {image: "r/a:\${TAG:?set it}"}\n  b: {image: "r/b:$TAG"}\n  c: {image: "r/c:v\${C}"}\n  d: {image: "$REGISTRY/d:\${D:-x}"}`,
    ),
    file('other.yml', `services: {a: {image: "r:\${OTHER}"}}`),
  ];

  it('gets the version, unless services disagree', () => {
    expect(tagVariables({ runbook, files, versions: { a: 'v2', b: 'v2', c: 'v2', d: 'v3' } })).toEqual({
      TAG: 'v2',
      D: 'v3',
    });
    expect(tagVariables({ runbook, files, versions: { a: 'v2', b: 'v3' } })).toEqual({});
    expect(tagVariables({ runbook, files, versions: { a: `sha256:${'a'.repeat(64)}`, d: '$(id)' } })).toEqual({});
    expect(tagVariables({ runbook, files: [file('c.yml', 'a: [')], versions: { a: 'v2' } })).toEqual({});
  });
});

it('a login is written in the format of the API', () => {
  const auth = registryAuth({ registry: 'docker.io', username: 'ü', password: 'p"' });
  expect(JSON.parse(Buffer.from(auth, 'base64url').toString())).toEqual({
    username: 'ü',
    password: 'p"',
    serveraddress: 'https://index.docker.io/v1/',
  });
});
