import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { consumersOf, consumersScript } from '../../../actions/lib/certificates/consumers';
import { parseRunbook } from '../../../actions/lib/config/load';
import type { Container } from '../../../actions/lib/stack/model';

const runbook = (list: string) => parseRunbook(`certificates: { consumers: [${list}] }`, 'runbook.yml');
const broker = '{ service: broker, port: 8883, lineage: shop.example, reread: HUP }';
const container = (service: string, more: Partial<Container> = {}): Container =>
  ({
    ...{ id: service, service, state: 'running', oneOff: false, networks: { a: { ip: '10.0.0.9', ip6: '' } } },
    ...more,
  }) as unknown as Container;
const LINEAGES = [{ name: 'shop.example' }];

it('each container of a consumer is asked at its own port for its lineage', () => {
  const { places, lacking } = consumersOf(runbook(broker), [container('broker'), container('other')], LINEAGES);
  expect(lacking).toEqual([]);
  expect(places).toMatchObject([
    { address: '10.0.0.9', port: 8883, question: { name: null, lineage: 'shop.example', ordersItself: false } },
  ]);
});

it('a consumer that does not run, or has an unknown lineage, is named', () => {
  const stopped = [container('broker', { state: 'exited' }), container('broker', { oneOff: true })];
  expect(consumersOf(runbook(broker), stopped, LINEAGES)).toEqual({
    places: [],
    lacking: ['the service broker of certificates.consumers does not run'],
  });
  expect(consumersOf(runbook(broker), [container('broker')], []).lacking).toEqual([
    'certificates.consumers has broker with the lineage shop.example, which certbot does not have here',
  ]);
});

it('a renewal tells one after the other, and stops at the first that cannot be told', () => {
  const { consumers } = runbook(
    `${broker}, { service: mail, port: 993, lineage: shop.example, reread: restart, copy: /srv/mail }`,
  ).certificates;
  const script = consumersScript(consumers);
  const told = (reread: string): string =>
    spawnSync('sh', ['-c', `reread() { echo "$1|$2|$3"; ${reread}; }\n${script}\nreread_consumers; echo $?`], {
      encoding: 'utf8',
    }).stdout;
  expect(told(':')).toBe('broker|HUP|\nmail|restart|/srv/mail\n0\n');
  expect(told('false')).toBe('broker|HUP|\n1\n');
});

it('a consumer must say how it reads its files again', () => {
  expect(() => runbook('{ service: broker, port: 8883, lineage: shop.example }')).toThrow(/reread/);
  expect(() => runbook('{ service: broker, port: 0, lineage: shop.example, reread: HUP }')).toThrow(/port/);
});
