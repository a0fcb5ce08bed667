import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { UserError } from '../../../actions/lib/errors';
import type { Release } from '../../../actions/lib/stack/model';
import { checkPlace, type Place, parsePlace, type Tenant } from '../../../actions/lib/stack/observe/place';
import { checkProjectName, nameOf } from '../../../actions/lib/stack/project-name';
import { release, service } from './model-host';

const runbook = { stack: 'shop', directory: '/srv/shop', compose: ['compose.yml'] };

function tenant(project: string, more: Partial<Tenant> = {}): Tenant {
  const directory = more.directory ?? '/srv/shop';
  return {
    project,
    service: 'api',
    running: true,
    configHash: 'h',
    directory,
    files: [`${directory}/compose.yml`],
    ...more,
  };
}

function place(tenants: readonly Tenant[], more: Partial<Place> = {}): Place {
  return { owner: null, tenants, places: new Map(), ...more };
}

function codeOf(
  found: Place,
  services: readonly string[] | null | 'all' = null,
  current: Release | null = null,
): string {
  try {
    checkPlace(found, runbook, current, services);
    return 'ok';
  } catch (error) {
    return (error as UserError).code;
  }
}

describe('the stack of a directory', () => {
  it('is whose releases lie there', () => {
    expect(codeOf(place([], { owner: 'acme' }))).toBe('RB-STACK-MISMATCH');
    expect(codeOf(place([], { owner: 'shop' }))).toBe('ok');
    const acme = release('1-v1', {}, { stack: 'acme' });
    expect(codeOf(place([]), null, acme)).toBe('RB-STACK-MISMATCH');
    expect(codeOf(place([], { owner: 'shop' }), null, acme)).toBe('ok');
  });

  it('is whose containers were made from its Compose files, running or stopped', () => {
    expect(codeOf(place([tenant('acme')]))).toBe('RB-STACK-MISMATCH');
    expect(codeOf(place([tenant('acme', { running: false })]))).toBe('RB-STACK-MISMATCH');
    expect(codeOf(place([tenant('acme', { files: ['/srv/shop/.runbook/releases/1-v1/compose.json'] })]))).toBe(
      'RB-STACK-MISMATCH',
    );
    expect(codeOf(place([tenant('acme'), tenant('shop')]))).toBe('ok');
    expect(codeOf(place([tenant('acme', { directory: '/srv/acme' })]))).toBe('ok');
  });

  it('may share it with what has other files and other services', () => {
    const monitoring = tenant('monitoring', { service: 'grafana', files: ['/srv/shop/monitoring.yml'] });
    expect(codeOf(place([monitoring]))).toBe('ok');
    expect(codeOf(place([monitoring]), ['api', 'db'])).toBe('ok');
    expect(codeOf(place([monitoring]), ['api', 'grafana'])).toBe('RB-STACK-MISMATCH');
  });

  it('is not one that does not run, where another does and nothing says whose it is', () => {
    const other = tenant('acme', { files: ['/srv/shop/docker-compose.yml'] });
    expect(codeOf(place([other]), 'all')).toBe('RB-STACK-MISMATCH');
    expect(codeOf(place([other], { owner: 'shop' }), 'all')).toBe('ok');
    expect(codeOf(place([]), 'all')).toBe('ok');
  });
});

describe('the directory of a stack', () => {
  it('is the one that it runs from', () => {
    expect(codeOf(place([tenant('shop', { directory: '/home/me/shop' })]))).toBe('RB-DIRECTORY-MISMATCH');
    expect(codeOf(place([tenant('shop', { directory: '/srv/shop/' })]))).toBe('ok');
    expect(codeOf(place([tenant('shop', { directory: '/srv/shop/deploy' })]))).toBe('RB-DIRECTORY-MISMATCH');
    // A stopped remain says nothing while the others run.
    expect(codeOf(place([tenant('shop'), tenant('shop', { running: false, directory: '/old' })]))).toBe('ok');
  });

  it('is another one where the same files were started with another project directory', () => {
    const started = tenant('shop', { directory: '/srv/shop/deploy', files: ['/srv/shop/compose.yml'] });
    expect(codeOf(place([started]))).toBe('ok');
  });

  it('is known by every name that leads there', () => {
    const places = new Map([
      ['/srv/shop', '1:2'],
      ['/data/shop', '1:2'],
      ['/home/me/shop', '1:3'],
    ]);
    expect(codeOf(place([tenant('shop', { directory: '/data/shop' })], { places }))).toBe('ok');
    expect(codeOf(place([tenant('shop', { directory: '/home/me/shop' })], { places }))).toBe('RB-DIRECTORY-MISMATCH');
    expect(codeOf(place([tenant('acme', { directory: '/data/shop' })], { places }), ['api'])).toBe('RB-STACK-MISMATCH');
  });

  it('is not asked of containers that were adopted as they are', () => {
    const adopted = release('0-adopted', { api: service('api', 'v1', '0-adopted', { configHash: 'h' }) });
    expect(codeOf(place([tenant('shop', { directory: '/old' })]), null, adopted)).toBe('ok');
    expect(codeOf(place([tenant('shop', { directory: '/old', configHash: 'x' })]), null, adopted)).toBe(
      'RB-DIRECTORY-MISMATCH',
    );
  });
});

