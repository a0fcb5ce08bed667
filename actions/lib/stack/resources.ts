/**
 * Networks and volumes that services share: created by us before anything starts, and `external` to Compose from then on, because from 2.31 on Compose stops and disconnects serving containers if a network's definition changed. Docker cannot change either kind once it exists: differences are found by comparing facts. Pure.
 */

import type { ComposeModel, ComposeService } from './compose-model';
import { hashOf } from './identity';

/** What can be said of a network or volume, e.g. `internal` → `true`, `labels.team` → `web`, `subnet 10.0.0.0/24` → ``. */
type Facts = Readonly<Record<string, string>>;

/** As a release wants it. */
export interface SharedResource {
  /** Docker's name of it: `shop_edge`. */
  readonly name: string;
  /** It is created outside of this stack, and taken as it is. */
  readonly external: boolean;
  /** What the Compose file says of it, and what Docker makes of it where that says nothing. Options of volumes as hashes. */
  readonly facts: Facts;
}

/** By the name that the Compose files give them. */
export interface Shared {
  readonly networks: Readonly<Record<string, SharedResource>>;
  readonly volumes: Readonly<Record<string, SharedResource>>;
}

/** As the host has it. */
export interface HostResource {
  readonly facts: Facts;
  /** Names of running containers on a network; of volumes nobody says. */
  readonly users: readonly string[];
}

export const sharedKinds = ['networks', 'volumes'] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** A network or volume that the release needs and the host does not have. */
export interface SharedChange {
  readonly kind: SharedKind;
  /** As the Compose files name it. */
  readonly key: string;
  /** As Docker names it. */
  readonly name: string;
}

/** A network or volume in Compose's resolved model. */
interface Definition {
  readonly name?: string;
  readonly external?: boolean;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
  readonly ipam?: Ipam;
}

interface Ipam {
  readonly driver?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly config?: readonly {
    readonly subnet?: string;
    readonly gateway?: string;
    readonly ip_range?: string;
    readonly aux_addresses?: Readonly<Record<string, string>>;
  }[];
}

/** `docker network inspect`, in part. */
export interface InspectedNetwork {
  readonly Name: string;
  readonly Driver: string;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  /** Since Docker 28. */
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6: boolean;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly IPAM: {
    readonly Driver?: string;
    readonly Options?: Readonly<Record<string, string>> | null;
    readonly Config?:
      | readonly {
          readonly Subnet?: string;
          readonly Gateway?: string;
          readonly IPRange?: string;
          readonly AuxiliaryAddresses?: Readonly<Record<string, string>> | null;
        }[]
      | null;
  };
  readonly Containers: Readonly<Record<string, { readonly Name: string }>> | null;
}

/** `docker volume inspect`, in part. */
export interface InspectedVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** The networks and volumes that services of the model use; one that none uses is not made either. */
export function usedOf(model: ComposeModel): Record<SharedKind, Record<string, Record<string, unknown>>> {
  const services = Object.values(model.services);
  const networks = services.flatMap((service) => Object.keys((service.networks ?? {}) as object));
  const volumes = services.flatMap(volumeKeys);
  return { networks: chosen(model.networks, networks), volumes: chosen(model.volumes, volumes) };
}

export function sharedOf(model: ComposeModel): Shared {
  const used = usedOf(model);
  const stack = String(model.name ?? '');
  const resources = (kind: SharedKind, facts: (of: Definition) => Facts): Record<string, SharedResource> =>
    Object.fromEntries(
      Object.entries(used[kind]).map(([key, value]) => {
        const definition = value as Definition;
        const external = definition.external === true;
        const name = plain(definition.name ?? (external ? key : `${stack}_${key}`));
        return [key, { name, external, facts: external ? {} : facts(definition) }];
      }),
    );
  return { networks: resources('networks', networkFacts), volumes: resources('volumes', volumeFacts) };
}

/** The same as a host's Docker says it. */
export function hostNetwork(network: InspectedNetwork): HostResource {
  const ranges = (network.IPAM.Config ?? []).map(({ Subnet, Gateway, IPRange, AuxiliaryAddresses }) => ({
    ...(Subnet ? { subnet: Subnet } : {}),
    ...(Gateway ? { gateway: Gateway } : {}),
    ...(IPRange ? { ip_range: IPRange } : {}),
    aux_addresses: AuxiliaryAddresses ?? {},
  }));
  const facts = networkFacts({
    driver: network.Driver,
    internal: network.Internal,
    attachable: network.Attachable,
    ...(network.EnableIPv4 === undefined ? {} : { enable_ipv4: network.EnableIPv4 }),
    enable_ipv6: network.EnableIPv6,
    driver_opts: network.Options ?? {},
    labels: network.Labels ?? {},
    ipam: { driver: network.IPAM.Driver || 'default', options: network.IPAM.Options ?? {}, config: ranges },
  });
  return { facts, users: Object.values(network.Containers ?? {}).map(({ Name }) => Name) };
}

