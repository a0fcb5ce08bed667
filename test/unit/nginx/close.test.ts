import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { close, doorsOf, insertionsIn, insertionsOf, isConfusing, opened } from '../../../actions/lib/nginx/close';
import { parseNginx } from '../../../actions/lib/nginx/parse';
import { configurationOf, filesIn } from '../../../actions/lib/nginx/tree';

const settings = { page: '<p>Closed</p>', retryAfter: 60, pass: ['/healthz'], allow: [], own: [] };
const insertions = insertionsOf(settings);
const ROOT = '/etc/nginx/nginx.conf';
const HTTP = 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n';
const files = (own: Readonly<Record<string, string>>): Map<string, string> =>
  new Map([[ROOT, HTTP], ...Object.entries(own).map(([name, text]) => [`/etc/nginx/${name}`, text] as const)]);
const whole = (text: string): Map<string, string> => new Map([[ROOT, text]]);
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('each server of http answers for the closed site', () => {
  it.each<[what: string, text: string, servers: number]>([
    ['a server in http', 'http { server { listen 80; } }', 1],
    ['several, with and without TLS', 'http { server { return 301 https://$host; } server { listen 443 ssl; } }', 2],
    ['a word server in comments', 'http {\n# server { }\nserver { # server { }\n listen 80; }\n}', 1],
    ['a word server in quotes', `http { map $a $b { "server { }" 1; '} server {' 2; } server { } }`, 1],
    [
      'servers of an upstream',
      'http { upstream a { server b:1; server c:2 backup; } server { location / { proxy_pass http://a; } } }',
      1,
    ],
    ['an upstream of that name', 'http { upstream server { server b:1; } server { } }', 1],
    ['a block if', 'http { server { if ($host = "a;b{") { return 444; } } }', 1],
    ['quotes with backslashes', `http { log_format x "a\\"{b"; server { add_header a 'it\\'s }'; } }`, 1],
    ['a variable in braces', 'http { server { set $a ${b}c; root /srv/${host}; } }', 1],
    ['a # in the middle of a word', 'http { server { rewrite ^/a#b /c; } }', 1],
    ['a regular expression in quotes', 'http { server { location ~ "^/a{2,3}$" { } } }', 1],
    ['windows line ends', 'http {\r\n  server {\r\n    listen 80;\r\n  }\r\n}\r\n', 1],
    [
      'Lua',
      `http { server { content_by_lua_block { local a = "}" -- }\n if b then c = {1} end --[[ } ]] d = [[ } ]] } } }`,
      1,
    ],
    ['no space before the brace', 'http{server{listen 80;}}', 1],
    ['stream beside http', 'stream { server { listen 53; proxy_pass a:1; } } http { server { } }', 1],
    ['mail', 'mail { server { listen 25; } } http { server { } }', 1],
  ])('%s', (_what, text, servers) => {
    const site = close(whole(text), insertions);
    expect(site.closed).toHaveLength(servers);
    const made = site.texts.get(ROOT) ?? '';
    expect(count(made, insertions.http)).toBe(1);
    expect(count(made, insertions.server)).toBe(servers);
    expect(opened(made)).toBe(text);
    // What was put in is where nginx reads it as its own.
    const { servers: again } = configurationOf(whole(made));
    for (const { directive } of again) expect(directive.block?.[0]?.name).toBe('if');
  });

  it('by whatever files they are included, and only in http', () => {
    const site = close(
      files({
        'conf.d/a.conf': 'map $x $y { default 1; }\nserver { include snippets/tls.conf; }\n',
        'conf.d/b.conf': 'include sites/*;\n',
        'conf.d/not-read.txt': 'server { }',
        'conf.d/.hidden.conf': 'server { }',
        'snippets/tls.conf': 'listen 443 ssl;\n',
        'sites/one': 'server { listen 80; }\n',
        'stream.d/db.conf': 'server { listen 5432; }',
      }),
      insertions,
    );
    expect([...site.texts.keys()]).toEqual(['/etc/nginx/conf.d/a.conf', '/etc/nginx/sites/one']);
    expect(count([...site.texts.values()].join(''), insertions.http)).toBe(1);
    expect(doorsOf(site.closed)).toEqual([
      { port: 443, tls: true, name: null },
      { port: 80, tls: false, name: null },
    ]);
  });

  it('but one that listens on the own loopback alone, unless something else than HTTP leads there', () => {
    const own = 'server { listen 127.0.0.1:8080; stub_status; }';
    const one = close(whole(`http { server { listen 80; } ${own} }`), insertions);
    expect([one.closed.length, one.left.length]).toEqual([1, 1]);
    const two = close(whole(`stream { server { listen 443; } } http { server { listen 80; } ${own} }`), insertions);
    expect([two.closed.length, two.left.length, two.others]).toEqual([2, 0, ['stream']]);
    const three = close(whole('http { server { listen 127.0.0.1:8443 ssl proxy_protocol; } }'), insertions);
    expect(three.closed).toHaveLength(1);
  });
});

