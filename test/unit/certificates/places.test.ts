import { expect, it } from 'vitest';
import type { Front } from '../../../actions/lib/certificates/look';
import { parseNginx } from '../../../actions/lib/certificates/nginx-config';
import { placesOf } from '../../../actions/lib/certificates/places';
import { parseRunbook } from '../../../actions/lib/config/load';

const front = (servers: string | null, ip: string): Front =>
  ({
    container: { networks: ip === '' ? { host: { ip: '', ip6: '' } } : { edge: { ip, ip6: '' } } },
    nginx: servers === null ? null : parseNginx(`# configuration file /nginx.conf:\nhttp { ${servers} }`),
    broken: [],
  }) as unknown as Front;
const server = (listen: string, names: string, file = '/1'): string =>
  `server { listen ${listen} ssl; server_name ${names}; ssl_certificate ${file}; }`;
const places = (text: string, ...proxies: Front[]): string[] =>
  placesOf(parseRunbook(text, 'runbook.yml'), { proxies }).map(
    ({ question, address, port }) => `${question.name} ${address} ${port} ${question.certificates.join()}`,
  );

it('each container is asked itself, and the port of the host as everybody comes', () => {
  const two = server('443', 'a.example');
  expect(places('', front(two, '10.0.0.2'), front(two, '10.0.0.3'))).toEqual([
    'a.example 10.0.0.2 443 /1',
    'a.example localhost 443 /1',
    'a.example 10.0.0.3 443 /1',
  ]);
  expect(places('', front(two, ''))).toEqual(['a.example 127.0.0.1 443 /1', 'a.example localhost 443 /1']);
});

it('a port of another number in the container is the one of the host, where it is the only one', () => {
  expect(places('', front(server('8443', 'a.example'), '10.0.0.2'))).toEqual([
    'a.example 10.0.0.2 8443 /1',
    'a.example localhost 443 /1',
  ]);
  const both = server('8443', 'a.example') + server('9443', 'b.example');
  expect(places('', front(both, '10.0.0.2'))).toEqual(['a.example 10.0.0.2 8443 /1', 'b.example 10.0.0.2 9443 /1']);
  expect(places('', front(server('127.0.0.1:8443', 'a.example'), '10.0.0.2'))).toEqual(['a.example localhost 443 /1']);
});

it('names that are given for a pattern are compared with its file', () => {
  const text = 'certificates: {names: [a.shop.example]}';
  expect(places(text, front(server('443', '~^(.+)$', '/2'), '10.0.0.2'))).toContain('a.shop.example 10.0.0.2 443 /2');
});

it('a proxy whose configuration is unknown is asked for the names of the runbook file', () => {
  expect(
    places('proxy: {service: web, host-header: shop.example}\nurl: https://www.shop.example', front(null, '10.0.0.2')),
  ).toEqual([
    'shop.example 10.0.0.2 443 ',
    'shop.example localhost 443 ',
    'www.shop.example 10.0.0.2 443 ',
    'www.shop.example localhost 443 ',
  ]);
  expect(places('', front(null, '10.0.0.2'))).toEqual([]);
});

it('a proxy in the network of the host is asked at the address on which alone it listens', () => {
  expect(places('', front(server('203.0.113.5:443', 'a.example'), ''))).toContain('a.example 203.0.113.5 443 /1');
});
