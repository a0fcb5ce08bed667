import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, change, directory, eachInItsFolder, folder, ok, release, root, sh, sha256, write } from './stored';

eachInItsFolder();

describe('stored releases', () => {
  it('are private, and each content is there once', () => {
    release('1-v1', { '.env': 'SECRET=1', a: 'same', b: 'same' });
    expect(readdirSync(join(root, 'blobs')).sort()).toEqual([sha256('SECRET=1'), sha256('same')].sort());
    const paths = [
      'blobs',
      `blobs/${sha256('same')}`,
      'releases/1-v1',
      'releases/1-v1/release.json',
      'releases/1-v1/compose.json',
    ];
    expect(paths.map((path) => statSync(join(root, path)).mode & 0o777)).toEqual([0o700, 0o600, 0o700, 0o600, 0o600]);
  });

  it('become current by name, and only when they are there', () => {
    expect(sh('commit_release 1-v1').code).not.toBe(0);
    release('1-v1', {});
    ok('commit_release 1-v1');
    expect(readFileSync(join(root, 'current'), 'utf8')).toBe('1-v1\n');
    const before = statSync(join(root, 'current')).ino;
    release('2-v2', {});
    ok('commit_release 2-v2');
    expect(ok('current_release')).toBe('2-v2\n');
    // Replaced as a whole, never written into.
    expect(statSync(join(root, 'current')).ino).not.toBe(before);
    expect(readdirSync(root).filter((name) => name.includes('part'))).toEqual([]);
  });

  it('that become current are noted, after those that an earlier version knew', () => {
    for (const id of ['1-v1', '2-v2']) release(id, {});
    ok(`HISTORY='{"release":"0-old","from":"","procedure":""}' PROCEDURE=deploy; commit_release 1-v1`);
    write(join(root, 'history.jsonl'), `${at('.runbook/history.jsonl')}{"torn`);
    ok(`HISTORY='{"never":"again"}' PROCEDURE=rollback; commit_release 2-v2`);
    const lines = at('.runbook/history.jsonl').split('\n');
    expect(lines.map((line) => line.replace(/"at":"[^"]+"/, '"at":""'))).toEqual([
      '{"release":"0-old","from":"","procedure":""}',
      '{"release":"1-v1","from":"","procedure":"deploy","at":""}',
      '{"torn',
      '{"release":"2-v2","from":"1-v1","procedure":"rollback","at":""}',
      '',
    ]);
    ok('PROCEDURE=rollback BACK=1-v1; commit_release 1-v1');
    expect(at('.runbook/history.jsonl').trim().split('\n').at(-1)).toContain('"rollback","back":"1-v1","at"');
  });

  it('are there as a whole or not at all', () => {
    write(join(folder, 'broken/release.json'), '{}');
    expect(sh(`store_release 1-v1 '${folder}/broken'`).code).not.toBe(0);
    expect(existsSync(join(root, 'releases/1-v1'))).toBe(false);
  });
});

