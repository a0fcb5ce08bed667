import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { createRedactor } from '../../../actions/lib/procedure/redact';
import { namesOf } from '../../../actions/lib/stack/resolve/names';
import { secretsIn, secretsInFiles, secretsInModel } from '../../../actions/lib/stack/resolve/secrets';

const S = 'S3cretValue9';

function redactorOf(values: readonly string[], names: readonly string[] = []) {
  const redactor = createRedactor();
  redactor.keep(names);
  for (const value of values) redactor.add(value);
  return redactor;
}

describe('masked is', () => {
  it.each([
    `REDIS_URL=redis://cache:6379/0?password=${S}`,
    `ALERT_URL=https://hooks.invalid/services/T0/B0/${S}`,
    `GIT_REMOTE=https://${S}@git.invalid/a.git`,
    `DATABASE_URL=postgres://app:p@${S}@db/app`,
    `CONNECTION=Server=db;User Id=app;Password=${S}`,
    `DB_PW=${S}`,
    `ADMIN_HASH=$$2b$$12$$${S}`,
    `PLAIN=${S}`,
    `PGPASSWORD=sunshine-${S}`,
  ])('%s, whole and in part', (line) => {
    const redactor = redactorOf(secretsIn(line));
    const value = line.slice(line.indexOf('=') + 1).replaceAll('$$', '$');
    expect(redactor.apply(line.replaceAll('$$', '$'))).not.toContain(S);
    expect(redactor.apply(`x ${value} y`)).not.toContain(S);
    // Elsewhere it is a part of the password only.
    if (!/^(ADMIN|DATABASE|PGPASS)/.test(line)) expect(redactor.apply(`x ${S} y`)).toBe('x *** y');
  });

  it('a value behind an empty one, and one that is made of another', () => {
    expect(secretsIn('MAIL_CC=\nDB_PASSWORD=sunshine\n')).toEqual(['sunshine']);
    expect(secretsIn("PASSWORD='sun'\nTOKEN=${PASSWORD}shine-$$\n")).toContain('sunshine-$');
  });

  it('what any environment of the resolved model holds, and credentials anywhere in it', () => {
    const model = {
      services: {
        a: {
          environment: { TOKEN: 'literal', DATABASE_URL: `postgres://u:${S}@db/x`, ODD: 'pa$$w0rdX1y', LEVEL: null },
        },
        b: { command: ['redis-server', `redis://:hunter-two@cache`] },
      },
    };
    expect(secretsInModel(model)).toEqual(expect.arrayContaining(['literal', S, 'pa$w0rdX1y', 'hunter-two']));
  });

  it('what an uploaded secret file holds, and of a config what looks like one', () => {
    const model = {
      services: {},
      secrets: { x: { file: '/srv/s/secrets/x' } },
      configs: { y: { file: '/srv/s/y.conf' } },
    };
    const file = (path: string, text: string) => ({ path, content: Buffer.from(text) });
    const files = [file('secrets/x', 'sunshine\n'), file('y.conf', `workers 4\npassword = ${S}\n`), file('z', 'other')];
    expect(secretsInFiles(model, files, '/srv/s')).toEqual(['sunshine', S]);
  });

  it('a PIN as a word of its own, and never within a hash or an identifier', () => {
    const redactor = redactorOf(secretsIn('LOGIN_PIN=4711'));
    expect(redactor.apply('pin 4711, again "4711"')).toBe('pin ***, again "***"');
    expect(redactor.apply('ab4711cd 14711 4711f')).toBe('ab4711cd 14711 4711f');
  });
});

describe('readable stays', () => {
  it.each([
    ['KEYCLOAK_REALM=shop', 'KEYCLOAK_DB=keycloak', 'AUTH_DB_USER=backend', 'KEYCLOAK_PORT=8080', 'TOKEN_TTL=3600'],
    [
      'COOKIE_DOMAIN=shop.example',
      'OAUTH2_PROXY_PROVIDER=oidc',
      'AUTH_ENABLED=true',
      'AUTH_PORT=8080',
      'TZ=Europe/Berlin',
    ],
    ['NODE_ENV=production', 'API_URL=https://api.shop.example/v2/items', 'IMAGE=ghcr.io/acme/api:v1.2.3', 'MEM=256m'],
    ['MAIL_FROM=Shop <mail@shop.example>', 'REGION=eu-central-1', 'GREETING="hello from the shop"', 'DIR=/var/lib/app'],
  ])('%s, %s, %s, %s', (...lines) => {
    expect(secretsIn(lines.join('\n'))).toEqual([]);
  });

  it('every name of the stack, though a password is equal to it', () => {
    const runbook = parseRunbook('stack: acme\nproxy: { service: front, host-header: shop.example }', 'runbook.yml');
    const compose = [
      'services:\n  backend: { image: "ghcr.io/owner/api:v1", container_name: web-1 }\nnetworks: { edge: {} }',
    ];
    const names = namesOf(runbook, { compose });
    const values = ['acme', 'front', 'shop.example', 'backend', 'edge', 'owner', 'api', 'web-1'];
    const redactor = redactorOf(secretsIn(values.map((value, n) => `PASSWORD_${n}=${value}`).join('\n')), names);
    expect(redactor.apply(values.join(' '))).toBe(values.join(' '));
    const late = redactorOf(['backend', S]);
    late.keep(['backend']);
    expect(late.apply(`backend ${S}`)).toBe('backend ***');
  });
});