export function hostVolume({ Driver, Options, Labels }: InspectedVolume): HostResource {
  return { facts: volumeFacts({ driver: Driver, driver_opts: Options ?? {}, labels: Labels ?? {} }), users: [] };
}

/** One way in which a resource of the host is not what the release says. */
export interface Difference {
  readonly fact: string;
  /** `null` where the host has nothing of the kind. */
  readonly there: string | null;
  /** `null` where the Compose file said it before and no longer does. */
  readonly wanted: string | null;
}

/**
 * What the file says must be so. What it does not say may be as it is, for Docker's daemon has defaults of its own;
 * but where the release before said it, that it is gone from the file is a change.
 */
export function differences(wanted: SharedResource, there: HostResource, before: SharedResource | null): Difference[] {
  if (wanted.external) return [];
  const said = Object.entries(wanted.facts)
    .filter(([fact, value]) => there.facts[fact] !== value)
    // A Docker that does not tell has no other way than the usual one.
    .filter(([fact, value]) => !(fact === 'enable_ipv4' && value === 'true' && there.facts[fact] === undefined))
    .map(([fact, value]) => ({ fact, there: there.facts[fact] ?? null, wanted: value }));
  const unsaid = Object.keys(before?.facts ?? {})
    .filter((fact) => wanted.facts[fact] === undefined && there.facts[fact] === before?.facts[fact])
    .map((fact) => ({ fact, there: there.facts[fact] ?? null, wanted: null }));
  return [...said, ...unsaid];
}

function networkFacts(network: Definition): Facts {
  return {
    driver: network.driver || 'bridge',
    internal: String(network.internal ?? false),
    // Compose 1 made attachable networks unasked.
    ...said('attachable', network.attachable),
    ...said('enable_ipv4', network.enable_ipv4),
    ...said('enable_ipv6', network.enable_ipv6),
    ...prefixed('driver_opts.', network.driver_opts),
    ...labels(network),
    ...ipamFacts(network.ipam ?? {}),
  };
}

function volumeFacts(volume: Definition): Facts {
  const options = Object.entries(prefixed('driver_opts.', volume.driver_opts));
  return {
    driver: volume.driver || 'local',
    // Of a network share they may be a password.
    ...Object.fromEntries(options.map(([name, value]) => [name, hashOf(value)])),
    ...labels(volume),
  };
}

function ipamFacts({ driver, options, config = [] }: Ipam): Facts {
  const facts: Record<string, string> = { ...said('ipam.driver', driver), ...prefixed('ipam.options.', options) };
  for (const { subnet, gateway, ip_range: range, aux_addresses: auxiliary = {} } of config) {
    // Docker's own choice of a subnet.
    if (subnet === undefined || /^(0\.0\.0\.0|::)\//.test(subnet)) continue;
    const at = `subnet ${network(plain(subnet))}`;
    facts[at] = 'yes';
    if (gateway !== undefined) facts[`gateway of ${at}`] = address(plain(gateway).replace(/\/.*/, ''));
    if (range !== undefined) facts[`ip_range of ${at}`] = network(plain(range));
    for (const [host, ip] of Object.entries(auxiliary)) facts[`aux_addresses.${host} of ${at}`] = address(plain(ip));
  }
  return facts;
}

/** Compose's own labels name its version and project: no part of a definition. */
function labels({ labels: all }: Definition): Facts {
  const own = Object.entries(all ?? {}).filter(([name]) => !name.startsWith('com.docker.compose.'));
  return prefixed('labels.', Object.fromEntries(own));
}

function prefixed(prefix: string, values: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [`${prefix}${name}`, plain(String(value ?? ''))]),
  );
}

function said(fact: string, value: boolean | string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [fact]: String(value) };
}

/** `10.1.2.3/16` → `10.1.0.0/16`; IPv6 in its shortest form. */
function network(range: string): string {
  const [ip = '', bits = ''] = range.split('/');
  const parts = ip.split('.').map(Number);
  if (parts.length !== 4 || bits === '') return bits === '' ? address(ip) : `${address(ip)}/${bits}`;
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`;
}

function address(ip: string): string {
  if (!ip.includes(':')) return ip;
  try {
    return new URL(`http://[${ip}]/`).hostname.slice(1, -1);
  } catch {
    return ip;
  }
}

/** Keys of top-level volumes that a service mounts. */
function volumeKeys(service: ComposeService): string[] {
  const mounts = (service.volumes ?? []) as readonly { readonly type: string; readonly source?: string }[];
  return mounts.flatMap(({ type, source }) => (type !== 'bind' && source !== undefined ? [source] : []));
}

function chosen(all: unknown, keys: readonly string[]): Record<string, Record<string, unknown>> {
  const entries = Object.entries((all ?? {}) as Record<string, Record<string, unknown> | null>);
  return Object.fromEntries(entries.filter(([key]) => keys.includes(key)).map(([key, value]) => [key, value ?? {}]));
}

/** A dollar sign stands twice in Compose's model. */
function plain(text: string): string {
  return text.replaceAll('$$', '$');
}
