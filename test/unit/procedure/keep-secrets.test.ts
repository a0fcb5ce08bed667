/** A release from before a rotation comes back only with logins that its database takes now. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CommonInputs } from '../../../actions/lib/config/inputs';
import { parseRunbook } from '../../../actions/lib/config/load';
import type { Run } from '../../../actions/lib/procedure/define';
import { withPresentSecrets } from '../../../actions/lib/procedure/keep-secrets';
import { emptyHost, release, runbook, service } from '../stack/model-host';

const { secrets } = parseRunbook(
  `secrets:
  PASSWORD: { generate: password, postgres: { service: db, user: USER, roles: [shop, shop_2], database: shop } }
  OWN: { generate: password, postgres: { service: own, roles: [solo], database: solo } }
`,
  'runbook.yml',
);

const NOW = 'USER=shop_2\nPASSWORD=new-password-1\nOWN=own-password-2\n';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @returns what was told, all that was masked, and the logins that the servers were asked for */
async function back(then: string, { now = NOW, takes = [] as string[], compose = true } = {}) {
  const filesOf = (id: string, text: string) => {
    const all = { '.env': text, ...(compose || id === '2' ? { 'compose.yml': 'services: {}' } : {}) };
    const list = Object.entries(all).map(
      ([path, content]) => `${hashOf(content)} 600 ${path}\n=${Buffer.from(content).toString('base64')}\n`,
    );
    const hashes = Object.fromEntries(Object.entries(all).map(([path, content]) => [path, hashOf(content)]));
    return { hashes, listed: `#rb-section files\n${list.join('')}#rb-section end\n` };
  };
  const [was, is] = [filesOf('1', then), filesOf('2', now)];
  const [old, current] = [
    { ...release('1', { api: service('api', 'v1', '1') }), files: was.hashes },
    { ...release('2', { api: service('api', 'v2', '2') }), files: is.hashes },
  ];
  const [asked, masked]: [string[], string[]] = [[], []];
  const run = async (script: string, { input }: { input?: string } = {}) => {
    const exit = (code: number, stdout = '') => ({ outcome: 'exited', code, stdout, stderr: '' });
    if (input === undefined) return exit(0, script.includes('releases/1/') ? was.listed : is.listed);
    asked.push(input);
    return exit(takes.includes(input) ? 0 : 6);
  };
  const told = await withPresentSecrets(
    {
      inputs: { runbook: { ...runbook, envFile: '.env', secrets } },
      session: { host: { run }, root: '/srv/shop/.runbook', state: { ...emptyHost, current } },
      recorder: { step: () => undefined, secret: (text: string) => masked.push(text) },
    } as unknown as Run<CommonInputs>,
    old,
  ).then(
    ({ notes }) => notes.join('\n'),
    (thrown: Error) => thrown.message,
  );
  return { told, asked, masked };
}

describe('a rollback is refused', () => {
  it('where the former login stands in a place in which it cannot be replaced', async () => {
    const { told, asked, masked } = await back(
      'USER=shop\nPASSWORD=old-password-1\nOWN=own-password-2\nCOPY=login shop, word old-password-1\n',
    );
    expect(told).toMatch(/^RB-SECRET-FORMER: .*from before a rotation in a place where it cannot be replaced/);
    expect(told).toContain('COPY holds PASSWORD, but not its user beside it');
    expect(told).toContain('deploy version');
    for (const secret of ['old-password-1', 'new-password-1']) {
      expect(told).not.toContain(secret);
      expect(masked).toContain(secret);
    }
    expect(asked).toEqual([]);
  });

  it('where the former password of a single role stands in another value, which nothing proves to be a copy', async () => {
    const { told } = await back('USER=shop_2\nPASSWORD=new-password-1\nOWN=solo\nCOPY=solo\n');
    expect(told).toMatch(/^RB-SECRET-FORMER: /);
    expect(told).toContain('COPY has the same value as OWN');
  });

  it('where lines of an env file are not read alike by all programs', async () => {
    const { told } = await back("USER=shop\nPASSWORD=old-password-1\nOWN=own-password-2\nODD= 'x\n");
    expect(told).toMatch(/^RB-SECRET-FORMER: .*has lines that not every program reads alike/);
    expect(told).toContain('ODD on line 4');
  });

  it('where the release was not made of the present Compose files', async () => {
    const { told } = await back('USER=shop\nPASSWORD=old-password-1\nOWN=own-password-2\n', { compose: false });
    expect(told).toMatch(/^RB-SECRET-FORMER: release 1 was not made of compose.yml/);
    expect(told).not.toContain('old-password-1');
  });

  it('where the present env file does not have the login, and the server refuses the former one', async () => {
    const { told, asked } = await back('USER=shop\nPASSWORD=old-password-1\n', { now: 'OTHER=1\n' });
    expect(told).toMatch(/^RB-SECRET-FORMER: release 1 has PASSWORD and USER from before a rotation/);
    expect(told).toContain('db refuses a login as shop over TCP');
    expect(told).not.toContain('old-password-1');
    expect(asked).toEqual(['old-password-1']);
  });
});

it('a former login that the server takes comes back, named', async () => {
  const { told, asked } = await back('USER=shop\nPASSWORD=old-password-1\n', {
    now: 'OTHER=1\n',
    takes: ['old-password-1'],
  });
  expect(told).toBe('Back to the values that release 1 has: PASSWORD, USER.\nNot in the env file of release 1: OTHER.');
  expect(asked).toEqual(['old-password-1']);
});
