/** A stand-in that an earlier procedure had to leave: its service does not come up. */
import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../../actions/lib/config/runbook';
import type { Container, State } from '../../../actions/lib/stack/model';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { recoveryOf } from '../../../actions/lib/stack/plan/recovery';
import { containerOf, emptyHost, imageIdOf, release, runbook, service, settings, traits } from './model-host';

const current = service('proxy', 'v1', '1', { traits: { ...traits, containerName: 'the-proxy' } });
const newer = {
  ...service('proxy', 'v2', '2', { traits: { ...traits, containerName: 'the-proxy' } }),
  image: 'registry/proxy:v2',
};
const asked: Runbook = {
  ...runbook,
  proxy: { ...runbook.proxy, service: 'proxy' },
  services: { proxy: { ...settings, strategy: 'stand-in' } },
};

function stateWith(real: Partial<Container>, left = true, unfinished: State['unfinished'] = null): State {
  const own = { ...containerOf('proxy', current, true), ...real };
  const standIn = { ...containerOf('proxy', newer, true), id: 'left', name: 'stand-in', oneOff: true, standIn: true };
  return {
    ...emptyHost,
    containers: left ? [own, standIn] : [own],
    current: release('1', { proxy: current }),
    images: { [current.image]: imageIdOf(current), [newer.image]: imageIdOf(newer) },
    unfinished,
  };
}
const to = (wanted: typeof current, state: State) =>
  diff(state, release('2', { proxy: wanted }), { runbook: asked, migrate: false }).changes;

const fallen: Partial<Container> = { state: 'restarting', listens: [] };
const ended: Partial<Container> = { state: 'exited', listens: [] };

describe('a service that only a stand-in serves for', () => {
  it('is made anew behind it, and nothing is interrupted by that', () => {
    for (const wanted of [current, newer]) {
      expect(to(wanted, stateWith(fallen))).toMatchObject([{ kind: 'recreate', downtime: null, start: 1, keep: [] }]);
    }
  });

  it('so also in the moment between two starts', () => {
    expect(to(newer, stateWith({ listens: [] }))).toMatchObject([{ kind: 'recreate', downtime: null }]);
  });

  it('is left to the release that comes: a recovery would fail on what made it fall', () => {
    const unfinished = { procedure: 'deploy', run: 'https://github.com/acme/stack/actions/runs/1' } as never;
    for (const real of [fallen, ended])
      expect(recoveryOf(stateWith(real, true, unfinished), asked, 'refuse').plan.changes).toEqual([]);
  });

  it('is started where it has ended, which nobody did by hand', () => {
    const { changes, drift } = diff(stateWith(ended), release('2', { proxy: current }), {
      runbook: asked,
      migrate: false,
    });
    expect(changes).toMatchObject([{ kind: 'create', downtime: null, start: 1 }]);
    expect(drift.filter(({ service: of }) => of === 'proxy')).toEqual([]);
  });
});

it('a stand-in is not a reason for a change where the service itself serves', () => {
  expect(to(current, stateWith({}))).toEqual([]);
  expect(to(newer, stateWith({}))).toMatchObject([{ kind: 'stand-in' }]);
});

it('a container that keeps restarting without a stand-in is recreated, and no downtime is announced', () => {
  expect(to(newer, stateWith(fallen, false))).toMatchObject([{ kind: 'recreate', downtime: null }]);
});