describe('the name in the files', () => {
  const name = (files: Record<string, string>, env: Record<string, string> = {}): string | undefined =>
    nameOf(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      new Map(Object.entries(env)),
      '.env',
    )?.name;

  it('is that of the last file that has one, or of the variable', () => {
    expect(name({ a: 'name: shop\nservices: {}' })).toBe('shop');
    expect(name({ a: 'name: shop', b: 'services: {}' })).toBe('shop');
    expect(name({ a: 'name: shop', b: '"name": other' })).toBe('other');
    expect(name({ a: '{name: shop, services: {}}' })).toBe('shop');
    expect(name({ a: 'services: { x: { name: y } }' })).toBeUndefined();
    expect(name({ a: 'name: shop' }, { COMPOSE_PROJECT_NAME: 'other' })).toBe('other');
    expect(name({ a: 'services: { a: !reset null }' })).toBeUndefined();
  });

  it('has its variables filled in, and is not guessed at', () => {
    expect(name({ a: 'name: shop-${STAGE:-live}' })).toBe('shop-live');
    expect(name({ a: 'name: shop-${STAGE}' }, { STAGE: 'test' })).toBe('shop-test');
    expect(name({ a: 'name: shop-$STAGE' }, { STAGE: 'test' })).toBe('shop-test');
    expect(name({ a: 'name: ${COMPOSE_PROJECT_NAME:-shop}' })).toBeUndefined();
    expect(name({ a: 'name: ${STAGE:+x}' })).toBeUndefined();
  });

  it('agrees with the runbook, as Compose reads it', () => {
    const check = (text: string, env: string | null = null): void =>
      checkProjectName(
        { ...runbook, envFile: '.env' },
        Object.entries({ 'compose.yml': text, ...(env === null ? {} : { '.env': env }) }).map(([path, content]) => ({
          path,
          content: Buffer.from(content),
          mode: 0o644,
        })),
        null,
      );
    expect(() => check('name: shop')).not.toThrow();
    expect(() => check('name: S.hop')).not.toThrow();
    expect(() => check('services: {}')).not.toThrow();
    expect(() => check('name: acme')).toThrow(/"stack: acme"/);
    expect(() => check('services: {}', "export COMPOSE_PROJECT_NAME='acme'\n")).toThrow(
      /COMPOSE_PROJECT_NAME in \.env/,
    );
  });
});

describe('what the host says of a place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'place-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('follows links, and takes a host without containers', () => {
    mkdirSync(join(folder, 'real dir/.runbook'), { recursive: true });
    writeFileSync(join(folder, 'real dir/compose.yml'), '');
    writeFileSync(join(folder, 'real dir/.runbook/stack'), 'shop\n');
    symlinkSync('real dir', join(folder, 'link'));
    const lines = [
      ['running', 'shop', 'api', 'False', 'h', join(folder, 'real dir'), join(folder, 'real dir/compose.yml')],
      ['exited', 'shop', 'job', 'True', 'h', join(folder, 'nowhere'), ''],
    ];
    const script = (output: string): string => `
      docker() { printf '%s' '${output}'; }
      section() { printf '\\n#rb-section %s\\n' "$1"; }
      DIRECTORY=${folder}/link COMPOSE_FILES=compose.yml
      ${readFileSync(join(__dirname, '../../../actions/lib/stack/observe/place.sh'), 'utf8')}
      tenants=$(list_tenants)
      observe_place`;
    const ask = (output: string): Place => parsePlace(execFileSync('sh', ['-c', script(output)], { encoding: 'utf8' }));
    const found = ask(lines.map((line) => `1a2b\t${line.join('\t')}\n`).join(''));
    expect(found.owner).toBe('shop');
    expect(found.tenants.map(({ service: name }) => name)).toEqual(['api']);
    expect(() =>
      checkPlace(found, { stack: 'shop', directory: `${folder}/link`, compose: ['compose.yml'] }, null, 'all'),
    ).not.toThrow();
    expect(ask('').tenants).toEqual([]);
  });
});
