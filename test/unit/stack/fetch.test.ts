/** Images of a release that the host had once: pulled by their digests where something has removed them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from '../../../actions/lib/stack/apply/render';
import type { Plan } from '../../../actions/lib/stack/model';
import { fetchedImages, lackingImages, missingImage } from '../../../actions/lib/stack/plan/checks';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { recoveryOf, recoveryProgramOf } from '../../../actions/lib/stack/plan/recovery';
import { containerOf, emptyHost, imageIdOf, pulled, release, runbook, service } from './model-host';

const stack = `${import.meta.dirname}/../../../actions/lib/stack/apply`;
const script = (name: string): string => readFileSync(join(stack, name), 'utf8');
const API = `registry/api@sha256:${'a'.repeat(64)}`;
const JOB = `registry/job@sha256:${'b'.repeat(64)}`;
const OWN = `sha256:${'c'.repeat(64)}`;

/** The host has what is a line of `there`, and the registry what is a line of `registry`. */
const docker = `
docker() {
  printf '%s\\n' "$*" >>"$RB_STEP/asked"
  case "$1 $2" in
    'image inspect') eval "last=\\$$#"; grep -qxF -e "$last" "$RB_STEP/there" ;;
    'pull -q') grep -qxF -e "$3" "$RB_STEP/registry" && echo "$3" >>"$RB_STEP/there" || { echo 'manifest unknown' >&2; return 1; } ;;
    'tag '*) grep -qxF -e "$2" "$RB_STEP/there" ;;
  esac
}
compose() { echo "compose $*" >>"$RB_STEP/asked"; grep -qxF -e '${API}' "$RB_STEP/there"; }
say() { :; }
fail() { printf 'failed %s %s\\n' "$1" "$2"; return 1; }
`;

function run(command: string, there: readonly string[], registry: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-fetch-'));
  try {
    const file = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    mkdirSync(join(folder, 'releases/1'), { recursive: true });
    file('there', there);
    file('registry', registry);
    file('asked', []);
    file('releases/1/images.list', [
      `${API} runbook/shop/api:1`,
      `${JOB} runbook/shop/job:1`,
      `${OWN} runbook/shop/own:1`,
    ]);
    const text = `RB_STEP=${folder} RB_ROOT=${folder} TARGET=1 OLD=1
${script('../release/references.sh')}
${script('images.sh')}
${script('apply.sh')}
${docker}
${command}
echo "status $?"`;
    const said = execFileSync('sh', ['-c', text], { encoding: 'utf8' }).trim().split('\n');
    return { said, asked: readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('on the host', () => {
  it('what is there is not pulled, what is not is pulled by its digest and kept from the next cleaning', () => {
    const { said, asked } = run(`fetch ${API} ${JOB}`, [JOB], [API, JOB]);
    expect(said).toEqual(['status 0']);
    expect(asked.filter((line) => line.startsWith('pull'))).toEqual([`pull -q ${API}`]);
    expect(asked).toContain(`tag ${API} runbook/shop/api:1`);
  });

  it('what cannot be had is said before anything is changed', () => {
    expect(run(`fetch ${API}`, [], []).said).toEqual([`failed fetch ${API}`, 'status 1']);
    expect(run(`fetch ${OWN}`, [], [OWN]).said).toEqual([`failed fetch ${OWN}`, 'status 1']);
  });

  it('an undo whose image is gone pulls it and tries once more', () => {
    const { said, asked } = run('former_up 1 --scale api=1 api', [], [API]);
    expect(said).toEqual(['status 0']);
    expect(asked.filter((line) => line.startsWith('compose'))).toHaveLength(2);
    expect(run('former_up 1 --scale api=1 api', [API], []).asked.filter((line) => !line.startsWith('compose'))).toEqual(
      [],
    );
    expect(run('former_up 1 --scale api=1 api', [], []).said).toEqual(['status 1']);
  });
});

describe('a login that came with the run', () => {
  const config = (image: string): string[] =>
    run(
      `mkdir -p "$RB_STEP/delivery/docker"; printf '%s\\n' ghcr.io localhost:5000 docker.io >"$RB_STEP/delivery/docker/registries"
      has_login ${image} && echo given || echo "the host's"`,
      [],
      [],
    ).said;

  it.each([
    ['ghcr.io/acme/api@sha256:a', 'given'],
    ['localhost:5000/acme/api:v1', 'given'],
    ['acme/api:v1', 'given'],
    ['redis:8', 'given'],
    ['docker.io/library/redis:8', 'given'],
    ['registry.example.com/acme/api:v1', "the host's"],
    ['ghcr.io.example.com/acme/api:v1', "the host's"],
    ['localhost/api:v1', "the host's"],
  ])('is used for its registry alone: %s is pulled with the one that is %s', (image, login) =>
    expect(config(image)[0]).toBe(login),
  );
});

describe('a plan', () => {
  const was = release('1', { api: service('api', 'v1', '1'), web: service('web', 'v1', '1') });
  const now = release('2', { api: service('api', 'v2', '2'), web: service('web', 'v1', '1') });
  const state = pulled(
    {
      ...emptyHost,
      current: now,
      containers: [containerOf('api', now.services.api!, true), containerOf('web', now.services.web!, true)],
    },
    now,
  );

  it('names what it starts and the host lacks, and nothing else', () => {
    const lacking = lackingImages(diff(state, was, { runbook, migrate: false }), was, state);
    expect(lacking).toEqual([`registry/api@${was.services.api?.digest}`]);
    expect(lackingImages(diff(state, was, { runbook, migrate: false }), was, pulled(state, was))).toEqual([]);
  });

  it('of a recovery names what the release before needs to come back', () => {
    const gone = {
      ...state,
      current: was,
      containers: [],
      unfinished: { procedure: 'deploy', run: 'r', release: '2' },
    };
    const { plan, target } = recoveryOf(gone, runbook, 'refuse');
    const lacking = lackingImages(plan, target, gone);
    expect(lacking).toEqual([`registry/api@${was.services.api?.digest}`]);
    const lines = render(
      { plan, target, current: was, runbook, delivery: null, lacking },
      recoveryProgramOf(plan, { runbook, target, proxyFiles: new Set() }),
    );
    expect(lines.slice(0, 2)).toEqual([
      expect.stringContaining('note_ran'),
      expect.stringMatching(/^operation fetch; fetch '?registry\/api@sha256/),
    ]);
  });

  it('cannot lead to a release with an image that no registry has', () => {
    expect(missingImage(was, state.images)).toBeNull();
    const built = { ...service('api', 'v1', '1'), digest: null, imageId: OWN };
    expect(missingImage(release('1', { api: built }), state.images)?.code).toBe('RB-IMAGE-MISSING');
    expect(missingImage(release('1', { api: built }), { [OWN]: imageIdOf(built) })).toBeNull();
  });

  it('needs the images of what it starts alone', () => {
    const built = { ...service('job', 'v1', '1'), digest: null, imageId: OWN };
    const target = release('2', { api: now.services.api!, job: built });
    const changes = (name: string) => ({ changes: [{ service: name, start: 1 }] }) as unknown as Plan;
    expect(fetchedImages(changes('api'), target, state)).toEqual([]);
    expect(() => fetchedImages(changes('job'), target, state)).toThrow(/^RB-IMAGE-MISSING/);
  });
});
