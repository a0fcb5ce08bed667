import { describe, expect, it } from 'vitest';
import type { UploadedFile } from '../../../actions/lib/config/files';
import { insertionsOf } from '../../../actions/lib/nginx/close';
import { type ClosedFiles, closedFiles, openedFiles, sha256 } from '../../../actions/lib/procedure/closing';
import { ownPaths, portsOf, type SeenNginx } from '../../../actions/lib/procedure/proxy-look';
import type { Container, Mount } from '../../../actions/lib/stack/model';

const insertions = insertionsOf({ page: 'closed', retryAfter: 60, pass: [], allow: [], own: [] });
const SITE = 'server {\n  listen 80;\n  location / { proxy_pass http://api; }\n}\n';
const HTTP = 'http { include /etc/nginx/conf.d/*.conf; }\n';
const PORTS = JSON.stringify({
  '80/tcp': ['0.0.0.0', '::'].map((HostIp) => ({ HostIp, HostPort: '80' })),
  '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '8000' }],
  '8443/tcp': [
    { HostIp: '', HostPort: '443' },
    { HostIp: '192.0.2.7', HostPort: '444' },
  ],
  '9000/tcp': null,
  '8443/udp': [{ HostIp: '0.0.0.0', HostPort: '445' }],
});
const WELCOME = 'server { listen 80; server_name localhost; location / { root /usr/share/nginx/html; } }\n';

const file = (path: string, text: string): UploadedFile => ({ path, content: Buffer.from(text), mode: 0o644 });
const bind = (source: string, target: string): Mount => ({ type: 'bind', source, target, writable: false });

function seen(
  files: Readonly<Record<string, string>>,
  mounts: readonly Mount[],
  environment = {},
  more: Partial<Container> = {},
): SeenNginx {
  const network = { joins: [], networks: { shop_edge: { ip: '10.0.0.2', ip6: '' } } };
  const container = { id: 'c1', name: 'shop-web-1', mounts, ...network, ...more } as Container;
  return { container, files: new Map(Object.entries(files)), environment, own: [], ports: portsOf(PORTS) };
}

const closing = (
  nginx: SeenNginx,
  uploads: readonly UploadedFile[],
  loaded = true,
  containers: readonly Container[] = [],
  inserted = insertions,
): ClosedFiles =>
  closedFiles({
    ...{ seen: nginx, uploads, loaded, insertions: inserted, state: { physicalDirectory: '/data/shop', containers } },
    runbook: { directory: '/srv/shop', proxy: { service: 'web', url: 'http://localhost', probes: [] } },
  });
const changed = ({ files }: ClosedFiles, uploads: readonly UploadedFile[]): string[] =>
  files.flatMap(({ path, content }, index) => (content.equals(uploads[index]!.content) ? [] : [path]));