it('a server that refuses strangers by TLS is closed, and is not asked there', () => {
  const text = `http {
    server { listen 443 ssl default_server; server_name none.example; ssl_reject_handshake on; }
    server { listen 80; listen 8443 ssl; server_name api.example; ssl_verify_client on; }
    server { listen 443 ssl; server_name www.example; ssl_verify_client optional; } }`;
  const { closed } = close(whole(text), insertions);
  expect(closed).toHaveLength(3);
  expect(doorsOf(closed)).toEqual([
    { port: 80, tls: false, name: 'api.example' },
    { port: 443, tls: true, name: 'www.example' },
  ]);
});

it('a closed site is closed again with the new page, and its insertions are found', () => {
  const text = 'http { server { } }';
  const first = close(whole(text), insertions).texts.get(ROOT)!;
  const other = insertionsOf({ ...settings, page: 'another' });
  const second = close(whole(first), other).texts.get(ROOT)!;
  expect(insertionsIn([first])).toEqual(insertions);
  expect(insertionsIn([second])).toEqual(other);
  expect(insertionsIn([text])).toBeNull();
  expect(opened(second)).toBe(text);
});

it.each([
  ['http { server { listen 80; }', 'the block of http has no end'],
  ['http { server { listen 80; } } }', 'a } too many'],
  ['http { server { root "/srv; } }', 'a quote has no end'],
  ['http { server { listen 80 } }', 'listen has no end'],
])('a configuration that nginx would not read is refused: %s', (text, said) => {
  expect(() => close(whole(text), insertions)).toThrow(said);
});

it('any page becomes text that nginx accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 500, maxLength: 2500 }), (page) => {
      fc.pre(!page.includes('\0') && !isConfusing(page));
      const { http } = insertionsOf({ ...settings, page });
      const words = parseNginx(http).flatMap(({ name, args, block }) =>
        name === 'geo' && args[0]?.startsWith('$runbook_page_') ? [block?.[0]?.args[0] ?? ''] : [],
      );
      expect(Buffer.from(words.join(''), 'latin1').toString()).toBe(page);
      for (const word of words) expect(word.length).toBeLessThan(4000);
    }),
    { numRuns: 25 },
  );
});

const word = fc.constantFrom('a', 'server', '$x', '${y}', '"q;{"', "'} s'", '"\\""', '~^/a$', 'a#b', '\\{');
const plain = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `x ${words.join(' ')};`);
const blank = fc.constantFrom(' ', '\n', '\t', '\r\n', ' # server { "\n');
const { block } = fc.letrec((tie) => ({
  block: fc
    .tuple(fc.constantFrom('location /', 'map $a $b', 'if ($a)', 'types', 'server'), blank, tie('body'), blank)
    .map(([name, one, body, two]) => `${name}${one}{${body}${two}}`),
  body: fc
    .array(fc.oneof({ depthSize: 'small', maxDepth: 3 }, plain, tie('block')), { maxLength: 4 })
    .map((all) => all.join('\n')),
}));

it('nothing but the insertions changes, whatever stands in the files', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(plain, block), blank), { maxLength: 6 }), fc.boolean(), (parts, again) => {
      const text = `http {${parts.map(([part, space]) => `${part as string}${space}`).join('')}}`;
      const site = close(whole(text), insertions);
      const made = site.texts.get(ROOT) ?? text;
      expect(opened(made)).toBe(text);
      expect(count(made, insertions.server)).toBe(site.closed.length);
      const shape = (all: ReturnType<typeof parseNginx>): unknown =>
        all.map(({ name, args, block: inner }) => [name, args, inner === null ? null : shape(inner)]);
      expect(shape(parseNginx(opened(made)))).toEqual(shape(parseNginx(text)));
      if (again) expect(close(whole(made), insertions).texts.get(ROOT) ?? made).toBe(made);
    }),
  );
});

it('the files of `nginx -T` are the written files', () => {
  const dump = `nginx: ok\n# configuration file /etc/nginx/nginx.conf:\nhttp {\n}\n\n# configuration file /etc/nginx/a.conf:\n# configuration file of ours:\nx;\n`;
  expect([...filesIn(dump.replace(/^nginx: ok\n/, ''))]).toEqual([
    ['/etc/nginx/nginx.conf', 'http {\n}\n'],
    ['/etc/nginx/a.conf', '# configuration file of ours:\nx;'],
  ]);
});
