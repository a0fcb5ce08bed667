/** Who is told of new addresses after a restore, by the real sh and awk. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writersPiece } from '../../../actions/lib/restore/scripts';

/** Says what Docker is asked to do, where a container of the service `front` runs these processes. */
function told(processes: readonly string[], proxy = 'front', exit = 0): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'writers-'));
  try {
    const lines = processes.map((name, index) => `${index + 10} ${index === 0 ? 1 : 10} ${name}`);
    const docker = `docker() { case $1 in
      ps) echo front1 ;;
      inspect) echo front ;;
      top) printf '%s\\n' 'PID PPID COMMAND' ${lines.map((line) => `'${line}'`).join(' ')} ;;
      exec) case "$*" in *' -T') echo 'proxy_pass http://api;' ;; *) echo "$*" >&3; return ${exit} ;; esac ;;
      kill) echo "$*" >&3 ;;
    esac; }`;
    const script = `PROJECT=shop PROXY='${proxy}'\n${writersPiece()}\n${docker}\ntell_proxy '${folder}/log'`;
    const { stdout, stderr } = spawnSync('sh', ['-uc', `{ ${script}\n} 3>&1`], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    // awk takes a comparison after `print` for the name of a file.
    expect(readdirSync(folder).filter((name) => name !== 'log')).toEqual([]);
    return stdout.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('a proxy is told in its own way, and one that cannot be told is reported', () => {
  expect(told(['nginx', 'nginx'])).toEqual(['exec front1 nginx -s reload']);
  expect(told(['sh', 'openresty'], 'other')).toEqual(['exec front1 nginx -s reload']);
  expect(told(['nginx'], 'front', 1)).toEqual(['exec front1 nginx -s reload', '#rb untold why=refused']);
  expect(told(['haproxy', 'haproxy'])).toEqual(['kill -s USR2 front1']);
  expect(told(['haproxy'])).toEqual(['#rb untold why=kind']);
  expect(told(['caddy'])).toEqual([]);
  expect(told(['httpd', 'httpd'])).toEqual(['exec front1 httpd -t', 'kill -s USR1 front1']);
  // The modules do not name one that passes requests on.
  expect(told(['apache2', 'apache2'], 'other')).toEqual(['exec front1 apache2ctl -t -D DUMP_MODULES']);
  expect(told(['envoy'])).toEqual(['#rb untold why=kind']);
  expect(told(['node'], 'other')).toEqual([]);
});
