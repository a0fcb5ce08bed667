/** How often Docker's client is started before something of a service is changed, and what is known from its answers. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redirectScript } from '../../../actions/lib/stack/redirect/redirect';

const stack = join(import.meta.dirname, '../../../actions/lib/stack');
const script = (name: string): string => readFileSync(join(stack, name), 'utf8');
const UNNAMED = 'a'.repeat(64);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-starts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param docker cases of `"$*"`, what Docker's client is called with */
function run(docker: string, commands: string): string[] {
  const text = `
RB_STEP=${folder} RB_ROOT=${folder} PROJECT=acme RB_COMMENT=run PROXY= RB_UNDO=
${script('observe/containers.sh')}
${redirectScript()}
${script('observe/adapters.sh')}
${script('apply/proxy.sh')}
${script('apply/apply.sh')}
${script('apply/unnamed.sh')}
${script('apply/ran.sh')}
event() { echo "event $*"; }
say() { :; }
fail() { echo "failed $1 $2"; return 1; }
undo_push() { :; }
uptime_seconds() { echo 0; }
docker() { printf '%s\\n' "$1 $2" >>${folder}/asked; case "$*" in ${docker} esac; }
${commands}`;
  return execFileSync('bash', ['-c', text], { encoding: 'utf8' }).trim().split('\n');
}

const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the containers of a service before it is changed', () => {
  const states = ['running', 'paused', 'restarting', 'removing', 'exited', 'created', 'dead'];
  const list = (names: readonly string[]): string => names.map((state) => `id-${state} ${state}`).join('\\n');

  it('are listed once where none has stopped', () => {
    const docker = `"ps -a "*) printf '${list(states.slice(0, 4))}\\n' ;;`;
    expect(run(docker, 'remember backend; echo $running')).toEqual(['id-running id-paused id-restarting']);
    expect(asked()).toEqual(['ps -a']);
    expect(written('before-backend').trim().split('\n')).toEqual(states.slice(0, 4).map((state) => `id-${state}`));
  });

  it('are listed again once those that have stopped are removed', () => {
    const docker = `
      "ps -a "*) [ -e ${folder}/removed ] && printf '${list(states.slice(0, 4))}\\n' || printf '${list(states)}\\n' ;;
      "rm -f "*) echo "$3" >>${folder}/removed ;;`;
    run(docker, 'remember backend');
    expect(written('removed')).toBe('id-exited\nid-created\nid-dead\n');
    expect(written('before-backend').trim().split('\n')).toEqual(states.slice(0, 4).map((state) => `id-${state}`));
  });

  it('are not guessed where Docker does not list them', () => {
    expect(run('"ps -a "*) return 1 ;;', 'remember backend || echo refused')).toEqual([
      'failed start backend',
      'refused',
    ]);
  });
});

describe('what runs before a step', () => {
  const docker = (inspected: readonly string[]): string => `
    "ps -q "*) echo ids ;;
    "inspect --format process"*) printf '%s\\n' ${inspected.map((line) => `'${line}'`).join(' ')} ;;
    "inspect --format {{"*) echo "volume ${UNNAMED} $4 /data" ;;`;
  const container = (id: string, mounts: string): string[] => [
    `process ${id} 1`,
    `mounts ${id}${mounts} end`,
    `running ${id} s no:0 acme_default=s,;`,
  ];

  it('is noted with its processes, which are not asked for again', () => {
    const lines = run(docker(container('a1', '')), 'note_ran; processes a1');
    expect(lines[0]).toMatch(/^a1 1 \d+$/);
    expect(asked()).toEqual(['ps -q', 'inspect --format']);
    expect(written('ran')).toBe('a1 s no:0 acme_default=s,;\n');
  });

  it('is asked for unnamed volumes unless it was seen to have none', () => {
    const inspected = [
      ...container('a1', ' volume:acme_data bind:'),
      ...container('b2', ` bind: volume:${UNNAMED}`),
      // Torn by a full disk.
      'mounts c3 volume:',
    ];
    const lines = run(
      docker(inspected),
      'note_ran; unnamed_volumes a1; echo; unnamed_volumes a1 b2; unnamed_volumes c3 a1',
    );
    expect(lines.filter((line) => line !== '')).toEqual([`${UNNAMED} b2 /data`, `${UNNAMED} c3 /data`]);
    expect(asked()).toHaveLength(4);
  });
});

it('workers of nginx are told from its other processes and by what they still do', () => {
  copyFileSync('/bin/sleep', join(folder, 'nginx'));
  execFileSync('chmod', ['755', join(folder, 'nginx')]);
  const titles = ['nginx: worker process', 'nginx: worker process is shutting down', 'nginx: cache manager process'];
  const start = titles
    .map((title) => `(exec -a '${title}' ${folder}/nginx 60) >/dev/null & pids="$pids $!"`)
    .join('\n');
  const lines = run(
    '*) ;;',
    `pids=
${start}
while [ "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -cx nginx)" -lt 3 ]; do sleep 0.1; done
proxy_workers $$ | sed "$(n=0; for pid in $pids; do n=$((n + 1)); echo "s/^$pid/$n/;"; done)"
set -- $pids; workers_before=" $2 "
reloaded $$ && echo reloaded
kill $pids`,
  );
  expect(lines).toEqual(['1', '2 is shutting down', 'reloaded']);
});
