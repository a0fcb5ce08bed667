/** A lineage that nobody is known to use, and that this action therefore does not renew. */
import { afterAll, expect, it } from 'vitest';
import type { Chain } from '../../../actions/lib/certificates/certificate';
import { parseNginx } from '../../../actions/lib/certificates/nginx-config';
import { parseRunbook } from '../../../actions/lib/config/load';
import { problemsIn } from '../../../actions/renew-certs/judge';
import type { Scene } from '../../../actions/renew-certs/scene';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());
const DAY = 24 * 3_600_000;
const chain: Chain = ca.chain({ san: 'DNS:mail.example', days: 90 });
const START = Date.now();

const codes = (
  day: number,
  { consumers = '', path = '/own.pem', renewal = {} as object | null, served = null as string | null } = {},
): string[] => {
  const nginx = parseNginx(
    `# configuration file /n.conf:\nhttp { server { listen 443 ssl; server_name a.example; ssl_certificate ${path}; } }`,
  );
  const links = { cert: 1, chain: 1, fullchain: 1, privkey: 1 };
  const lineage = { name: 'mail', renewal, generations: { links, whole: [1] }, chains: new Map([[1, chain]]) };
  const found = { proxies: [{ container: {}, broken: [], nginx }], lineages: [lineage], state: null };
  const asked = [
    { question: { name: null, certificates: [] }, served: [], lineage: served, unseen: true, problem: 'x' },
  ];
  const runbook = parseRunbook(`certificates: { consumers: [${consumers}] }`, 'runbook.yml');
  const run = { notes: [], inputs: { runbook } };
  const scene = { found, asked, skew: 0, lacking: [], thin: null, every: 1, now: () => START + day * DAY, run };
  return problemsIn(scene as unknown as Scene, { problems: [], done: new Map() }).map(({ code }) => code);
};
const RED = ['RB-CERT-UNSEEN', 'RB-CERT-UNMANAGED'];

it('it is a failure when little of its lifetime is left, and until it is forgotten', () => {
  expect(codes(60)).toEqual(['RB-CERT-UNSEEN']);
  expect(codes(70)).toEqual(RED);
  expect(codes(100)).toEqual(RED);
  expect(codes(125)).toEqual(['RB-CERT-UNSEEN']);
});

it('it is none where a proxy or a consumer uses it, or certbot could not renew it', () => {
  expect(codes(70, { path: '/etc/letsencrypt/live/mail/fullchain.pem' })).toEqual(['RB-CERT-UNSEEN']);
  expect(codes(70, { served: 'mail' })).not.toContain('RB-CERT-UNMANAGED');
  expect(codes(70, { consumers: '{ service: m, port: 993, lineage: mail, reread: HUP }' })).toEqual(['RB-CERT-UNSEEN']);
  expect(codes(70, { renewal: null })).toEqual(['RB-CERT-UNSEEN']);
});
