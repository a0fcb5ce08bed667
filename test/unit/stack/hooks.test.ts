/** Hooks that nothing would run: refused by name on every way to a release, and before a restore. */
import { describe, expect, it } from 'vitest';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import type { Release, State } from '../../../actions/lib/stack/model';
import { checkHooks, checkPauseHooks } from '../../../actions/lib/stack/plan/checks-hooks';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { traitsOf } from '../../../actions/lib/stack/resolve/traits';
import { containerOf, emptyHost, pulled, release, runbook, service } from './model-host';

type Definitions = Record<string, Record<string, unknown>>;

const HOOK = [{ command: ['true'] }];

function releaseOf(id: string, definitions: Definitions, tags: Record<string, string> = {}, replicas = 1): Release {
  const model = { name: 'shop', services: definitions } as unknown as ComposeModel;
  return release(
    id,
    Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [
        name,
        service(name, tags[name] ?? 'v1', tags[name] === undefined ? '1' : id, {
          traits: traitsOf(definition, model),
          replicas,
        }),
      ]),
    ),
  );
}

function hostOf(definitions: Definitions, replicas = 1): State {
  const current = releaseOf('1', definitions, {}, replicas);
  const containers = Object.entries(current.services).flatMap(([name, wanted]) =>
    Array.from({ length: replicas }, (_, index) => ({
      ...containerOf(name, wanted, true),
      id: `${name}-${index}`,
    })),
  );
  return pulled({ ...emptyHost, containers, current, releases: [current] }, current);
}

/** What is said of the way from these definitions to those, with a new image of `changed`. */
function wayTo(before: Definitions | null, after: Definitions, changed: string[], from = 1, to = 1): () => void {
  const host = before === null ? emptyHost : hostOf(before, from);
  const target = releaseOf('2', after, Object.fromEntries(changed.map((name) => [name, 'v2'])), to);
  const state = pulled(host, target);
  const plan = diff(state, target, { runbook, migrate: true });
  return () => checkHooks(plan, target, state.current);
}

describe('a pre_stop hook', () => {
  const hooked = { api: { pre_stop: HOOK }, web: {} };
  const plain = { api: {}, web: {} };

  it.each<[string, () => void]>([
    ['first started', wayTo(null, hooked, [])],
    ['given to what runs without one', wayTo(plain, hooked, ['api'])],
    ['scaled up', wayTo(hooked, hooked, [], 1, 2)],
  ])('is refused by name where it is %s', (_name, way) => {
    expect(way).toThrow(/RB-HOOK-UNSUPPORTED.*api has a pre_stop hook, which this run would not run/s);
  });

  it.each<[string, () => void]>([
    ['rolled away', wayTo(hooked, plain, ['api'])],
    ['scaled down', wayTo(hooked, hooked, [], 2, 1)],
    ['removed', wayTo(hooked, { web: {} }, [])],
  ])('of what runs is refused by name where that is %s, with a way that runs it', (_name, way) => {
    expect(way).toThrow(/RB-HOOK-UNSUPPORTED.*api runs with a pre_stop hook.*docker compose stop api/s);
  });

  it('is nothing to a plan that leaves its service as it is', () => {
    expect(wayTo(hooked, hooked, ['web'])).not.toThrow();
    expect(wayTo(plain, { api: { pre_stop: [] }, web: {} }, ['api'])).not.toThrow();
  });
});

it('a pre_start hook is refused by name where its service is started', () => {
  expect(wayTo({ api: {} }, { api: { pre_start: HOOK } }, ['api'])).toThrow(/api has a pre_start hook/);
  expect(wayTo({ api: { pre_start: HOOK } }, { api: {} }, ['api'])).not.toThrow();
});

it('a post_start hook does not change a plan', () => {
  expect(wayTo(null, { api: { post_start: HOOK } }, [])).not.toThrow();
});

describe('a restore, which stops services and starts them again', () => {
  const definitions: Definitions = {
    api: { pre_stop: HOOK },
    files: { post_start: HOOK, volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
    side: { network_mode: 'service:web', post_start: HOOK },
    web: {},
  };
  const host = hostOf(definitions);

  it('is refused by name where one of them has a hook', () => {
    expect(() => checkPauseHooks(host, ['api'], [])).toThrow(/RB-HOOK-UNSUPPORTED.*api has a pre_stop hook/s);
    expect(() => checkPauseHooks(host, ['web'], [])).toThrow(/side has a post_start hook/);
    expect(() => checkPauseHooks(host, [], ['data'])).toThrow(/files has a post_start hook/);
  });

  it('goes on where none of them runs', () => {
    expect(() => checkPauseHooks({ ...host, containers: [] }, ['api', 'web'], ['data'])).not.toThrow();
    expect(() => checkPauseHooks(host, [], ['other'])).not.toThrow();
  });
});
