import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observeScript, parseState } from '../../../actions/lib/stack/observe/observe';

/** What a host printed that has nothing but these sections. */
function output(...sections: readonly string[]): string {
  const first = ['engine\n28.5.2', 'compose\n2.40.3', 'directory\nready\n/srv/real'];
  return [...first, ...sections, 'end'].map((section) => `#rb-section ${section}\n`).join('');
}

describe('what a host says of itself', () => {
  it('has networks and volumes by name, and the path of the directory without links', () => {
    const network =
      '{"Name":"a_b","Driver":"bridge","Internal":true,"Attachable":false,"EnableIPv6":false,"Options":null,"Labels":null,"IPAM":{"Config":null},"Containers":{"x":{"Name":"a-1"}}}';
    const volume = '{"Name":"a_data","Driver":"local","Options":null,"Labels":{"team":"web"}}';
    const state = parseState(output(`networks\n${network}`, `volumes\n${volume}`), 'a');
    expect(state.networks.a_b).toMatchObject({ facts: { driver: 'bridge', internal: 'true' }, users: ['a-1'] });
    expect(state.volumes.a_data?.facts).toEqual({ driver: 'local', 'labels.team': 'web' });
    expect(state.physicalDirectory).toBe('/srv/real');
  });

  it('is not taken for an empty stack where Docker does not tell of its containers', () => {
    expect(() => parseState(output('unreadable'), 'a')).toThrow('RB-HOST-UNSUITABLE');
    expect(parseState(output(), 'a').containers).toEqual([]);
  });

  it('has the limits of its containers, and none where Docker does not tell them', () => {
    const container =
      '"name":"/a-api-1","labels":{},"image":"i","reference":"api","state":"running","health":"none","exitCode":0,"restarts":0,"networks":{},"ports":{},"mounts":[],"parts":[],"joins":[]';
    const limits =
      '{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2},"Memory":536870912,"NanoCpus":500000000,"PidsLimit":null}';
    const [api, old] = parseState(
      output(`containers\n{"id":"1",${container},"limits":${limits}}\n{"id":"2",${container}}`),
      'a',
    ).containers;
    expect(api?.limits).toMatchObject({ restart: 'on-failure:2', memory: 512 * 2 ** 20, cpus: 0.5, pids: 0 });
    expect(old?.limits).toBe(undefined);
  });

  it('is not believed where the processes of its containers cannot be seen', () => {
    expect(() => parseState(output('unseen\nhidden'), 'a')).toThrow(/hidepid/);
    expect(() => parseState(output('unseen\nelsewhere'), 'a')).toThrow(/another machine/);
  });
});

/** `docker image ls` of version 29 as its documentation says: without `--all` what has no tag is not in it. */
const DOCKER_29 = `#!/bin/sh
id=sha256:${'1'.repeat(64)} digest=sha256:${'d'.repeat(64)}
case "$1 $2" in
  'version --format') echo 29.0.0 ;;
  'compose --env-file') echo 5.0.0 ;;
  'image ls')
    echo "sha256:${'2'.repeat(64)} registry/api v2 sha256:${'e'.repeat(64)}"
    case "$*" in *' --all '* | *' -a '*) echo "$id registry/api <none> $digest" ;; esac ;;
esac
`;

it('an image that has a digest and no tag is there, also for Docker 29', () => {
  const { images } = parseState(saidWith(DOCKER_29), 'shop');
  expect(images[`registry/api@sha256:${'d'.repeat(64)}`]).toBe(`sha256:${'1'.repeat(64)}`);
  expect(images['registry/api:v2']).toBe(`sha256:${'2'.repeat(64)}`);
});

/** A client whose engine runs on another machine: no process here has the PID that it says. */
const DOCKER_ELSEWHERE = `#!/bin/sh
id=${'1'.repeat(64)}
case "$*" in
  'version --format'*) echo 28.0.0 ;;
  'compose --env-file'*) echo 5.0.0 ;;
  'ps -a --no-trunc'*) printf '%s\\tapi\\tshop\\t/srv\\n' $id ;;
  'inspect --format {{.State.Pid}} '*) echo 99999999 ;;
  'inspect --format {"id"'*)
    echo '{"id":"'$id'","pid":99999999,"name":"/shop-api-1","labels":{},"image":"sha256:1","reference":"api","state":"running","health":"none","exitCode":0,"restarts":0,"networks":{},"ports":{},"mounts":[],"parts":[],"joins":["default","private",""]}' ;;
esac
`;

it('a host whose containers run on another machine is not taken for one where they have ended', () => {
  expect(() => parseState(saidWith(DOCKER_ELSEWHERE), 'shop')).toThrow(/another machine/);
  expect(() => parseState(saidWith(DOCKER_ELSEWHERE.replaceAll('99999999', '1')), 'shop')).not.toThrow();
});

/** What the script prints where `docker` is this program. */
function saidWith(docker: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-docker-'));
  try {
    writeFileSync(join(folder, 'docker'), docker);
    chmodSync(join(folder, 'docker'), 0o755);
    const script = observeScript({
      stack: 'shop',
      directory: join(folder, 'stack'),
      envFile: null,
      envFileNamed: false,
      compose: [],
      paths: [],
    });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    return execFileSync('sh', ['-c', script], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
