/** Compose files that are spread over several files are read as Compose reads them: merged, included, extended. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { wantedOf } from '../../../actions/lib/init/access';
import { composeFilesIn, readProject, type Service } from '../../../actions/lib/init/compose';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-compose-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(resolve(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const service = (files: readonly string[], name: string): Service => {
  const found = readProject(folder, files).services.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
};
const targets = ({ mounts }: Service): string[] => mounts.map(({ source, target }) => `${source} ${target}`);

it('a second file adds to lists and mappings of the first, and replaces single values', () => {
  put(
    'compose.yaml',
    `services:
  web:
    image: me/web:1
    command: serve --slowly
    environment: [DB_HOST=db, MODE=dev]
    volumes: [uploads:/uploads, "./dev.conf:/etc/app.conf:ro"]
    ports: ["3000:3000"]
    depends_on: [db]
    healthcheck: { test: [CMD, curl, http://localhost/dev], interval: 5s }
`,
  );
  put(
    'compose.prod.yaml',
    `services:
  web:
    image: me/web:2
    command: serve
    environment: { MODE: live }
    volumes: ["./live.conf:/etc/app.conf:ro"]
    ports: ["3000:3000", "9000:9000"]
    depends_on: { migrate: { condition: service_completed_successfully } }
    healthcheck: { test: [CMD, curl, http://localhost/up] }
`,
  );
  const web = service(['compose.yaml', 'compose.prod.yaml'], 'web');
  expect(web).toMatchObject({ image: 'me/web:2', command: 'serve', healthcheck: 'CMD curl http://localhost/up' });
  expect([...web.environment]).toEqual([
    ['DB_HOST', 'db'],
    ['MODE', 'live'],
  ]);
  expect(targets(web)).toEqual(['uploads /uploads', './live.conf /etc/app.conf']);
  expect(web.ports.map(({ published }) => published)).toEqual(['3000', '9000']);
  expect([...web.dependsOn]).toEqual([
    ['db', 'service_started'],
    ['migrate', 'service_completed_successfully'],
  ]);
});

it("the tags !reset and !override take away what a first file has, also in that file's own mappings", () => {
  put(
    'compose.yaml',
    'services: { web: { image: me/web, ports: ["3000:3000"], volumes: ["./:/app"], environment: { A: x, B: y } }, mail: { image: me/mail } }\n',
  );
  put(
    'compose.prod.yaml',
    'services: { web: { ports: !reset [], volumes: !override ["data:/data"], environment: { A: !reset null } }, mail: !reset null }\n',
  );
  const both = ['compose.yaml', 'compose.prod.yaml'];
  const web = service(both, 'web');
  expect(web.ports).toEqual([]);
  expect(targets(web)).toEqual(['data /data']);
  expect([...web.environment]).toEqual([['B', 'y']]);
  expect(readProject(folder, both).services.map(({ name }) => name)).toEqual(['web']);
  expect(targets(service(['compose.prod.yaml'], 'web'))).toEqual(['data /data']);
});

it('what other files of the repository include and extend is followed, with paths from the place of the file', () => {
  put(
    'compose.prod.yml',
    `name: tracker
include: [compose.db.yml, { path: [edge/compose.yml] }]
services:
  api: { extends: { file: parts/base.yml, service: app }, environment: { ROLE: api } }
  worker: { extends: api, command: work }
`,
  );
  put(
    'compose.db.yml',
    'name: other\nservices: { db: { image: "postgres:17", volumes: ["pg:/var/lib/postgresql/data"] } }\n',
  );
  put(
    'parts/base.yml',
    'services: { base: { image: "me/api:${V}", env_file: api.env }, app: { extends: base, volumes: ["./conf:/conf:ro", "../up:/up", "data:/data"] } }\n',
  );
  put(
    'edge/compose.yml',
    'services: { edge: { image: "caddy:2", volumes: [{ type: bind, source: ./Caddyfile, target: /c }] } }\n',
  );
  const project = readProject(folder, ['compose.prod.yml']);
  expect(project).toMatchObject({
    name: 'tracker',
    followed: ['parts/base.yml', 'compose.db.yml', 'edge/compose.yml'],
    notFollowed: [],
  });
  expect(project.services.map(({ name }) => name)).toEqual(['db', 'edge', 'api', 'worker']);
  const worker = service(['compose.prod.yml'], 'worker');
  expect(worker).toMatchObject({ image: 'me/api:${V}', envFiles: ['./parts/api.env'], command: 'work' });
  expect(targets(worker)).toEqual(['./parts/conf /conf', './up /up', 'data /data']);
  expect(worker.environment.get('ROLE')).toBe('api');
  expect(targets(service(['compose.prod.yml'], 'edge'))).toEqual(['./edge/Caddyfile /c']);
});

it.each([
  ['include: ["https://example.com/x.git"]', 'compose.yaml includes https://example.com/x.git'],
  ['include: [oci://example.com/x]', 'compose.yaml includes oci://example.com/x'],
  ['include: ["${WHERE}/x.yml"]', 'compose.yaml includes ${WHERE}/x.yml'],
  ['include: [gone.yml]', 'compose.yaml includes gone.yml'],
])('a file that the repository does not have is named: %s', (line, sentence) => {
  put('compose.yaml', `${line}\nservices: { web: { image: me/web } }\n`);
  expect(readProject(folder, ['compose.yaml']).notFollowed).toEqual([`${sentence}, which init could not read.`]);
});

it('files and services that lead back to themselves are read once', () => {
  put(
    'compose.yaml',
    'include: [b.yml]\nservices: { a: { image: me/a, extends: b }, b: { extends: a, command: x } }\n',
  );
  put('b.yml', 'include: [compose.yaml]\nservices: { c: { image: me/c } }\n');
  expect(readProject(folder, ['compose.yaml']).services.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
});

it('a file for production that extends the services of another file stands alone', () => {
  put('docker-compose.yml', 'services: { web: { image: me/web }, mail: { image: me/mail } }\n');
  put('docker-compose.prod.yml', 'services: { web: { extends: { file: docker-compose.yml, service: web } } }\n');
  expect(composeFilesIn(folder).files).toEqual(['docker-compose.prod.yml']);
});

it('the user of the workflows gets the folders of files that are extended, because a deploy uploads these files', () => {
  put('compose.yaml', 'services: { web: { extends: { file: parts/base.yml, service: app } } }\n');
  put('parts/base.yml', 'services: { app: { image: me/api } }\n');
  const runbook = parseRunbook('directory: /srv/shop\ncompose: [compose.yaml]\n', 'runbook.yml');
  expect(wantedOf(folder, runbook, 'deploy', 'key').inner).toEqual(['/srv/shop/parts']);
});