describe('files', () => {
  it('are placed with their mode, keep their inode, and go with the release that had them', () => {
    release('1-v1', { 'nginx/app.conf': 'one', 'old file.txt': 'old' });
    release('2-v2', { 'nginx/app.conf': 'two', 'new/deep/-x "y" $(id).txt': 'new' });
    change('', '1-v1');
    const { ino } = statSync(join(directory, 'nginx/app.conf'));
    change('1-v1', '2-v2');
    expect([at('nginx/app.conf'), at('new/deep/-x "y" $(id).txt')]).toEqual(['two', 'new']);
    expect(existsSync(join(directory, 'old file.txt'))).toBe(false);
    expect(statSync(join(directory, 'nginx/app.conf')).ino).toBe(ino);
    expect(statSync(join(directory, 'nginx/app.conf')).mode & 0o777).toBe(0o640);
    // Others must get in: containers do not run as the SSH user.
    expect(statSync(join(directory, 'new/deep')).mode & 0o777).toBe(0o755);
  });

  it('come back as they were found, edited by hand or not', () => {
    release('1-v1', { a: '1', b: '1', gone: '1' });
    release('2-v2', { a: '2', b: '2', fresh: '2' });
    change('', '1-v1');
    write(join(directory, 'b'), 'by hand');
    chmodSync(join(directory, 'b'), 0o604);
    change('1-v1', '2-v2');
    ok(`place_files '${folder}/before'`);
    expect([at('a'), at('b'), at('gone'), existsSync(join(directory, 'fresh'))]).toEqual(['1', 'by hand', '1', false]);
    expect(statSync(join(directory, 'b')).mode & 0o777).toBe(0o604);
  });

  it('are never opened wider than the host had them, and come back with the mode that they had', () => {
    release('1-v1', { key: '1', script: '1', open: '1' });
    const modes = { key: 0o600, script: 0o755, open: 0o644, fresh: null };
    for (const [path, mode] of Object.entries(modes)) {
      if (mode === null) continue;
      write(join(directory, path), 'old');
      chmodSync(join(directory, path), mode);
    }
    const lines = [`755 key`, `644 script`, `755 open`, `640 fresh`].map((line) => `${sha256('1')} ${line}\n`);
    write(join(folder, 'list'), lines.join(''));
    ok(`remember_files '${folder}/list' >'${folder}/before' && narrow_files '${folder}/list' >'${folder}/narrow' &&
      place_files '${folder}/narrow'`);
    const found = () => ['key', 'script', 'open'].map((path) => statSync(join(directory, path)).mode & 0o777);
    expect([...found(), statSync(join(directory, 'fresh')).mode & 0o777]).toEqual([0o700, 0o644, 0o755, 0o640]);
    ok(`place_files '${folder}/before'`);
    expect(found()).toEqual([0o600, 0o755, 0o644]);
  });

  it('get new inodes where only new containers may see them, and the former inodes come back', () => {
    const paths = ['one', 'nginx/a "b" $(id)', 'same'];
    release('1-v1', { one: '1', 'nginx/a "b" $(id)': '1', same: '1', link: '1' });
    release('2-v2', { one: '2', 'nginx/a "b" $(id)': '2', same: '1', link: '2' });
    change('', '1-v1');
    rmSync(join(directory, 'link'));
    write(join(folder, 'target'), 'linked');
    symlinkSync(join(folder, 'target'), join(directory, 'link'));
    const inodes = () => paths.map((path) => statSync(join(directory, path)).ino);
    const before = inodes();
    const list = `${folder}/list`;
    write(list, readFileSync(`${root}/releases/2-v2/files.list`, 'utf8'));
    ok(`remember_files '${list}' >'${folder}/before' && place_files '${list}' '${folder}/former'`);
    expect(paths.map(at)).toEqual(['2', '2', '1']);
    expect(inodes().map((inode, index) => inode === before[index])).toEqual([false, false, true]);
    expect(statSync(join(directory, 'one')).mode & 0o777).toBe(0o640);
    // A link stays one.
    expect([lstatSync(join(directory, 'link')).isSymbolicLink(), at('link')]).toEqual([true, '2']);
    for (let time = 0; time < 2; time++) ok(`return_files '${folder}/former' && place_files '${folder}/before'`);
    expect(inodes()).toEqual(before);
    expect([...paths.map(at), at('link')]).toEqual(['1', '1', '1', 'linked']);
    expect(readdirSync(directory).filter((name) => name.includes('rb-part'))).toEqual([]);
  });

  it('can be placed in parts', () => {
    release('1-v1', { a: '1', 'nginx/x': '1' });
    write(join(folder, 'paths'), 'nginx/x\n');
    change('', '1-v1', join(folder, 'paths'));
    expect([existsSync(join(directory, 'a')), at('nginx/x')]).toEqual([false, '1']);
  });

  it('leave the old content where the new one cannot be written', () => {
    release('1-v1', { a: '1' });
    change('', '1-v1');
    rmSync(join(root, 'blobs', sha256('1')));
    write(join(directory, 'a'), 'mine');
    expect(sh(`place_files '${root}/releases/1-v1/files.list'`).code).not.toBe(0);
    expect(at('a')).toBe('mine');
  });

  it('are laid over a copy of what is there', () => {
    release('1-v1', { 'nginx/a.conf': 'a1', 'nginx/gone.conf': 'x' });
    release('2-v2', { 'nginx/a.conf': 'a2', 'nginx/sub/b.conf': 'b2', other: 'o' });
    change('', '1-v1');
    write(join(directory, 'nginx/own.conf'), 'own');
    ok(`files_between 1-v1 2-v2 >'${folder}/list'; overlay_copy "$DIRECTORY/nginx" '${folder}/copy' '${folder}/list'
      overlay_copy "$DIRECTORY/nginx/a.conf" '${folder}/file' '${folder}/list'`);
    expect(readdirSync(join(folder, 'copy'), { recursive: true }).sort()).toEqual([
      'a.conf',
      'own.conf',
      'sub',
      'sub/b.conf',
    ]);
    expect(readFileSync(join(folder, 'copy/a.conf'), 'utf8')).toBe('a2');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('a2');
    expect(at('nginx/a.conf')).toBe('a1');
  });

  it('between any two releases are exactly those of the second', () => {
    const files = fc.dictionary(fc.constantFrom('a', 'b c', 'd/e', 'd/f', '.env', 'ü'), fc.constantFrom('1', '2', ''));
    fc.assert(
      fc.property(files, files, (first, second) => {
        rmSync(directory, { recursive: true, force: true });
        rmSync(join(folder, 'staging'), { recursive: true, force: true });
        mkdirSync(root, { recursive: true });
        release('1-a', first);
        release('2-b', second);
        for (const [from, to, wanted] of [
          ['', '1-a', first],
          ['1-a', '2-b', second],
          ['2-b', '1-a', first],
        ] as const) {
          change(from, to);
          const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
            (entry) => entry.isFile() && !entry.parentPath.startsWith(root),
          );
          const there = found.map((entry) => [
            join(entry.parentPath, entry.name).slice(directory.length + 1),
            readFileSync(join(entry.parentPath, entry.name), 'utf8'),
          ]);
          expect(Object.fromEntries(there)).toEqual(wanted);
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});

describe('a release that never became current', () => {
  it('takes what it made with it, and nothing that was there before it', () => {
    release('1-v1', { a: '1' });
    change('', '1-v1');
    ok('commit_release 1-v1');
    write(join(directory, '.env'), 'secret');
    release('2-v2', { a: '2', '.env': 'secret', fresh: '2', edited: '2' });
    change('1-v1', '2-v2', '', '2-v2');
    write(join(directory, 'edited'), 'by hand');
    ok('discard_uncommitted');
    expect([at('a'), at('.env'), at('edited'), existsSync(join(directory, 'fresh'))]).toEqual([
      '2',
      'secret',
      'by hand',
      false,
    ]);
    expect(readdirSync(join(root, 'releases'))).toEqual(['1-v1']);
  });
});

describe('retention', () => {
  function names(): string[] {
    return readdirSync(join(root, 'releases')).sort();
  }

  it('keeps the current release, the one being made, and the newest others', () => {
    for (const id of ['2-b', '9-i', '10-j', '11-k', '12-l']) release(id, { f: id });
    ok('commit_release 2-b');
    write(join(root, 'staging/runbook.old/blobs/x'), 'x');
    expect(ok('retain 3', '12-l')).toBe('10-j\n9-i\n');
    expect(names()).toEqual(['11-k', '12-l', '2-b']);
    expect(existsSync(join(root, 'staging'))).toBe(false);
    expect(readdirSync(join(root, 'blobs')).sort()).toEqual(['2-b', '11-k', '12-l'].map(sha256).sort());
    expect(ok('retain 1', '12-l')).toBe('11-k\n');
    expect(names()).toEqual(['12-l', '2-b']);
  });

  it('keeps those that a rollback would go to before newer ones', () => {
    for (const id of ['1-a', '2-b', '3-c']) release(id, { f: id });
    ok('commit_release 3-c');
    expect(ok("PREFERRED='9-gone 1-a'; retain 2", '3-c')).toBe('2-b\n');
    expect(names()).toEqual(['1-a', '3-c']);
  });

  it('is never below what runs, for any number of releases', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(ids, fc.nat(), fc.integer({ min: 1, max: 7 }), (numbers, pick, count) => {
        rmSync(join(root, 'releases'), { recursive: true, force: true });
        for (const number of numbers) write(join(root, `releases/${number}-x/release.json`), '{}');
        const current = numbers[pick % numbers.length] ?? 0;
        ok(`commit_release ${current}-x; retain ${count}`);
        const kept = names().map((name) => Number.parseInt(name, 10));
        const newest = numbers.filter((number) => number !== current).sort((a, b) => b - a);
        expect(kept.sort((a, b) => a - b)).toEqual([current, ...newest.slice(0, count - 1)].sort((a, b) => a - b));
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('never discards the current release', () => {
    release('1-a', { f: '1' });
    ok('commit_release 1-a');
    expect(sh('discard_release 1-a').code).not.toBe(0);
    expect(names()).toEqual(['1-a']);
  });
});
