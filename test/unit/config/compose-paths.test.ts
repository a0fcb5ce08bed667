/** What Compose files name of the repository is uploaded without being named twice. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composePaths } from '../../../actions/lib/config/compose-paths';
import { collectFiles, type FilesRequest } from '../../../actions/lib/config/files';

function found(files: Record<string, string>, profiles: string[] = []): Record<string, string | null> {
  const read = (path: string) => files[path] ?? null;
  const paths = composePaths({ compose: ['c.yml'], profiles, directory: '/srv/shop/', read });
  return Object.fromEntries(paths.map(({ path, care }) => [path, care]));
}

describe('paths in Compose files', () => {
  it.each<[string, string, Record<string, string | null>]>([
    ['a mount that is read', 'volumes: ["./conf:/etc/conf:ro"]', { conf: null }],
    ['one with further options', 'volumes: ["./conf/:/etc/conf:ro,z"]', { conf: null }],
    ['a mount that is written', 'volumes: ["./conf:/etc/conf"]', { conf: 'api may write to it' }],
    ['the long form', 'volumes: [{type: bind, source: conf, target: /c, read_only: true}]', { conf: null }],
    ['an absolute path below the directory', 'volumes: ["/srv/shop/a/b:/b:ro"]', { 'a/b': null }],
    ['a variable in the target alone', 'volumes: ["./a:${T:-/etc}:ro"]', { a: null }],
    ['a doubled dollar sign', 'volumes: ["./a$$b:/a:ro"]', { a$b: null }],
    ['an env file', 'env_file: a.env', { 'a.env': 'it is an env file of api' }],
    [
      'env files',
      'env_file: [a.env, {path: ./b.env, required: false}]',
      {
        'a.env': 'it is an env file of api',
        'b.env': 'it is an env file of api',
      },
    ],
    ['a file with labels', 'label_file: ./api.labels', { 'api.labels': null }],
    ['files with labels', 'label_file: [a.labels, "./$X.labels"]', { 'a.labels': null }],
    ['the whole project', 'volumes: [".:/app"]', { '.': 'api may write to it' }],
    [
      'a volume, a place elsewhere, a variable',
      'volumes: ["data:/d", "/etc/a:/a", "../b:/b", "~/c:/c", "./$D:/d", "/e"]',
      {},
    ],
    ['a folder to build from', 'build: ./source', {}],
  ])('are found: %s', (_what, text, paths) => {
    expect(found({ 'c.yml': `services: {api: {${text}}}` })).toEqual(paths);
  });

  it('count from where Compose counts in included and extended files', () => {
    const files = {
      'c.yml': `include: [infra/db.yml, {path: [other/a.yml, other/b.yml], project_directory: ., env_file: other/x.env}]
services: {api: {extends: {file: base/common.yml, service: base}}}`,
      'infra/db.yml': 'services: {db: {volumes: ["./init:/init:ro", "../common:/s:ro"]}}',
      'other/a.yml': 'configs: {a: {file: ./a.conf}}',
      'other/b.yml': 'secrets: {b: {file: b.key}}',
      'base/common.yml': `services:
  base: {extends: first, volumes: ["./b:/b:ro"]}
  first: {extends: {service: base}, env_file: first.env}
  unused: {volumes: ["./unused:/u"]}`,
    };
    expect(Object.keys(found(files))).toEqual(
      [
        ...['a.conf', 'b.key', 'base/b', 'base/common.yml', 'base/first.env', 'infra/db.yml', 'infra/init'],
        ...['other/a.yml', 'other/b.yml', 'other/x.env', 'common'],
      ].sort(),
    );
  });

  it('leave out what no active profile asks for, and files that Compose alone can judge', () => {
    const text = 'services: {api: {profiles: [debug], volumes: ["./a:/a"]}}';
    expect(found({ 'c.yml': text })).toEqual({});
    expect(found({ 'c.yml': text }, ['debug'])).toEqual({ a: 'api may write to it' });
    expect(found({ 'c.yml': text }, ['*'])).toEqual({ a: 'api may write to it' });
    for (const odd of ['', 'a: [', 'services: 1', 'services: {api: }', 'services: {api: {volumes: {}}}', '- a'])
      expect(found({ 'c.yml': odd })).toEqual({});
    expect(found({ 'c.yml': 'services: {api: {profiles: [], volumes: ["./a:/a:ro"]}}' })).toEqual({ a: null });
    expect(found({ 'c.yml': 'services: {api: {volumes: !override ["./a:/a:ro"]}}' })).toEqual({ a: null });
  });
});

it.each<[string, string, string[]]>([
  ['profiles that another file adds', 'profiles: [web]', ['a.env', 'b.env']],
  ['profiles that another file takes away', 'profiles: !reset []', ['a.env', 'b.env']],
  ['profiles that another file takes away with null', 'profiles: !reset null', ['a.env', 'b.env']],
  ['no profile in another file', 'init: true', []],
])('paths of a service count by what all Compose files together say: %s', (_what, override, paths) => {
  const files: Record<string, string> = {
    'base.yml': 'services: {api: {profiles: [debug], env_file: a.env}}',
    'override.yml': `services: {api: {${override}, env_file: b.env}}`,
  };
  const compose = Object.keys(files);
  const read = (path: string) => files[path] ?? null;
  const named = composePaths({ compose, profiles: ['web'], directory: '/srv/shop/', read });
  expect(named.map(({ path }) => path)).toEqual(paths);
});

describe('files to upload that the Compose files name', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'named-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (path: string, content = path): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    chmodSync(join(folder, path), 0o644);
  };
  const collect = (volumes: string[], more: Partial<FilesRequest> = {}) => {
    put('c.yml', `services: {api: {volumes: ${JSON.stringify(volumes)}}}`);
    const request = { folder, directory: '/srv/shop', profiles: [], compose: ['c.yml'], files: [] };
    return collectFiles({ ...request, envFile: null, envContent: null, ...more });
  };
  const paths = (volumes: string[], more: Partial<FilesRequest> = {}): string[] =>
    collect(volumes, more).map(({ path }) => path);

  it('are those that are there, folders with all that they hold but env files', () => {
    for (const path of ['conf/a', 'conf/deep/b', 'conf/.env', 'conf/.env.local', 'conf/.git/HEAD', 'one.conf', 'no'])
      put(path);
    expect(paths(['./conf:/c:ro', './one.conf:/one:ro', './nowhere:/n', '.:/app'])).toEqual([
      'c.yml',
      'conf/a',
      'conf/deep/b',
      'one.conf',
    ]);
  });

  it('are what `files` says where it names them or a part of them', () => {
    for (const path of ['conf/a', 'conf/b']) put(path);
    expect(paths(['./conf:/c:ro'], { files: ['conf/a'] })).toEqual(['c.yml', 'conf/a']);
    expect(collect(['./conf:/c'], { files: ['conf'] }).some(({ care }) => care !== undefined)).toBe(false);
    expect(collect(['./conf:/c']).map(({ care }) => care)).toEqual([
      undefined,
      'api may write to it',
      'api may write to it',
    ]);
  });

  it('are never the env file of the stack, which is chosen elsewhere', () => {
    for (const path of ['.env', '.env.production']) put(path);
    expect(
      paths(['./.env:/a:ro', './.env.production:/b:ro'], { envFile: '.env.production', envContent: 'A=1' }),
    ).toEqual(['.env.production', 'c.yml']);
  });

  it('are refused where they are more than a configuration', () => {
    for (let number = 0; number <= 1000; number++) put(`conf/${number}`, '');
    expect(() => paths(['./conf:/c:ro'])).toThrow(/RB-FILES-TOO-MANY.*"conf".*more than 1000 files/s);
    expect(paths(['./conf:/c:ro'], { files: ['conf'] })).toHaveLength(1002);
  });
});
