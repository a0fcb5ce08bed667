import { describe, expect, it } from 'vitest';
import type { ComposeModel } from '../../../actions/lib/stack/compose-model';
import type { Release, State } from '../../../actions/lib/stack/model';
import { checkShared } from '../../../actions/lib/stack/plan/checks-shared';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { programOf } from '../../../actions/lib/stack/plan/program';
import { pin, sharedFiles, withDefinitions } from '../../../actions/lib/stack/resolve/pin';
import {
  hostNetwork,
  hostVolume,
  type InspectedNetwork,
  type InspectedVolume,
  sharedOf,
} from '../../../actions/lib/stack/resources';
import { emptyHost, release, runbook, service } from './model-host';

type Definition = Record<string, unknown>;

function modelOf(network: Definition, volume: Definition = {}): ComposeModel {
  return {
    name: 'shop',
    services: {
      api: { image: 'api', networks: { back: null }, volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
    },
    networks: { back: { name: 'shop_back', ipam: {}, ...network }, unused: { name: 'shop_unused' } },
    volumes: { data: { name: 'shop_data', ...volume } },
  };
}

function releaseOf(model: ComposeModel): Release {
  return release('1-v1', {}, { shared: sharedOf(model) });
}

/** As Docker says it of a network that it made unasked. */
function inspected(more: Partial<InspectedNetwork> = {}): InspectedNetwork {
  return {
    Name: 'shop_back',
    Driver: 'bridge',
    Internal: false,
    Attachable: false,
    EnableIPv6: false,
    Options: {},
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.version': '2.26.1' },
    IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] },
    Containers: { a: { Name: 'shop-api-1' } },
    ...more,
  };
}

function hostWith(network: Partial<InspectedNetwork>, volume: Partial<InspectedVolume> = {}): State {
  const data = { Name: 'shop_data', Driver: 'local', Options: null, Labels: null, ...volume };
  return {
    ...emptyHost,
    networks: { shop_back: hostNetwork(inspected(network)) },
    volumes: { shop_data: hostVolume(data) },
  };
}

