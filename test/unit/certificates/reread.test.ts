/** Only programs that do not serve a new certificate yet are told to read it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Asked } from '../../../actions/lib/certificates/ask';
import type { Chain } from '../../../actions/lib/certificates/certificate';
import type { Front } from '../../../actions/lib/certificates/look';
import { parseNginx } from '../../../actions/lib/certificates/nginx-config';
import { rereadOf } from '../../../actions/lib/certificates/reread';
import { renewPiece } from '../../../actions/lib/certificates/scripts';
import { parseRunbook } from '../../../actions/lib/config/load';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());
const former = ca.chain({ san: 'DNS:mail.example' });
const next = ca.chain({ san: 'DNS:mail.example' });
const { consumers } = parseRunbook(
  `certificates: { consumers: [
    { service: mail, port: 993, lineage: mail.example, reread: restart },
    { service: broker, port: 8883, lineage: mail.example, reread: HUP },
    { service: other, port: 1, lineage: shop.example, reread: HUP }] }`,
  'runbook.yml',
).certificates;

const nginx = (lines: string, broken: string[] = []): Front =>
  ({
    nginx: parseNginx(`# configuration file /etc/nginx/nginx.conf:\nhttp { ${lines} }`),
    broken,
  }) as unknown as Front;
const SHOP = 'server { listen 443 ssl; server_name shop.example; ssl_certificate /l/live/shop.example/fullchain.pem; }';
const MAIL = 'server { listen 443 ssl; server_name mail.example; ssl_certificate /l/live/mail.example/fullchain.pem; }';

const asked = (service: string | null, served: Chain): Asked =>
  ({
    question: { certificates: [], ...(service === null ? {} : { lineage: 'mail.example' }) },
    proxy: { container: { service: service ?? 'nginx' } },
    served,
    unseen: false,
  }) as unknown as Asked;
const told = (proxies: readonly Front[], after: Chain | null, ...answers: Asked[]): string[] => {
  const { proxy, consumers: services } = rereadOf(
    { lineage: 'mail.example', next: after, asked: answers },
    proxies,
    consumers,
  );
  return [...(proxy ? ['proxy'] : []), ...services.map(({ service }) => service)];
};

describe('a new certificate is read again', () => {
  it('by all programs that have it in their configuration, and by no other', () => {
    expect(told([nginx(MAIL)], null, asked(null, former))).toEqual(['proxy', 'mail', 'broker']);
    expect(told([nginx(SHOP)], null)).toEqual(['mail', 'broker']);
  });

  it('by a proxy whose use of it is not known, or that uses it for servers behind it', () => {
    expect(told([{ nginx: null, broken: [] } as unknown as Front], null)).toContain('proxy');
    expect(told([nginx(SHOP, ['unknown directive'])], null)).toContain('proxy');
    expect(told([nginx(SHOP.replace('/l/live/shop.example/', '/etc/nginx/certs/'))], null)).toContain('proxy');
    expect(told([nginx(SHOP)], null, asked(null, former))).toContain('proxy');
    expect(told([nginx(SHOP.replace('shop.example/', '$ssl_server_name/'))], null)).toContain('proxy');
    expect(told([nginx(`${SHOP} proxy_ssl_trusted_certificate /l/live/mail.example/chain.pem;`)], null)).toContain(
      'proxy',
    );
  });
});

describe('a certificate that was there before is read again', () => {
  it('only by programs that do not serve it', () => {
    const behind = [asked(null, next), asked('mail', next), asked('broker', former)];
    expect(told([nginx(MAIL)], next, ...behind)).toEqual(['broker']);
    expect(told([nginx(MAIL)], next, asked(null, former), asked('mail', next), asked('broker', next))).toEqual([
      'proxy',
    ]);
  });

  it('by programs that did not answer, or were not asked', () => {
    expect(told([nginx(MAIL)], next, { ...asked('mail', []), unseen: true })).toEqual(['proxy', 'mail', 'broker']);
  });
});

describe('the step', () => {
  const serve = (reload: string, last: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-reread-'));
    try {
      const said = ['operation', 'event', 'test_config', 'reload_proxy', 'reread_consumers', 'fail', 'say'].map(
        (name) => `${name}() { echo "${name} $1"; }`,
      );
      const script = [
        `RB_STEP=${folder} RELOAD=${reload} DOOR= LINEAGE=l PROXY=nginx`,
        renewPiece(),
        ...said,
        'tell_chain() { :; }',
        'word_of_runner() { :; }',
        'to_lineage_links() { :; }',
        'in_state() { :; }',
        `touch "$RB_STEP/links" "$RB_STEP/conf"`,
        'op_serve',
        last,
      ].join('\n');
      return spawnSync('sh', [], { input: script, encoding: 'utf8' }).stdout;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('leaves a proxy alone that does not read the lineage, also on the way back', () => {
    expect(serve('', 'lineage_back')).toBe(
      'operation serve\nreread_consumers \nevent reloaded\nreread_consumers \nevent put-back\n',
    );
  });

  it('has the others check and read their files, and again on the way back', () => {
    expect(serve('yes', 'lineage_back')).toBe(
      'operation serve\ntest_config \nreload_proxy \nreread_consumers \nevent reloaded\nreload_proxy \nreread_consumers \nevent put-back\n',
    );
  });
});
