import { describe, expect, it } from 'vitest';
import { compareItems } from '../../../actions/lib/github/compare';
import { commitsOf } from '../../../actions/lib/procedure/commits';
import type { Release, State } from '../../../actions/lib/stack/model';
import { planHash } from '../../../actions/lib/stack/plan/checks';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { emptyHost, imageIdOf, pulled, release, runbook, service } from '../stack/model-host';

const home = { server: 'https://github.com', repository: 'acme/shop' };
const hash = (letter: string): string => letter.repeat(40);
const [A, B, C] = [hash('a'), hash('b'), hash('c')] as const;
const RUN = 'https://github.com/acme/shop/actions/runs/1/attempts/1';

function image(name: string, tag: string, since: string) {
  return service(name, tag, since, { image: `ghcr.io/acme/${name}:${tag}` });
}

function releases(more: { readonly from?: Partial<Release>; readonly to?: Partial<Release> } = {}) {
  const was = { api: image('api', 'v1', '1-v1'), web: image('web', 'v1', '1-v1') };
  const now = { api: image('api', 'v2', '2-v2'), web: image('web', 'v2', '2-v2') };
  const from = release('1-v1', was, { version: 'v1', run: RUN, ...more.from });
  const to = release('2-v2', now, { version: 'v2', run: RUN, ...more.to });
  const state: State = { ...pulled(pulled(emptyHost, from), to), current: from, releases: [from] };
  return { from, to, state };
}

function told(state: State, origins: NonNullable<State['told']>['origins']): State {
  const backups = { host: '', machine: '', noted: null, closed: false, manifests: [] };
  return { ...state, told: { durations: {}, origins, backups } };
}

function items(state: State, target: Release, registry: Parameters<typeof commitsOf>[3] = {}): string[] {
  const plan = diff(state, target, { runbook, migrate: true });
  const commits = commitsOf(plan, state, target, registry);
  return commits === null ? [] : compareItems(commits, home);
}

const url = (repository: string, from: string, to: string): string =>
  `(https://github.com/${repository}/compare/${from}...${to})`;

describe('the commits that come with a plan', () => {
  it('are told by the labels of the images that run and of those that are planned', () => {
    const { from, to, state } = releases();
    const api = (commit: string) => ({ repository: 'github.com/acme/api', commit });
    const both = told(state, {
      [imageIdOf(from.services.api!)]: api(A),
      [imageIdOf(to.services.api!)]: api(B),
      [imageIdOf(from.services.web!)]: api(A),
      [imageIdOf(to.services.web!)]: api(B),
    });
    const [first, second, ...more] = items(both, to);
    expect(first).toBe(
      `<code>api</code>, <code>web</code>: [acme/api aaaaaaa…bbbbbbb]${url('acme/api', A, B)}, by the labels of the images`,
    );
    // That is another repository.
    expect(second).toContain(url('acme/shop', 'v1', 'v2'));
    expect(more).toEqual([]);
  });

  it('are told by a registry where the planned image is not on the host yet', () => {
    const { from, to, state } = releases();
    const origin = (commit: string) => ({ repository: 'github.com/acme/shop', commit });
    const only = told(state, { [imageIdOf(from.services.api!)]: origin(A) });
    const { digest } = to.services.api!;
    expect(items(only, to, { [`ghcr.io/acme/api@${digest}`]: origin(B) })).toEqual([
      `<code>api</code>: [acme/shop aaaaaaa…bbbbbbb]${url('acme/shop', A, B)}, by the labels of the images`,
    ]);
  });

  it('are not those of a base image, of another server or of another repository than before', () => {
    const { from, to, state } = releases();
    const labelled = (was: string, now: string): string[] =>
      items(
        told(state, {
          [imageIdOf(from.services.api!)]: { repository: was, commit: A },
          [imageIdOf(to.services.api!)]: { repository: now, commit: B },
        }),
        to,
      ).filter((item) => item.includes('labels'));
    expect(labelled('github.com/acme/api', 'github.com/acme/api')).toHaveLength(1);
    expect(labelled('github.com/nginxinc/base', 'github.com/nginxinc/base')).toEqual([]);
    expect(labelled('gitlab.com/acme/api', 'gitlab.com/acme/api')).toEqual([]);
    expect(labelled('github.com/acme/api', 'github.com/acme/api2')).toEqual([]);
    expect(labelled('github.com/acme/api)](x', 'github.com/acme/api)](x')).toEqual([]);
  });

  it('are told by the releases’ own commits, else by tags of their versions', () => {
    const origin = (commit: string) => ({ repository: 'github.com/acme/shop', commit });
    const recorded = releases({ from: { origin: origin(A) }, to: { origin: origin(C) } });
    expect(items(recorded.state, recorded.to)).toEqual([
      `[acme/shop aaaaaaa…ccccccc]${url('acme/shop', A, C)}, by the commits of the releases`,
    ]);
    const half = releases({ to: { origin: origin(C) } });
    expect(items(half.state, half.to)[0]).toMatch(/compare\/v1\.\.\.v2\), by the tags of these names, if/);
  });

  it('are not told by what is no version, by the same version, or by runs of another repository', () => {
    for (const more of [
      { from: { version: 'adopted' } },
      { to: { version: 'latest' } },
      { to: { version: 'v1' } },
      { from: { run: 'local run, process 7' } },
      { from: { run: RUN.replace('shop', 'shop2') } },
      { from: { origin: { repository: 'github.com/acme/shop', commit: A } }, to: { version: 'api=v2\nweb=v3' } },
    ]) {
      const { state, to } = releases(more);
      expect(items(state, to), JSON.stringify(more)).toEqual([]);
    }
    const first = releases();
    expect(items({ ...first.state, current: null, releases: [] }, first.to)).toEqual([]);
  });

  it('go with it where the plan leads back: the link has the older one first', () => {
    const { from, to, state } = releases();
    const plan = diff({ ...state, current: to }, from, { runbook, migrate: false });
    const commits = commitsOf(plan, { ...state, current: to }, from, {});
    expect(commits?.back).toBe(true);
    expect(compareItems(commits!, home)[0]).toContain(url('acme/shop', 'v1', 'v2'));
  });

  it('and all else that people are told are no part of the plan’s hash', () => {
    const { to, state } = releases();
    const hashOf = (one: State, target: Release): string =>
      planHash(diff(one, target, { runbook, migrate: true }), one);
    const other = told(state, { [imageIdOf(to.services.api!)]: { repository: 'github.com/acme/api', commit: A } });
    const { origin: _none, ...plain } = to;
    const known = { ...to, origin: { repository: 'github.com/acme/shop', commit: C } };
    expect(hashOf(other, known)).toBe(hashOf(state, plain));
  });
});
