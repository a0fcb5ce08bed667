/** Files that a running container sees no more, because they were replaced on the host. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = readFileSync(join(import.meta.dirname, '../../../actions/lib/stack/apply/stale.sh'), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-stale-'));
  mkdirSync(join(folder, 'conf d'));
  writeFileSync(join(folder, 'nginx.conf'), 'x');
  writeFileSync(join(folder, 'conf d/a.conf'), 'x');
});
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * What a reload for the paths says. `mounts`: source below the folder → target; `roots`: target → what the kernel says that
 * is mounted there
 */
function reloaded(paths: readonly string[], mounts: Record<string, string>, roots: Record<string, string>): string[] {
  const escaped = (text: string) => text.replaceAll(' ', '\\040');
  const lines = Object.entries(roots).map(
    ([target, root], number) => `${number} 1 254:0 ${escaped(root)} ${escaped(target)} rw - ext4 /dev/vda rw`,
  );
  const listed = Object.entries(mounts).map(([source, target]) => `${join(folder, source)}\t${target}`);
  writeFileSync(join(folder, 'mountinfo'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'listed'), `${listed.join('\n')}\n`);
  const text = `
RB_STEP=${folder} DIRECTORY='${folder}' PROXY=proxy
${script}
alive() { echo id; }
pids_of() { echo none; }
fail() { echo "failed $1 $2"; cat "$3"; return 1; }
docker() { case "$1" in inspect) cat ${folder}/listed ;; exec) cat ${folder}/mountinfo ;; esac; }
refuse_stale "$@" && echo reloads || :`;
  return execFileSync('sh', ['-c', text, 'sh', ...paths], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

const FILE = { 'nginx.conf': '/etc/nginx/nginx.conf' };
const FOLDER = { 'conf d': '/etc/nginx/conf d' };

describe('a proxy reloads', () => {
  it('for a file that it mounts by itself or in a folder', () => {
    expect(reloaded(['nginx.conf'], FILE, { '/etc/nginx/nginx.conf': `${folder}/nginx.conf` })).toEqual(['reloads']);
    expect(reloaded(['conf d/a.conf'], FOLDER, { '/etc/nginx/conf d': `${folder}/conf d` })).toEqual(['reloads']);
  });

  it('where the path is a link, or the root of a file system', () => {
    renameSync(join(folder, 'nginx.conf'), join(folder, 'nginx.prod.conf'));
    symlinkSync('nginx.prod.conf', join(folder, 'nginx.conf'));
    expect(reloaded(['nginx.conf'], FILE, { '/etc/nginx/nginx.conf': '/x/nginx.prod.conf' })).toEqual(['reloads']);
    expect(reloaded(['conf d/a.conf'], FOLDER, { '/etc/nginx/conf d': '/' })).toEqual(['reloads']);
  });

  it('although another file, which does not change, was replaced', () => {
    const roots = { '/etc/nginx/nginx.conf': `${folder}/nginx.conf//deleted`, '/etc/nginx/conf d': `${folder}/conf d` };
    expect(reloaded(['conf d/a.conf'], { ...FILE, ...FOLDER }, roots)).toEqual(['reloads']);
  });
});

describe('a proxy is not reloaded in vain', () => {
  it('for a file that was replaced on the host since it started', () => {
    const roots = { '/etc/nginx/nginx.conf': `${folder}/nginx.conf//deleted` };
    expect(reloaded(['nginx.conf'], FILE, roots)).toEqual(['failed proxy-stale proxy', 'nginx.conf']);
  });

  it('for a file of a folder that was moved away', () => {
    const roots = { '/etc/nginx/conf d': `${folder}/conf d.old` };
    expect(reloaded(['conf d/a.conf'], FOLDER, roots)).toEqual(['failed proxy-stale proxy', 'conf d/a.conf']);
  });
});
