/** Servers of nginx that no question reaches: they are named, and a lineage that only they use is a failure. */
import { expect, it } from 'vitest';
import { parseNginx } from '../../../actions/lib/certificates/nginx-config';
import { placesOf } from '../../../actions/lib/certificates/places';
import { parseRunbook } from '../../../actions/lib/config/load';
import { problemsIn } from '../../../actions/renew-certs/judge';
import type { Scene } from '../../../actions/renew-certs/scene';

const LIVE = '/etc/letsencrypt/live';
const container = {
  service: 'nginx',
  networks: { edge: { ip: '10.0.0.2', ip6: '' } },
  mounts: [{ type: 'bind', source: '/etc/letsencrypt', target: '/etc/letsencrypt', writable: false }],
};
const SOCKET = `server { listen unix:/run/a.sock ssl; server_name a.example; ssl_certificate ${LIVE}/a/fullchain.pem; }`;

const see = (servers: string, names: readonly string[] = [], lineage: string | null = 'b') => {
  const notes: string[] = [];
  const runbook = parseRunbook(`certificates: { names: [${names.join(', ')}] }`, 'runbook.yml');
  const proxies = [{ container, broken: [], nginx: parseNginx(`# configuration file /n.conf:\nhttp { ${servers} }`) }];
  const state = { source: '/etc/letsencrypt', inner: '' };
  const found = {
    proxies,
    state,
    lineages: [{ name: 'a', renewal: {}, generations: { links: {}, whole: [] }, chains: new Map() }],
  };
  const asked = [
    { question: { name: 'b.example', certificates: [] }, served: [], lineage, unseen: true, problem: 'x' },
  ];
  const scene = {
    asked,
    found,
    skew: 0,
    lacking: [],
    thin: null,
    every: 1,
    now: Date.now,
    run: { notes, inputs: { runbook } },
  };
  const problems = problemsIn(scene as unknown as Scene, { problems: [], done: new Map() })
    .map(({ message }) => message.split('\n')[0])
    .filter((line) => line?.includes('cannot be checked'));
  const places = placesOf(runbook, found as never).map(
    ({ question, address, port }) => `${question.name} ${address} ${port} ${question.certificates.join()}`,
  );
  return { problems, notes, places };
};

it('a server on a socket alone is a failure where only it uses a lineage', () => {
  expect(see(SOCKET).problems).toEqual([
    'RB-CERT-UNSEEN: the certificate of a.example on unix:/run/a.sock cannot be checked: nothing reaches this socket from outside of the host, so that a is not renewed',
  ]);
});

it('it is a note where its lineage is asked elsewhere, or its certificate is not of certbot', () => {
  const note = [expect.stringMatching(/^the certificate of a\.example on unix:\/run\/a\.sock cannot be checked/)];
  expect(see(SOCKET, [], 'a')).toMatchObject({ problems: [], notes: note });
  expect(see(SOCKET.replace(`${LIVE}/a/fullchain.pem`, '/own.pem'))).toMatchObject({ problems: [], notes: note });
});

it('it is asked at the port of the host, for its own file, where runbook.yml has its name', () => {
  expect(see(SOCKET, ['a.example'])).toEqual({
    problems: [],
    notes: [],
    places: [`a.example localhost 443 ${LIVE}/a/fullchain.pem`],
  });
  expect(see(SOCKET.replace('ssl;', 'ssl; listen 443 ssl;')).places).toContain(
    `a.example localhost 443 ${LIVE}/a/fullchain.pem`,
  );
});

it('a server with a pattern is a failure where only it uses a lineage, whatever other names are listed', () => {
  const first = 'server { listen 443 ssl; server_name b.example; ssl_certificate /b.pem; }';
  const pattern = first + SOCKET.replace('unix:/run/a.sock', '443').replace('a.example', '~^a');
  expect(see(pattern).problems).toHaveLength(1);
  expect(see(pattern, ['c.example']).problems).toEqual([expect.stringMatching(/so that a is not renewed$/)]);
  expect(see(pattern, ['c.example'], 'a')).toMatchObject({ problems: [], notes: [] });
});

/** One name on two addresses; the second server has another certificate. */
const twice = (first: string, second: string, path = `${LIVE}/a/fullchain.pem`) => `
  server { listen ${first} ssl; server_name b.example; ssl_certificate ${LIVE}/b/fullchain.pem; }
  server { listen ${second} ssl; server_name b.example; ssl_certificate ${path}; }`;

it.each([
  ['443', '10.0.0.2:443', '10.0.0.2:443'],
  ['10.0.0.2:443', '10.0.0.3:443', '10.0.0.3:443'],
  ['10.0.0.2:443', '443', 'any other address:443'],
])('a server at %s hides one of the same name at %s, whose lineage would never be due', (first, second, where) => {
  expect(see(twice(first, second)).problems).toEqual([
    `RB-CERT-UNSEEN: the certificate of b.example on ${where} cannot be checked: another server is asked for the same name and port, so that a is not renewed`,
  ]);
});

it('that is a note where the lineage is asked elsewhere, and nothing where both serve the same file, or nginx ignores the second one', () => {
  const note = [expect.stringMatching(/^the certificate of b\.example on 10\.0\.0\.2:443 cannot be checked/)];
  expect(see(twice('443', '10.0.0.2:443'), [], 'a')).toMatchObject({ problems: [], notes: note });
  expect(see(twice('443', '10.0.0.2:443', `${LIVE}/b/fullchain.pem`))).toMatchObject({ problems: [], notes: [] });
  expect(see(twice('443', '443'))).toMatchObject({ problems: [], notes: [] });
});