function refusal(wanted: ComposeModel, state: State): string {
  try {
    checkShared(releaseOf(wanted), state, runbook);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const MTU = { 'com.docker.network.driver.mtu': '1400' };

describe('a network that is as the Compose files say', () => {
  it.each<[string, Definition, Partial<InspectedNetwork>]>([
    ['made by Compose', {}, {}],
    ['made by Compose 1, which makes all attachable', {}, { Attachable: true }],
    ['with options of the daemon', {}, { Options: MTU }],
    ['made by hand, with labels of its own', {}, { Labels: { team: 'web' } }],
    ['with IPv6 by the daemon', {}, { EnableIPv6: true }],
    [
      'with a subnet written another way',
      { ipam: { config: [{ subnet: '172.18.9.0/16', gateway: '172.18.0.1' }, { subnet: 'FD00:0:0::/64' }] } },
      {
        IPAM: {
          Driver: 'default',
          Options: null,
          Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1/16' }, { Subnet: 'fd00::/64' }],
        },
      },
    ],
    ['with IPv4, of which an older Docker says nothing', { enable_ipv4: true }, {}],
    ['with options that are numbers', { driver_opts: { 'com.docker.network.driver.mtu': 1400 } }, { Options: MTU }],
    ['with a dollar sign in a label', { labels: { price: '$$5' } }, { Labels: { price: '$5' } }],
  ])('%s is not called changed', (_name, definition, there) => {
    expect(refusal(modelOf(definition), hostWith(there))).toBe('');
  });
});

describe('a network that is not as the Compose files say', () => {
  it.each<[string, Definition, Partial<InspectedNetwork>, string]>([
    ['newly internal', { internal: true }, {}, 'internal is false, not true'],
    ['no longer internal', {}, { Internal: true }, 'internal is true, not false'],
    ['a new label', { labels: { a: 'b' } }, {}, 'it lacks labels.a b'],
    ['an option', { driver_opts: MTU }, {}, 'it lacks driver_opts.com.docker.network.driver.mtu 1400'],
    ['another driver', { driver: 'macvlan' }, {}, 'driver is bridge, not macvlan'],
    ['IPv6', { enable_ipv6: true }, {}, 'enable_ipv6 is false, not true'],
    ['another subnet', { ipam: { config: [{ subnet: '10.9.0.0/24' }] } }, {}, 'it lacks subnet 10.9.0.0/24'],
    [
      'another gateway',
      { ipam: { config: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.9' }] } },
      {},
      'gateway of subnet 172.18.0.0/16 is 172.18.0.1, not 172.18.0.9',
    ],
    [
      'another range of addresses',
      { ipam: { config: [{ subnet: '172.18.0.0/16', ip_range: '172.18.5.0/24' }] } },
      {},
      'it lacks ip_range of subnet 172.18.0.0/16 172.18.5.0/24',
    ],
    [
      'an address for somebody else',
      { ipam: { config: [{ subnet: '172.18.0.0/16', aux_addresses: { router: '172.18.0.5' } }] } },
      {},
      'it lacks aux_addresses.router of subnet 172.18.0.0/16 172.18.0.5',
    ],
    ['another giver of addresses', { ipam: { driver: 'dhcp' } }, {}, 'ipam.driver is default, not dhcp'],
    ['an option of that', { ipam: { options: { a: 'b' } } }, {}, 'it lacks ipam.options.a b'],
    ['newly attachable', { attachable: true }, {}, 'attachable is false, not true'],
    ['newly without IPv4', { enable_ipv4: false }, { EnableIPv4: true }, 'enable_ipv4 is true, not false'],
    ['another value of a label', { labels: { a: 'c' } }, { Labels: { a: 'b' } }, 'labels.a is b, not c'],
    [
      'another value of an option',
      { driver_opts: MTU },
      { Options: { ...MTU, 'com.docker.network.driver.mtu': '9000' } },
      '9000, not 1400',
    ],
  ])('%s is refused by name, with the containers on it', (_name, definition, there, words) => {
    const message = refusal(modelOf(definition), hostWith(there));
    expect(message).toContain('RB-NETWORK-CHANGED: network shop_back');
    expect(message).toContain(words);
    expect(message).toContain('docker stop shop-api-1');
  });

  it('is refused where the release before said what the files no longer say', () => {
    const current = releaseOf(modelOf({ labels: { a: 'b' }, driver_opts: MTU }));
    const there = hostWith({ Labels: { a: 'b' }, Options: MTU });
    expect(refusal(modelOf({}), { ...there, current })).toContain('it still has driver_opts');
    expect(refusal(modelOf({}), there)).toBe('');
  });

  it('may be so where it is external, and has to be there', () => {
    const external = modelOf({ external: true });
    expect(refusal(external, hostWith({ Internal: true }))).toBe('');
    expect(refusal(external, { ...hostWith({}), networks: {} })).toContain('RB-NETWORK-MISSING');
  });
});

describe('a volume', () => {
  it('is refused with another driver, option or label, and no option is shown', () => {
    const options = { driver_opts: { type: 'cifs', o: 'username=u,password=canary' } };
    const message = refusal(modelOf({}, options), hostWith({}, { Options: { type: 'cifs', o: 'password=other' } }));
    expect(message).toContain('RB-VOLUME-CHANGED');
    expect(message).toContain('driver_opts.o has another value');
    expect(message).not.toMatch(/canary|other$/m);
    expect(refusal(modelOf({}, options), hostWith({}, { Options: options.driver_opts }))).toBe('');
    expect(refusal(modelOf({}, { driver: 'nfs' }), hostWith({}))).toContain('driver is local, not nfs');
    expect(refusal(modelOf({}, { external: true }), { ...hostWith({}), volumes: {} })).toContain('RB-VOLUME-MISSING');
  });
});

describe('what the host lacks', () => {
  it('is in the plan and is made before anything else; what nobody uses is not', () => {
    const target = releaseOf(modelOf({}));
    const plan = diff(emptyHost, target, { runbook, migrate: true });
    expect(plan.shared.map(({ name }) => name)).toEqual(['shop_back', 'shop_data']);
    expect(programOf(plan, { runbook, target, proxyFiles: new Set() })[0]?.op).toBe('make-shared');
    expect(diff(hostWith({}), target, { runbook, migrate: true }).shared).toEqual([]);
  });

  it('comes from a file of its own, and the release itself calls everything external', () => {
    const model = modelOf({ internal: true, labels: { price: '$$5' } });
    const known = { api: { ...service('api', 'v1', '1-v1') } };
    const text = pin({ model, services: known }, 'shop', known);
    const parsed = JSON.parse(text) as ComposeModel;
    expect(parsed.networks).toEqual({ back: { name: 'shop_back', external: true } });
    expect(parsed.volumes).toEqual({ data: { name: 'shop_data', external: true } });
    expect(withDefinitions(parsed).networks).toEqual({ back: model.networks && (model.networks as Definition).back });
    const files = sharedFiles(model, 'shop');
    expect(Object.keys(files)).toEqual(['network.back', 'volume.data']);
    expect(JSON.parse(files['network.back'] ?? '')).toEqual({
      name: 'shop',
      networks: { back: { name: 'shop_back', ipam: {}, internal: true, labels: { price: '$$5' } } },
      services: { 'network.back': { image: 'none', scale: 0, networks: { back: null } } },
    });
  });
});
