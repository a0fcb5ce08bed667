/** Which of Docker's volumes a name means, with a stand-in for docker that answers by its arguments. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const piece = join(__dirname, '../../../actions/lib/volumes/volume-helper.sh');

/** @param labelled volumes with the label @param used those that a container of the stack has @param own all others */
function mountOf(name: string, labelled: string, used: string, own = ''): string {
  const docker = `docker() {
  case "$*" in
    'volume ls'*) printf '%s' "${labelled}" ;;
    'ps -aq'*) for one in ${used}; do case "$*" in *"volume=$one "*) echo id ;; esac; done ;;
    'volume inspect'*) for one in ${own}; do case "$*" in *" $one") echo "$one"; return ;; esac; done; return 1 ;;
  esac
}`;
  return spawnSync('sh', ['-c', `. ${piece}; ${docker}; PROJECT=shop; volume_mount "$1" || echo none`, 'sh', name], {
    encoding: 'utf8',
  }).stdout;
}

it.each([
  ['the one with the labels', 'shop_data\n', '', 'type=volume,source=shop_data\n'],
  [
    'the one that is used, after it was renamed',
    'shop_data\nshop_data2\n',
    'shop_data2',
    'type=volume,source=shop_data2\n',
  ],
  ['the first, where none is used', 'shop_data\nshop_data2\n', '', 'type=volume,source=shop_data\n'],
])('a name means %s', (_what, labelled, used, expected) => {
  expect(mountOf('data', labelled, used, 'data')).toBe(expected);
});

it('a name without labels means the volume of that name, a path the folder, and any other nothing', () => {
  expect(mountOf('data', '', '', 'data')).toBe('type=volume,source=data\n');
  expect(mountOf('/srv/a b', '', '')).toBe('type=bind,source=/srv/a b\n');
  expect(mountOf('data', '', '')).toBe('none\n');
});
