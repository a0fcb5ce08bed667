/** The secret of a client in a real Keycloak, rotated under requests that each need it. */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decrypt } from '../../../actions/lib/secrets/sops';
import { GitHubApi } from '../../lab/github-api';
import { installKeycloak } from '../../lab/keycloak';
import { total } from '../../load/report';
import type { ActionResult } from '../../run-action';
import { get } from '../../tools/tools.mjs';
import { expectNoCanary } from '../canary';
import { annotation, Stage, succeeded } from '../stage';
import { type AgePair, agePair, SopsFolder } from './sops-files';

const PATH = 'secrets.env';
const FIRST = 'canary-client-secret-1';
const ADMIN = 'canary-admin-password-1';
const KEYCLOAK = `
  keycloak:
    image: localhost:5000/acme/keycloak:v1
    restart: unless-stopped
    environment:
      KC_BOOTSTRAP_ADMIN_USERNAME: \${KEYCLOAK_ADMIN}
      KC_BOOTSTRAP_ADMIN_PASSWORD: \${KEYCLOAK_ADMIN_PASSWORD}
    healthcheck: { test: [CMD, bash, -c, "exec 3<>/dev/tcp/127.0.0.1/8080"], interval: 2s, start_period: 300s }
    volumes: ["keycloak:/opt/keycloak/data"]
    networks: [internal]
`;
const POLICY = `secrets:
  OIDC_CLIENT_SECRET:
    generate: password
    keycloak:
      { service: keycloak, realm: shop, client: web, admin-user: KEYCLOAK_ADMIN, admin-password: KEYCLOAK_ADMIN_PASSWORD }
`;
const ENV = `KEYCLOAK_ADMIN=root
KEYCLOAK_ADMIN_PASSWORD=${ADMIN}
OIDC_CLIENT_SECRET=${FIRST}
`;