describe('the files that are closed are those of the stack that nginx reads', () => {
  it.each<[what: string, dump: Readonly<Record<string, string>>, mounts: readonly Mount[], path: string]>([
    [
      'one file',
      { '/etc/nginx/nginx.conf': `http { ${SITE} }` },
      [bind('/srv/shop/web/n.conf', '/etc/nginx/nginx.conf')],
      'web/n.conf',
    ],
    [
      'a folder',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [bind('/srv/shop/web', '/etc/nginx/conf.d')],
      'web/a.conf',
    ],
    [
      "a folder by the directory's real path",
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [bind('/data/shop/web/', '/etc/nginx/conf.d/')],
      'web/a.conf',
    ],
    [
      'all of /etc/nginx',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [bind('/srv/shop/web', '/etc/nginx')],
      'web/conf.d/a.conf',
    ],
    [
      'beside the server of the image',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE, '/etc/nginx/conf.d/default.conf': WELCOME },
      [bind('/srv/shop/web/a.conf', '/etc/nginx/conf.d/a.conf')],
      'web/a.conf',
    ],
    [
      'a template',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [bind('/srv/shop/web', '/etc/nginx/templates')],
      'web/a.conf.template',
    ],
  ])('%s', (_what, dump, mounts, path) => {
    const text =
      path === 'web/n.conf' ? `http { ${SITE} }` : path.endsWith('.template') ? SITE.replace('80', '${PORT}') : SITE;
    const others =
      Object.keys(dump).includes('/etc/nginx/nginx.conf') && path.startsWith('web/conf.d')
        ? [file('web/nginx.conf', HTTP)]
        : [];
    const uploads = [...others, file(path, text), file('compose.yml', 'server {}'), file('web/x.png', 'server {}')];
    const closed = closing(seen(dump, mounts), uploads);
    expect(changed(closed, uploads)).toEqual([path]);
    expect(closed.originals).toEqual({ [path]: sha256(Buffer.from(text)) });
    expect(closed.doors).toEqual(path.endsWith('.template') ? [] : [{ port: 80, tls: false, name: null }]);
    const back = openedFiles(closed.files, closed.originals);
    expect(back.map(({ content }) => content.toString())).toEqual(uploads.map(({ content }) => content.toString()));
  });

  it('of a new release also those that the container does not have yet, and not those that it has no more', () => {
    const nginx = seen({ '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/old.conf': SITE }, [
      bind('/srv/shop/web', '/etc/nginx/conf.d'),
    ]);
    const uploads = [file('web/new.conf', SITE), file('web/more.conf', SITE)];
    expect(changed(closing(nginx, uploads, false), uploads)).toEqual(['web/new.conf', 'web/more.conf']);
    expect(() => closing(nginx, uploads)).toThrow(
      'web has loaded a configuration that differs from the files of the current release',
    );
  });
});

it('a file in another encoding than UTF-8 keeps its bytes, and the page has its own', () => {
  const content = Buffer.from(`# Stra\xdfe\nhttp { ${SITE.replace('80', '80; # \xa0')} }`, 'latin1');
  const page = insertionsOf({ page: 'zu – später', retryAfter: 60, pass: [], allow: [], own: [] });
  const nginx = seen({ '/etc/nginx/nginx.conf': content.toString('latin1') }, [
    bind('/srv/shop/n', '/etc/nginx/nginx.conf'),
  ]);
  const uploads = [{ path: 'n', content, mode: 0o644 }];
  const closed = closing(nginx, uploads, true, [], page);
  expect(closed.files[0]?.content.includes('zu – später')).toBe(true);
  expect(closed.files[0]?.content.includes(Buffer.from('Stra\xdfe', 'latin1'))).toBe(true);
  expect(closed.originals).toEqual({ n: sha256(content) });
  expect(openedFiles(closed.files, closed.originals)[0]?.content.equals(content)).toBe(true);
});

it('is proven at the ports of the host that lead to those on which nginx listens', () => {
  const text = `http { server { listen 8080; listen 9000; listen 7000; }
    server { listen 8443 ssl; listen 8443 quic; server_name shop.example; } }`;
  const nginx = seen({ '/etc/nginx/nginx.conf': text }, [bind('/srv/shop/n', '/etc/nginx/nginx.conf')]);
  const tls = { tls: true, name: 'shop.example' };
  expect(closing(nginx, [file('n', text)]).doors).toEqual([
    { port: 8000, tls: false, name: null },
    { port: 443, ...tls },
    { port: 444, ...tls, address: '192.0.2.7' },
  ]);
});

it('is proven at the ports and addresses of nginx itself in the network of the host', () => {
  const text = `http { server { listen 8080; listen [::]:8080; listen 127.0.0.1:81; }
    server { listen 192.0.2.7:443 ssl; listen [2001:db8::7]:443 ssl; server_name shop.example; } }`;
  const files = { '/etc/nginx/nginx.conf': text };
  const mounts = [bind('/srv/shop/n', '/etc/nginx/nginx.conf')];
  const host = { networks: { host: { ip: '', ip6: '' } } };
  const tls = { port: 443, tls: true, name: 'shop.example' };
  expect(closing({ ...seen(files, mounts, {}, host), ports: new Map() }, [file('n', text)]).doors).toEqual([
    { port: 8080, tls: false, name: null },
    { ...tls, address: '192.0.2.7' },
    { ...tls, address: '2001:db8::7' },
  ]);
});

