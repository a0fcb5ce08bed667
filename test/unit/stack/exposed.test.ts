import { describe, expect, it } from 'vitest';
import { exposures } from '../../../actions/lib/stack/checks-exposed';

const said = (volumes: readonly object[], top: object = {}): string[] =>
  exposures(
    { name: 'shop', services: { app: { volumes } }, volumes: top } as never,
    { directory: '/srv/shop' },
    { physicalDirectory: '/data/shop' },
  );
const bind = (source: string, more: object = {}) => ({ type: 'bind', source, target: '/app', ...more });
const device = (o: string, path: string) => ({
  data: { driver: 'local', driver_opts: { type: 'none', o, device: path } },
});

describe('a container that can read .runbook', () => {
  it.each([
    ['mounts the directory', [bind('/srv/shop')]],
    ['mounts it by its other name', [bind('/data/shop/')]],
    ['mounts a folder above it', [bind('/srv')]],
    ['mounts .runbook itself', [bind('/srv/shop/.runbook')]],
    ['mounts a folder of .runbook', [bind('/srv/shop/.runbook/releases')]],
  ])('is named where it %s', (_name, volumes) => {
    expect(said(volumes)).toEqual([expect.stringMatching(/^app has .* at \/app: .*may change it/)]);
  });

  it('is named where a volume is that folder under a name', () => {
    const volumes = [{ type: 'volume', source: 'data', target: '/app' }];
    expect(said(volumes, device('bind', '/srv/shop'))).toHaveLength(1);
    expect(said(volumes, device('rw,bind', '/srv/shop/data'))).toEqual([]);
    expect(said(volumes, device('addr=10.0.0.1', '/srv/shop'))).toEqual([]);
  });

  it('may not change it where the mount is read-only', () => {
    expect(said([bind('/srv/shop', { read_only: true })])).toEqual([expect.not.stringContaining('may change it')]);
  });

  it.each([
    ['a folder of the stack', [bind('/srv/shop/data')]],
    ['a folder of a like name', [bind('/srv/shop2'), bind('/srv/shop/.runbook2')]],
    ['the whole host, as monitoring has it', [bind('/', { read_only: true })]],
    [
      'no folder of the host',
      [
        { type: 'volume', source: 'data', target: '/app' },
        { type: 'tmpfs', target: '/x' },
      ],
    ],
  ])('is not one that has %s', (_name, volumes) => {
    expect(said(volumes)).toEqual([]);
  });
});
