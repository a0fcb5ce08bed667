import { expect, it } from 'vitest';
import { parseNginx } from '../../../actions/lib/certificates/nginx-config';
import { questionsOf } from '../../../actions/lib/certificates/questions';

/** As `nginx -T` prints several files. */
function dump(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, text]) => `# configuration file ${path}:\n${text}\n`)
    .join('\n');
}

const PLAIN = { several: false, ordersItself: false, inside: false, proxyProtocol: false };
const MAIN = 'events {}\nhttp {\n  include /etc/nginx/mime.types;\n  include conf.d/*.conf;\n}\n';

it('each name is asked on its port, with the file that its server names', () => {
  const { ask, unasked } = questionsOf(
    parseNginx(
      dump({
        '/etc/nginx/nginx.conf': MAIN,
        '/etc/nginx/mime.types': 'types { text/html html; }',
        '/etc/nginx/conf.d/b.conf': `server {
          listen 443 ssl; listen [::]:443 ssl http2;
          server_name shop.example WWW.shop.example;
          ssl_certificate /etc/letsencrypt/live/shop.example/fullchain.pem; # not /etc/other.pem;
        }`,
        '/etc/nginx/conf.d/a.conf': `server { listen 80; return 301 https://$host$request_uri; }
        server { listen 8443 ssl default_server; server_name _; ssl_certificate "certs/own {1}.pem"; }`,
        // In no include: not part of the configuration.
        '/etc/nginx/conf.d/old.conf.bak': 'server { listen 443 ssl; ssl_certificate x; server_name old.example; }',
      }),
    ),
  );
  const certificates = ['/etc/letsencrypt/live/shop.example/fullchain.pem'];
  expect(ask).toEqual([
    { name: null, port: 8443, certificates: ['/etc/nginx/certs/own {1}.pem'], ...PLAIN },
    { name: 'shop.example', port: 443, certificates, ...PLAIN },
    { name: 'www.shop.example', port: 443, certificates, ...PLAIN },
  ]);
  expect(unasked).toEqual([]);
});

it('certificates stand above the server too, or in a snippet, and there may be two for one name', () => {
  const { ask } = questionsOf(
    parseNginx(
      dump({
        '/etc/nginx/nginx.conf': `http { ssl_certificate /a.pem;
          server { listen 443 ssl; server_name a.example; }
          server { listen 443 ssl; server_name b.example; include snippets/b.conf; } }`,
        '/etc/nginx/snippets/b.conf': 'ssl_certificate /b-rsa.pem; ssl_certificate /b-ec.pem;',
      }),
    ),
  );
  expect(ask.map(({ name, certificates }) => [name, certificates])).toEqual([
    ['a.example', ['/a.pem']],
    ['b.example', ['/b-rsa.pem']],
    ['b.example', ['/b-ec.pem']],
  ]);
});

it('a star and a leading dot are asked by a name that they claim; a pattern is said to be unasked', () => {
  const { ask, unasked } = questionsOf(
    parseNginx(
      dump({
        '/nginx.conf': `http {
        server { listen 443 ssl; server_name first.example; ssl_certificate /1; }
        server { listen 443 ssl; server_name *.shop.example .shop.test; ssl_certificate /2; }
        server { listen 443 ssl; server_name ~^(?<sub>[a-z]{2,})\\.x$; ssl_certificate /3; } }`,
      }),
    ),
  );
  expect(ask.map(({ name }) => name)).toEqual(['first.example', 'runbook-check.shop.example', 'shop.test']);
  expect(unasked.map(({ certificates }) => certificates)).toEqual([['/3']]);
});

it('an address is asked of the default server alone: its clients send no name', () => {
  const { ask } = questionsOf(
    parseNginx(
      dump({
        '/nginx.conf': `http {
        server { listen 443 ssl default_server; server_name first.example 203.0.113.5; ssl_certificate /1; }
        server { listen 443 ssl; server_name shop.example 203.0.113.6 [2001:db8::1]; ssl_certificate /2; } }`,
      }),
    ),
  );
  expect(ask.map(({ name }) => name)).toEqual(['first.example', '203.0.113.5', 'shop.example']);
});

it('a name in other letters than those of ASCII is asked as clients send it, once', () => {
  const { ask } = questionsOf(
    parseNginx(
      dump({
        '/nginx.conf':
          'http { server { listen 443 ssl; server_name bücher.example xn--bcher-kva.example; ssl_certificate /1; } }',
      }),
    ),
  );
  expect(ask.map(({ name }) => name)).toEqual(['xn--bcher-kva.example']);
});

