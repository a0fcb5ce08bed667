/** Files of former releases: in whose images they are looked for, and where they cannot be put. */
import { expect, it } from 'vitest';
import type { Plan, Release } from '../../../actions/lib/stack/model';
import { assetLines, checkAssets } from '../../../actions/lib/stack/plan/assets';
import { release, runbook, service, settings, traits } from './model-host';

const assets = { ...runbook, services: { web: { ...settings, assets: '/srv/assets' } } };
const of = (id: string, tag: string): Release =>
  release(id, { web: service('web', tag, id), api: service('api', tag, id) });

it('assets come from the images of the other releases, each once, the newest last, and not those of other services', () => {
  const releases = [of('10-d', 'v3'), of('2-b', 'v2'), of('1-a', 'v1'), of('9-c', 'v2')];
  const digest = (tag: string) => `registry/web@${service('web', tag, '').digest}`;
  expect(assetLines(of('11-e', 'v4'), releases, assets)).toBe(
    `web /srv/assets ${digest('v1')} ${digest('v2')} ${digest('v3')}`,
  );
  // Back: a page of the newer one is open as well.
  expect(assetLines(of('2-b', 'v2'), releases, assets)).toBe(`web /srv/assets ${digest('v1')} ${digest('v3')}`);
});

it('assets come from no image where there is no other image, or no service names its folder', () => {
  expect(assetLines(of('2-b', 'v1'), [of('1-a', 'v1')], assets)).toBe('');
  expect(assetLines(of('2-b', 'v2'), [of('1-a', 'v1')], runbook)).toBe('');
});

it.each([
  ['volume:files:/srv/assets', 'refused'],
  ['bind:/srv/shop/public:/srv', 'refused'],
  ['tmpfs::/srv/assets/cache', 'refused'],
  ['volume:files:/srv/assets-of-others', 'taken'],
])('a mount %s beside the folder is %s', (volume, what) => {
  const target = release('2-b', { web: service('web', 'v2', '2-b', { traits: { ...traits, volumes: [volume] } }) });
  const check = (start: number) => () =>
    checkAssets({ changes: [{ service: 'web', start }] as unknown as Plan['changes'] }, target, assets);
  if (what === 'taken') expect(check(1)).not.toThrow();
  else expect(check(1)).toThrow(/RB-ASSETS-UNSUITABLE/);
  expect(check(0)).not.toThrow();
});
