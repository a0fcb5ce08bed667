import { describe, expect, it } from 'vitest';
import {
  type Bare,
  bareDatabases,
  bareMounts,
  measured,
  sayBare,
  sayLive,
  sayNew,
  sayUnused,
  titleOfBare,
  unignored,
} from '../../../actions/lib/backup/coverage';

type Settings = Parameters<typeof bareMounts>[0];
type State = Parameters<typeof bareMounts>[1];
type Mount = State['containers'][number]['mounts'][number];

const settings = (backup: Partial<Settings['backup']> = {}): Settings =>
  ({
    stack: 'acme',
    directory: '/srv/stack',
    files: ['nginx'],
    backup: {
      directory: '/opt/backups',
      databases: [{ service: 'db', user: 'u', database: 'app' }],
      qdrant: [],
      ...backup,
    },
  }) as unknown as Settings;
const mount = (source: string, more: Partial<Mount> = {}): Mount => ({
  type: source.startsWith('/') ? 'bind' : 'volume',
  source,
  target: '/data',
  writable: true,
  ...more,
});
const state = (...services: readonly (readonly [string, ...Mount[]])[]): State =>
  ({
    engine: { root: '/var/lib/docker' },
    containers: services.map(([service, ...mounts]) => ({ service, mounts, oneOff: false })),
  }) as unknown as State;
const names = (all: readonly Bare[]): string[] => all.map(titleOfBare);
const mounts = (at: State, backup: Partial<Settings['backup']> = {}, sources: readonly string[] = []): string[] =>
  names(bareMounts(settings(backup), at, new Map(sources.map((source) => [source, { source }]))));

const LONG = 'e'.repeat(64);

describe('data without a backup', () => {
  it('is each volume and directory that a container may write to and no backup contains', () => {
    const at = state(
      ['db', mount('acme_db-data')],
      ['web', mount('acme_uploads'), mount('shared/sub'), mount('acme_read', { writable: false }), mount('/srv/files')],
      ['cache', mount(LONG, { target: '/var/cache' })],
    );
    const all = ['volume uploads', 'volume shared', 'directory /srv/files', 'volume cache:/var/cache'];
    expect(mounts(at)).toEqual(all);
    expect(mounts(at, {}, ['acme_uploads', '/srv'])).toEqual(['volume shared', 'volume cache:/var/cache']);
    expect(mounts(at, {}, ['/var/lib/docker/volumes/acme_uploads/_data'])).not.toContain('volume uploads');
    expect(mounts(at, {}, ['/srv/file'])).toContain('directory /srv/files');
  });

  it("is certbot's folder, too, which the proxy only reads", () => {
    const at = state([
      'nginx',
      mount('/srv/certbot', { target: '/etc/letsencrypt', writable: false }),
      mount('/srv/page', { target: '/usr/share/nginx/html', writable: false }),
    ]);
    expect(mounts(at)).toEqual(['directory /srv/certbot']);
    expect(mounts(at, {}, ['/srv/certbot'])).toEqual([]);
  });

  it.each([
    '/var/run/docker.sock',
    '/',
    '/srv/stack/nginx',
    '/srv/stack/.runbook',
    '/opt/backups/acme',
    '/proc',
    '/tmp/x',
  ])('does not include %s: it holds no data of the stack', (path) =>
    expect(mounts(state(['web', mount(path)]))).toEqual([]),
  );

  it("does not include a server's own volume, also where something else writes to it, but that of a server nobody backs up", () => {
    const data = mount('acme_db-data');
    expect(mounts(state(['db', data]))).toEqual([]);
    expect(mounts(state(['auth-db', data]))).toEqual(['volume db-data']);
    expect(mounts(state(['qdrant', data]), { qdrant: [{ service: 'qdrant', port: 1, apiKeyVariable: '' }] })).toEqual(
      [],
    );
    const both = bareMounts(settings(), state(['db', data], ['tool', data]), new Map());
    expect(measured(both, [{ absent: false, bytes: 1, live: 'PostgreSQL' }])).toEqual([]);
    expect(names(measured(both, [{ absent: false, bytes: 1, live: null }]))).toEqual(['volume db-data']);
    expect(names(measured(both, [null]))).toEqual(['volume db-data']);
    expect(measured(both, [{ absent: true, bytes: null, live: null }])).toEqual([]);
  });

  it('is each database of a server, but those that restores put aside and an unused postgres', () => {
    const server = (unused: boolean) =>
      ({
        servers: new Map([
          [
            'db',
            {
              unused,
              properties: new Map([['template_gis', { template: true }]]),
              databases: new Map([
                ['template_gis', 1],
                ['app', 1],
                ['invoices', 8 * 2 ** 20],
                ['postgres', 7 * 2 ** 20],
                ['app_before_20260101T000000Z', 1],
                ['invoices_undone_20260101T000000Z', 1],
              ]),
            },
          ],
        ]),
      }) as unknown as Parameters<typeof bareDatabases>[1];
    expect(names(bareDatabases(settings(), server(true)))).toEqual(['database invoices of db']);
    expect(names(bareDatabases(settings(), server(false)))).toContain('database postgres of db');
    expect(unignored(bareDatabases(settings(), server(true)), ['db/invoices'])).toEqual([]);
    expect(unignored(bareDatabases(settings(), server(true)), ['invoices'])).toEqual([]);
  });

  it('is named with its size and the database in it, and once more where it is new', () => {
    const bare = (name: string, live: string | null = null): Bare => ({
      kind: 'volume',
      name,
      aliases: [name, `acme_${name}`],
      bytes: 2 ** 20 + 1,
      mount: null,
      ofServer: false,
      live,
    });
    expect(sayBare([bare('uploads'), bare('shop', 'MySQL or MariaDB')])).toMatch(
      /^Not backed up: volume uploads \(2 MiB\), volume shop \(2 MiB, holds a live database of MySQL or MariaDB\)\./,
    );
    expect(sayBare(unignored([bare('uploads')], ['acme_uploads']))).toBeNull();
    expect(sayNew([bare('uploads'), bare('shop')], ['volume uploads'])).toMatch(/: volume shop\.$/);
    expect(sayNew([bare('uploads')], ['volume uploads'])).toBeNull();
    expect(sayNew([bare('uploads')], null)).toBeNull();
  });
});

it('a database that is backed up file by file is named, unless it is ignored', () => {
  const volumes = new Map([
    ['shop', { live: 'SQLite' }],
    ['uploads', { live: null }],
  ]);
  expect(sayLive(volumes, [])).toEqual([expect.stringContaining('shop is backed up file by file')]);
  expect(sayLive(volumes, ['shop'])).toEqual([]);
});

it('a volume that is only found by its own name, and that the stack does not mount, may be the wrong one', () => {
  const at = state(['web', mount('prod_uploads/sub'), mount('acme_media')]);
  const volumes = (...all: readonly (readonly [string, string])[]) =>
    new Map(all.map(([name, source]) => [name, { source }]));
  expect(sayUnused(volumes(['uploads', 'uploads']), at, [])).toEqual([
    expect.stringMatching(/^uploads is a volume of Docker that no container of this stack mounts/),
  ]);
  const fine = volumes(['uploads', 'acme_uploads'], ['prod_uploads', 'prod_uploads'], ['/srv/files', '/srv/files']);
  expect(sayUnused(fine, at, [])).toEqual([]);
  expect(sayUnused(volumes(['uploads', 'uploads']), at, ['uploads'])).toEqual([]);
});
