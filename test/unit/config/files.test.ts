import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectFiles, type FilesRequest } from '../../../actions/lib/config/files';

let outside: string;
let folder: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'files-'));
  folder = join(outside, 'repository');
  mkdirSync(folder);
});

afterEach(() => rmSync(outside, { recursive: true, force: true }));

function put(path: string, content = path, mode = 0o644): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  chmodSync(join(folder, path), mode);
}

function collect(request: Partial<FilesRequest>) {
  return collectFiles({
    folder,
    directory: '/srv/shop',
    profiles: [],
    compose: [],
    files: [],
    envFile: null,
    envContent: null,
    ...request,
  });
}

function paths(files: readonly string[]): string[] {
  return collect({ files }).map(({ path }) => path);
}

function refusal(files: readonly string[]): string {
  try {
    collect({ files });
  } catch (error) {
    expect(error).toMatchObject({ code: 'RB-FILE-MISSING' });
    return String(error);
  }
  throw new Error('it was accepted');
}

describe('files to upload', () => {
  it('are sorted, each once, with folders and all that they hold', () => {
    for (const path of ['nginx/b.conf', 'nginx/deep/er/a.conf', 'nginx/-x', 'c.yml', '.git/HEAD', 'ü b']) put(path);
    expect(paths(['nginx', './c.yml', 'nginx/b.conf', 'ü b'])).toEqual([
      'c.yml',
      'nginx/-x',
      'nginx/b.conf',
      'nginx/deep/er/a.conf',
      'ü b',
    ]);
    expect(paths(['.'])).toEqual(['c.yml', 'nginx/-x', 'nginx/b.conf', 'nginx/deep/er/a.conf', 'ü b']);
  });

  it("keep their content byte by byte, whether they can be executed, and whether they are their owner's alone", () => {
    put('run.sh', '#!/bin/sh', 0o755);
    put('server.key', 'key', 0o600);
    put('data', 'plain', 0o640);
    writeFileSync(join(folder, 'data'), Buffer.from([0, 255, 10]));
    symlinkSync('data', join(folder, 'link'));
    expect(collect({ files: ['run.sh', 'data', 'link', 'server.key'] })).toEqual([
      { path: 'data', content: Buffer.from([0, 255, 10]), mode: 0o644 },
      { path: 'link', content: Buffer.from([0, 255, 10]), mode: 0o644 },
      { path: 'run.sh', content: Buffer.from('#!/bin/sh'), mode: 0o755 },
      { path: 'server.key', content: Buffer.from('key'), mode: 0o600 },
    ]);
  });

  it('let nobody else read the env file', () => {
    put('.env', 'A=1');
    const [fromFile] = collect({ files: ['.'], envFile: '.env' });
    const [fromInput] = collect({ files: ['.'], envFile: '.env', envContent: 'A=2' });
    expect([fromFile, fromInput]).toEqual([
      { path: '.env', content: Buffer.from('A=1'), mode: 0o600 },
      { path: '.env', content: Buffer.from('A=2'), mode: 0o600 },
    ]);
  });

  it('follow links within the repository, not out of it and not in a circle', () => {
    put('common/a.conf');
    mkdirSync(join(folder, 'nginx'));
    symlinkSync('../common', join(folder, 'nginx/conf.d'));
    expect(paths(['nginx'])).toEqual(['nginx/conf.d/a.conf']);
    symlinkSync('..', join(folder, 'nginx/up'));
    expect(refusal(['nginx'])).toContain('leads back to a folder that it is in');
    writeFileSync(join(outside, 'secret'), 'x');
    mkdirSync(join(outside, 'repository-of-others'));
    for (const [name, target] of Object.entries({
      file: '../secret',
      folder: '../repository-of-others',
      absolute: join(outside, 'secret'),
    })) {
      symlinkSync(target, join(folder, name));
      expect(refusal([name])).toContain('leads out of the repository');
    }
    symlinkSync('nowhere', join(folder, 'broken'));
    expect(refusal(['broken'])).toContain('no such file');
  });

  it.each(['absent', '', '../secret', '/etc/passwd', '-x', '~/x', 'a\nb', '.runbook/current', 'a/../../secret'])(
    'refuse the path %j',
    (path) => {
      writeFileSync(join(outside, 'secret'), 'x');
      expect(refusal([path])).toContain(JSON.stringify(path));
    },
  );

  it('refuse names within a folder that would end a line, and the place of the releases', () => {
    put('bad/a\nb');
    expect(refusal(['bad'])).toContain('has a name that is refused');
    put('.runbook/current');
    expect(refusal(['.'])).toContain('has a name that is refused');
  });

  it('refuse what Git LFS has not checked out', () => {
    put('assets/geo.mmdb', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
    expect(() => paths(['assets'])).toThrow(/RB-FILE-MISSING.*assets\/geo.mmdb has not been checked out by Git LFS/s);
    put('assets/geo.mmdb', 'version https://git-lfs.github.com/ is what we use\n');
    expect(paths(['assets'])).toEqual(['assets/geo.mmdb']);
  });

  it('refuse what is too large, and what is no file', () => {
    put('large');
    truncateSync(join(folder, 'large'), 64 * 2 ** 20 + 1);
    expect(refusal(['large'])).toContain('67108865 bytes');
    expect(spawnSync('mkfifo', [join(folder, 'pipe')]).status).toBe(0);
    expect(refusal(['pipe'])).toContain('neither a file nor a folder');
  });
});
