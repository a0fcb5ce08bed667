/**
 * Networks and volumes that services share: created by us before anything starts, and `external` to Compose from then
 * on, because from 2.31 on Compose stops and disconnects serving containers if a network's definition changed. Docker
 * cannot change either kind once it exists: differences are found by comparing facts. Pure.
 */

import type { ComposeModel, ComposeService } from './compose-model';
import { hashOf } from './identity';

/** Facts of a network or volume, e.g. `internal` → `true`, `labels.team` → `web`, `subnet 10.0.0.0/24` → `yes`. */
type Facts = Readonly<Record<string, string>>;

/** A network or volume as a release wants it. */
export interface SharedResource {
  /** Docker's name: `shop_edge`. */
  readonly name: string;
  /** Whether it is created outside of this stack, and used as it is. */
  readonly external: boolean;
  /** Facts that the Compose file gives, and Docker's defaults for some others. Options of volumes are hashes. */
  readonly facts: Facts;
}

/** Networks and volumes, by their names in the Compose files. */
export interface Shared {
  readonly networks: Readonly<Record<string, SharedResource>>;
  readonly volumes: Readonly<Record<string, SharedResource>>;
}

/** A network or volume as the host has it. */
export interface HostResource {
  readonly facts: Facts;
  /** Names of running containers on a network; for volumes Docker does not tell them. */
  readonly users: readonly string[];
  /** The release whose volume a person made anew, see {@link EMPTY}; left out if nobody did. */
  readonly empty?: string;
}

/** Label by which a person says that a volume is meant to begin empty; its value is the current release. */
export const EMPTY = 'runbook.empty';

export const sharedKinds = ['networks', 'volumes'] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** A network or volume that the release needs and the host does not have. */
export interface SharedChange {
  readonly kind: SharedKind;
  /** Name in the Compose files. */
  readonly key: string;
  /** Docker's name. */
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

/** A part of the answer of `docker network inspect`. */
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

/** A part of the answer of `docker volume inspect`. */
export interface InspectedVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** The networks and volumes that services of the model use; others are not made. */
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

/** The facts of a network as the host's Docker reports it. */
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
  const { [EMPTY]: empty, ...labels } = Labels ?? {};
  const facts = volumeFacts({ driver: Driver, driver_opts: Options ?? {}, labels });
  return { facts, users: [], ...(empty ? { empty } : {}) };
}

/** A fact in which a network or volume of the host differs from the release. */
export interface Difference {
  readonly fact: string;
  /** `null`: the host's network or volume does not have this fact. */
  readonly there: string | null;
  /** `null`: the Compose file had this fact before and no longer does. */
  readonly wanted: string | null;
}

/**
 * Facts in the Compose file must be the same on the host. Other facts may be as they are, because Docker's daemon has
 * defaults of its own; but a fact that the release before had, and that is gone from the file, is a difference.
 */
export function differences(wanted: SharedResource, there: HostResource, before: SharedResource | null): Difference[] {
  if (wanted.external) return [];
  const said = Object.entries(wanted.facts)
    .filter(([fact, value]) => there.facts[fact] !== value)
    // A version of Docker that does not report this fact always has IPv4.
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
    // Compose 1 made all networks attachable, so this counts only if the file says it.
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
    // Options of a network share may be a password.
    ...Object.fromEntries(options.map(([name, value]) => [name, hashOf(value)])),
    ...labels(volume),
  };
}

function ipamFacts({ driver, options, config = [] }: Ipam): Facts {
  const facts: Record<string, string> = { ...said('ipam.driver', driver), ...prefixed('ipam.options.', options) };
  for (const { subnet, gateway, ip_range: range, aux_addresses: auxiliary = {} } of config) {
    // Without a subnet, or with this one, Docker chooses it.
    if (subnet === undefined || /^(0\.0\.0\.0|::)\//.test(subnet)) continue;
    const at = `subnet ${network(plain(subnet))}`;
    facts[at] = 'yes';
    if (gateway !== undefined) facts[`gateway of ${at}`] = address(plain(gateway).replace(/\/.*/, ''));
    if (range !== undefined) facts[`ip_range of ${at}`] = network(plain(range));
    for (const [host, ip] of Object.entries(auxiliary)) facts[`aux_addresses.${host} of ${at}`] = address(plain(ip));
  }
  return facts;
}

/** The labels, without Compose's own, which name its version and the project, and do not belong to a definition. */
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

/** Compose's model writes `$` as `$$`. */
function plain(text: string): string {
  return text.replaceAll('$$', '$');
}