it('a port on one address of the machine is known with this address', () => {
  const { ask } = questionsOf(
    parseNginx(
      dump({
        '/nginx.conf': `http {
        server { listen 203.0.113.5:443 ssl; listen [2001:db8::1]:443 ssl; server_name a.example; ssl_certificate /1; }
        server { listen 203.0.113.5:8443 ssl; listen 8443 ssl; server_name b.example; ssl_certificate /2; }
        server { listen 0.0.0.0:9443 ssl; listen [::]:9443 ssl; server_name c.example; ssl_certificate /3; } }`,
      }),
    ),
  );
  expect(ask.map(({ name, only }) => [name, only])).toEqual([
    ['a.example', '203.0.113.5'],
    ['b.example', undefined],
    ['c.example', undefined],
  ]);
});

it('a name that two servers claim is asked once, of the first, as nginx answers', () => {
  const { ask } = questionsOf(
    parseNginx(
      dump({
        '/nginx.conf': `http {
        server { listen 443 ssl; server_name a.example; ssl_certificate /1; }
        server { listen 443 ssl; server_name a.example; ssl_certificate /2; } }`,
      }),
    ),
  );
  expect(ask.map(({ certificates }) => certificates)).toEqual([['/1']]);
});

it('what one server says of a socket is true of all servers there: TLS, and the PROXY protocol', () => {
  const { servers } = parseNginx(
    dump({
      '/nginx.conf': `http {
        server { listen 443 ssl proxy_protocol default_server; server_name a.example; ssl_certificate /1; }
        server { listen 0.0.0.0:443; server_name b.example; ssl_certificate /2; }
        server { listen *:443; server_name none.example; }
        server { listen [::]:443; server_name plain.example; ssl_certificate /3; }
        server { listen 10.0.0.1:443; server_name other.example; ssl_certificate /4; }
        server { listen 80; server_name b.example; ssl_certificate /2; } }`,
    }),
  );
  expect(servers.map(({ names, ports, proxyProtocol }) => [...names, ...ports, proxyProtocol])).toEqual([
    ['a.example', 443, true],
    ['b.example', 443, true],
  ]);
});

it('the module that orders certificates, TLS streams and stapling are seen', () => {
  const config = parseNginx(
    dump({
      '/etc/nginx/nginx.conf': `http { acme_issuer le { uri https://acme.example/dir; }
        server { listen 443 ssl; server_name a.example; acme_certificate le; ssl_certificate $acme_certificate; } }
        stream { server { listen 8883 ssl; ssl_certificate /mqtt.pem; ssl_stapling on; proxy_pass broker:1883; } }`,
    }),
  );
  expect(config.servers.map(({ ordersItself, ports }) => [ordersItself, ports])).toEqual([
    [true, [443]],
    [false, [8883]],
  ]);
  expect(config.stapling).toBe(true);
});

it('where nginx keeps the certificates that it orders is known: a folder that is named, its default, or nothing', () => {
  const { issuers } = parseNginx(
    dump({
      '/etc/nginx/nginx.conf': `http {
        acme_issuer le { uri https://acme.example/dir; state_path /var/lib/acme; }
        acme_issuer own { uri https://ca.example/dir; state_path state/own; }
        acme_issuer plain { uri https://acme.example/dir; }
        acme_issuer none { uri https://acme.example/dir; state_path off; } }`,
    }),
  );
  expect(issuers).toEqual([
    ['/var/lib/acme'],
    ['/etc/nginx/state/own', '/var/cache/nginx/state/own'],
    ['/etc/nginx/acme_plain', '/var/cache/nginx/acme_plain'],
    [],
  ]);
});

it('a port of the container alone, and one behind a balancer, are known as such', () => {
  const { ask } = questionsOf(
    parseNginx(
      dump({
        '/nginx.conf': `http {
        server { listen 127.0.0.1:8443 ssl; server_name a.example; ssl_certificate /1; }
        server { listen 443 ssl proxy_protocol; listen 127.0.0.1:443 ssl; server_name b.example; ssl_certificate /2; }
        server { listen 443 ssl; ssl_reject_handshake on; } }`,
      }),
    ),
  );
  expect(ask.map(({ name, inside, proxyProtocol }) => [name, inside, proxyProtocol])).toEqual([
    ['a.example', true, false],
    ['b.example', false, true],
  ]);
});

it('a text that is not a configuration has no servers', () => {
  expect(questionsOf(parseNginx(''))).toEqual({ ask: [], unasked: [] });
  expect(questionsOf(parseNginx('nginx: [emerg] broken'))).toEqual({ ask: [], unasked: [] });
});
