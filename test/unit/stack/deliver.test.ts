/** A release that comes to a host from which a cleanup has removed an image: the real sh and a double of Docker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eachInItsFolder, folder, release, sh, write } from './stored';

eachInItsFolder();

const piece = readFileSync(join(import.meta.dirname, '../../../actions/lib/stack/apply/images.sh'), 'utf8');

/** @param registry whether it has the image that the host lacks */
function delivered(pull: readonly string[], registry: boolean) {
  write(
    join(folder, 'docker.sh'),
    `case "$*" in
  "pull -q r/job@sha256:2") ${registry ? `: >"${folder}/pulled"` : 'exit 1'} ;;
  "tag r/job@sha256:2 "* | "image inspect "*" r/job@sha256:2") [ -e "${folder}/pulled" ] || exit 1 ;;
esac`,
  );
  release('2-b', {}, ['r/api@sha256:1', 'r/job@sha256:2']);
  const doubles = ['tar', 'undo_push', 'store_blobs', 'store_release', 'prune_former', 'say', 'has_login']
    .map((name) => `${name}() { :; };`)
    .join(' ');
  const { code, stdout } = sh(
    `${piece}\n${doubles} current_release() { :; }; fail() { echo "$1"; return 1; }
RB_INPUT=${folder}/none STAGING=${folder}/none
deliver ${pull.join(' ')}`,
    '2-b',
  );
  const asked = readFileSync(join(folder, 'docker.log'), 'utf8').split('\n');
  return { code, failed: stdout.trim(), pulled: asked.filter((line) => line.startsWith('pull ')) };
}

it('is delivered where nothing is pulled: what is started is fetched next, and no registry is asked for the rest', () => {
  expect(delivered([], false)).toEqual({ code: 0, failed: '', pulled: [] });
});

it('gets the image with those that are pulled', () => {
  const pulled = ['pull -q r/api@sha256:1', 'pull -q r/job@sha256:2'];
  expect(delivered(['r/api@sha256:1'], true)).toEqual({ code: 0, failed: '', pulled });
});

it('is refused with those that are pulled where no registry has the image', () => {
  expect(delivered(['r/api@sha256:1'], false)).toMatchObject({ code: 1, failed: 'untagged' });
});