describe('what would stay open is refused', () => {
  it.each<[what: string, dump: Readonly<Record<string, string>>, mounts: readonly Mount[], said: string]>([
    [
      'in the image',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [],
      'web has servers in /etc/nginx/conf.d/a.conf, which would stay open',
    ],
    [
      'of another folder of the host',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [bind('/etc/shop', '/etc/nginx/conf.d')],
      'which would stay open',
    ],
    [
      'in a volume over the folder',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/a.conf': SITE },
      [
        bind('/srv/shop/web', '/etc/nginx'),
        { type: 'volume', source: 'v', target: '/etc/nginx/conf.d', writable: true },
      ],
      'web has servers in /etc/nginx/conf.d/a.conf',
    ],
    ['none', { '/etc/nginx/nginx.conf': 'http { }' }, [], 'web has no server that could answer'],
    [
      'only in the image',
      { '/etc/nginx/nginx.conf': HTTP, '/etc/nginx/conf.d/default.conf': WELCOME },
      [],
      'its only server is that of its image, in /etc/nginx/conf.d/default.conf',
    ],
    ['not readable', { '/etc/nginx/nginx.conf': 'http { ' }, [], 'the configuration of the proxy cannot be read'],
  ])('%s', (_what, dump, mounts, said) => {
    const uploads = [file('web/nginx.conf', HTTP), file('web/conf.d/b.conf', '')];
    expect(() => closing(seen(dump, mounts), uploads)).toThrow(
      expect.objectContaining({ code: 'RB-MAINTENANCE-UNSUITABLE', message: expect.stringContaining(said) }),
    );
  });

  it.each<[what: string, more: Partial<Container>, others: readonly Partial<Container>[], closed: number]>([
    ['the own loopback', {}, [{ joins: ['c9'] }], 1],
    ["the host's loopback", { networks: { host: { ip: '', ip6: '' } } }, [], 2],
    ['the loopback of another container', { joins: ['c7'] }, [], 2],
    ['a loopback that another container joins by its ID', {}, [{ joins: ['c1'] }], 2],
    ['a loopback that another container joins by its name', {}, [{ joins: ['shop-web-1'] }], 2],
  ])('a server on %s is closed where a tunnel may lead to it', (_what, more, others, closed) => {
    const local = SITE.replace('80', '127.0.0.1:8080');
    const status = 'server { listen 127.0.0.1:8081; location = /status { stub_status; } }';
    const text = `http { ${SITE} ${local} ${status} }`;
    const nginx = seen(
      { '/etc/nginx/nginx.conf': text },
      [bind('/srv/shop/n.conf', '/etc/nginx/nginx.conf')],
      {},
      more,
    );
    const { notes } = closing(nginx, [file('n.conf', text)], true, others as readonly Container[]);
    expect(notes[0]).toMatch(new RegExp(`^Closed: ${closed} server`));
    expect(notes[1]).toContain(closed === 1 ? '(port 8080, 8081)' : '(port 8081)');
  });

  it('a file that is not what the release says is not opened', () => {
    expect(() => openedFiles([file('a', 'x')], { a: sha256(Buffer.from('y')) })).toThrow('a cannot be brought back');
  });
});

it.each([
  ['null', []],
  ['{"Test":["CMD","curl","-f","http://localhost/"]}', ['/']],
  ['{"Test":["CMD-SHELL","wget -qO- http://127.0.0.1:8080/ok?x=1 || exit 1"]}', ['/ok?x=1']],
  ['{"Test":["CMD-SHELL","curl -fk \'https://[::1]/a\' && curl localhost:81/b"]}', ['/a', '/b']],
  ['{"Test":["CMD","curl","-f","http://localhost:8080"]}', ['/']],
  ['{"Test":["CMD-SHELL","pgrep nginx"]}', []],
])('its healthcheck %s asks for %j', (json, paths) => {
  expect(ownPaths(json)).toEqual(paths);
});
