/** What of Docker's names for images goes with a release, by the real sh and a double of Docker. */
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachInItsFolder, folder, ok, release, root, write } from './stored';

eachInItsFolder();

describe('the images of a release that goes', () => {
  /** IDs, tags and containers of a Docker whose images are `sha256:` and the last letters of what names them. */
  const host = (tags: string, containers = ''): void =>
    write(
      join(folder, 'docker.sh'),
      `case "$1 $2" in
  "image inspect") case " ${tags} " in *" ${'$'}{5##*:} "*) echo "sha256:${'$'}{5##*:} other/tag:1" ;; *) echo "sha256:${'$'}{5##*:}" ;; esac ;;
  "ps -aq") printf '%s' "${containers}" ;;
  "inspect "*) printf '%s\\n' ${containers} ;;
esac`,
    );
  const asked = (): string[] => readFileSync(join(folder, 'docker.log'), 'utf8').trim().split('\n');
  const removed = (): string[] =>
    asked()
      .filter((line) => line.startsWith('rmi '))
      .flatMap((line) => line.split(' ').slice(1))
      .map((name) => `rmi ${name}`);

  it('costs one start of Docker where another release has the same images', () => {
    host('');
    release('1-a', {}, ['r/x@sha256:1', 'r/y@sha256:2']);
    release('2-b', {}, ['r/x@sha256:1', 'r/y@sha256:2']);
    ok('commit_release 2-b; retain 1');
    expect(asked()).toEqual(['rmi runbook/s/0:1-a runbook/s/1:1-a']);
  });

  it('keeps what a list names whose last line has no end', () => {
    host('');
    release('1-a', {}, ['r/x@sha256:1', 'r/y@sha256:2']);
    release('2-b', {}, ['r/x@sha256:1']);
    write(join(root, 'releases/2-b/images.list'), 'r/x@sha256:1 runbook/s/0:2-b');
    release('3-c', {}, ['r/y@sha256:2']);
    ok('commit_release 3-c; retain 2');
    expect(removed()).toEqual(['rmi runbook/s/0:1-a', 'rmi runbook/s/1:1-a']);
  });

  it('removes tags with their release, and references that no other release names', () => {
    host('');
    release('1-a', {}, ['r/x@sha256:1', 'r/y@sha256:1', 'r/y@sha256:3', 'r/z@sha256:3']);
    release('2-b', {}, ['r/x@sha256:1', 'r/y@sha256:2']);
    ok('tag_images 2-b; commit_release 2-b; retain 1');
    expect(removed()).toEqual([
      'rmi runbook/s/0:1-a',
      'rmi runbook/s/1:1-a',
      'rmi runbook/s/2:1-a',
      'rmi runbook/s/3:1-a',
      'rmi r/y@sha256:1',
      'rmi r/y@sha256:3',
      'rmi r/z@sha256:3',
    ]);
  });

  it("removes references of containerd's store, where these are among the tags of an image", () => {
    const tags = 'r/y@sha256:3 r/z@sha256:3';
    write(join(folder, 'docker.sh'), `case "$1 $2" in "image inspect") echo "sha256:3 ${tags}" ;; esac`);
    release('1-a', {}, ['r/y@sha256:3', 'r/z@sha256:3']);
    release('2-b', {}, ['r/x@sha256:1']);
    ok('commit_release 2-b; retain 1');
    expect(removed()).toEqual(expect.arrayContaining(['rmi r/y@sha256:3', 'rmi r/z@sha256:3']));
    release('3-c', {}, ['r/y@sha256:3']);
    release('4-d', {}, ['r/x@sha256:1']);
    write(join(folder, 'docker.log'), '');
    ok('commit_release 4-d; retain 1');
    expect(removed()).not.toContain('rmi r/y@sha256:3');
  });

  it.each([
    ['another tag holds the image', () => host('3')],
    ['a container was made from the image', () => host('', 'sha256:3')],
    ['a container was made by the reference', () => host('', 'r/y@sha256:3')],
    [
      'Docker does not tell of containers',
      () => write(join(folder, 'docker.sh'), 'case $1 in ps) exit 1 ;; image) echo sha256:3 ;; esac'),
    ],
  ])('leaves a reference where %s', (_name, prepare) => {
    prepare();
    release('1-a', {}, ['r/y@sha256:3']);
    release('2-b', {});
    ok('commit_release 2-b; retain 1');
    expect(removed()).toEqual(['rmi runbook/s/0:1-a']);
  });

  it('leaves a reference where another release has its image by ID', () => {
    host('');
    release('1-a', {}, ['r/y@sha256:3']);
    release('2-b', {}, ['sha256:3']);
    ok('commit_release 2-b; retain 1');
    expect(removed()).toEqual(['rmi runbook/s/0:1-a']);
  });

  it('ends what was killed while it discarded a release', () => {
    host('');
    for (const id of ['1-a', '2-b', '3-c']) release(id, {}, [`r/y@sha256:${id[0]}`]);
    // The name went to another release since.
    write(join(root, 'releases/.3-c.images'), 'r/y@sha256:4 runbook/s/0:3-c\n');
    ok('commit_release 3-c');
    renameSync(join(root, 'releases/1-a/images.list'), join(root, 'releases/.1-a.images'));
    rmSync(join(root, 'releases/1-a'), { recursive: true });
    ok('retain 1');
    expect(removed().sort()).toEqual([
      'rmi r/y@sha256:1',
      'rmi r/y@sha256:2',
      'rmi r/y@sha256:4',
      'rmi runbook/s/0:1-a',
      'rmi runbook/s/0:2-b',
    ]);
    expect(readdirSync(join(root, 'releases'))).toEqual(['3-c']);
  });
});
