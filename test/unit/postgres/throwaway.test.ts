/** What a drill removes: its own servers and volumes, and nothing of a stack that has the name of the drill's project. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drillProject } from '../../../actions/lib/postgres/throwaway';

const piece = join(__dirname, '../../../actions/lib/postgres/throwaway.sh');

it('a stack of people with the name of the project stays', () => {
  // The daemon: of everything in the project, only what was asked for by the drill's label is the drill's.
  const docker = `docker() {
  case "$*" in
    *label=runbook.helper=drill*label=com.docker.compose.project=shop.drill*) echo "drill-\${1}" ;;
    'ps '* | 'volume ls '*) echo people ;;
    *) echo "docker $*" >&3 ;;
  esac
}`;
  const script = `${docker}\nvolume_helpers_end() { :; }\nPROJECT=shop.drill\n. ${piece}\nthrowaway_remove`;
  const removed = execFileSync('sh', ['-c', `${script} 3>&1 >/dev/null`], { encoding: 'utf8' });
  expect(removed).toBe('docker rm -fv drill-ps\ndocker volume rm -f drill-volume\n');
});

it('no stack of people has the name of the project', () => {
  expect(drillProject('shop')).not.toMatch(/^[a-z0-9][a-z0-9_-]*$/);
});