describe('the secret of a client in Keycloak', { tags: ['exhaustive'] }, () => {
  let stage: Stage;
  let api: GitHubApi;
  let age: AgePair;
  const folder = new SopsFolder();
  let env: Record<string, string>;
  let inputs: Record<string, string>;

  beforeAll(async () => {
    api = await GitHubApi.start();
    age = await agePair();
    stage = await Stage.open();
    await installKeycloak(stage.host);
    env = {
      PATH: `${dirname(get('sops'))}:${process.env.PATH}`,
      GITHUB_API_URL: api.url,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: 'main',
    };
    mkdirSync(join(stage.workspace, 'sso'));
    cpSync(join(import.meta.dirname, 'sso-login.cjs'), join(stage.workspace, 'sso', 'login.cjs'));
    stage.edit('runbook.yml', (text) => `${text}${POLICY}`);
    stage.edit('docker-compose.prod.yml', (text) =>
      text
        .replace(
          '    environment:\n      DATABASE_HOST: db\n',
          () =>
            '    environment:\n      DATABASE_HOST: db\n      NODE_OPTIONS: --require=/etc/sso/login.cjs\n    volumes: ["./sso:/etc/sso:ro"]\n',
        )
        .replace(
          '      migrate:\n        condition: service_completed_successfully\n',
          (found) => `${found}      keycloak:\n        condition: service_healthy\n`,
        )
        .replace('\n  db:\n', () => `${KEYCLOAK}\n  db:\n`)
        .replace('\nvolumes:\n', '\nvolumes:\n  keycloak:\n'),
    );
    const plain = `${stage.read('.env.production')}${ENV}`;
    rmSync(join(stage.workspace, '.env.production'));
    api.commit(PATH, readFileSync(folder.encrypt(PATH, plain, [age.recipient])));
    inputs = { 'sops-file': PATH, 'age-key': age.identity };
    checkOut();
    succeeded(await stage.deploy('v2', { version: 'backend=v2\nworker=v2', ...inputs }, { env }));
    await admin('POST', '', { realm: 'shop', enabled: true });
    await admin('POST', '/shop/clients', { clientId: 'web', secret: FIRST, redirectUris: ['https://stack.test/*'] });
  }, 1_200_000);
  afterAll(async () => {
    folder.remove();
    api?.close();
    await stage?.close();
  });
  beforeEach(checkOut);

  function checkOut(): void {
    stage.write(PATH, api.file(PATH)!);
  }

  const BASE =
    'http://$(docker inspect -f "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}" acme-keycloak-1):8080';

  async function admin(method: string, path: string, json: unknown): Promise<void> {
    await stage.host.root(
      `token=$(curl -s -d grant_type=password -d client_id=admin-cli -d username=root -d password=${ADMIN} "${BASE}/realms/master/protocol/openid-connect/token" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
      curl -sf -X ${method} -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '${JSON.stringify(json)}' "${BASE}/admin/realms${path}"`,
    );
  }

  async function taken(secret: string): Promise<boolean> {
    const status = await stage.host.root(
      `curl -s -o /dev/null -w '%{http_code}' -d token=x -d client_id=web --data-urlencode 'client_secret=${secret}' "${BASE}/realms/shop/protocol/openid-connect/token/introspect"`,
    );
    return status === '200';
  }

  async function committed(branch = 'main'): Promise<string> {
    const file = folder.write('committed.env', api.file(PATH, branch)!);
    const find = async () => ({ path: get('sops'), version: '3.13.3', said: '' });
    return (await decrypt({ file, path: PATH, ageKey: age.identity }, find)).values.get('OIDC_CLIENT_SECRET')!;
  }

  async function rotate(more: Record<string, string> = {}): Promise<ActionResult> {
    const given = { mode: 'rotate', ...inputs, keys: 'OIDC_CLIENT_SECRET', 'github-token': 'ghs_canary', ...more };
    const before = await committed();
    const result = await stage.run('rotate-secrets', given, { env });
    expectNoCanary([before, await committed(), ADMIN, age.identity, 'ghs_canary'], result.shown + api.log());
    return result;
  }

  it('is refused where Keycloak has another secret for the client', async () => {
    stage.edit('runbook.yml', (text) => text.replace('client: web', 'client: admin-cli'));
    expect(annotation(await rotate())).toMatch(
      /^RB-SECRET-SERVER: the secret of admin-cli cannot be changed in keycloak/,
    );
    stage.edit('runbook.yml', (text) => text.replace('client: admin-cli', 'client: web'));
    expect([await committed(), await taken(FIRST)]).toEqual([FIRST, true]);
  });

  it('gets both sides, and the result says how long logins failed, where no policy rotates it', async () => {
    const planned = await rotate({ 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.stdout).toContain('it takes one secret of web at a time');
    expect(await taken(FIRST)).toBe(true);
    const rotated = await rotate({ 'expected-plan': planned.outputs['plan-hash'] ?? '' });
    succeeded(rotated);
    expect(rotated.summary).toMatch(/web of keycloak: at most \d+ s passed between the new secret there/);
    expect([await taken(FIRST), await taken(await committed())]).toEqual([false, true]);
  });

  it('changes without a failed login where a client policy rotates it', async () => {
    await admin('PUT', '/shop/client-policies/profiles', {
      profiles: [
        {
          name: 'rotation',
          executors: [
            {
              executor: 'secret-rotation',
              configuration: {
                'expiration-period': 2505600,
                'rotated-expiration-period': 172800,
                'remaining-rotation-period': 864000,
              },
            },
          ],
        },
      ],
    });
    await admin('PUT', '/shop/client-policies/policies', {
      policies: [
        {
          name: 'rotation',
          enabled: true,
          conditions: [{ condition: 'client-access-type', configuration: { type: ['confidential'] } }],
          profiles: ['rotation'],
        },
      ],
    });
    const former = await committed();
    const load = await stage.load({ rate: 10 });
    const rotated = await rotate();
    const report = await load.stop();
    succeeded(rotated);
    expect(rotated.stdout).toContain('and the former one for some time');
    expect(total(report).requests).toBeGreaterThan(100);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    const fresh = await committed();
    expect(fresh).not.toBe(former);
    expect([await taken(former), await taken(fresh)]).toEqual([true, true]);
  });
});
