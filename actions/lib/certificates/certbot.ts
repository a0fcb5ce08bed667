/**
 * How certbot runs on this host: as a service of the stack, from its image with the same folders, or as installed on
 * the host.
 */
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { Container } from '../stack/model';
import type { ComposeServices } from './compose-services';
import { type Lineage, webrootOf } from './lineages';
import type { Found } from './look';
import { placeOf, STATE, type StatePlace } from './state';

export type CertbotWay =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'image'; readonly image: string }
  /** `asRoot: false`: this user is not root, and Docker has to give the program root's rights. */
  | { readonly kind: 'host'; readonly program: string; readonly asRoot: boolean };

/** @throws {UserError} RB-CERTBOT-UNKNOWN, RB-CERT-PREFLIGHT */
export function certbotWay(
  runbook: Runbook,
  found: Pick<Found, 'compose' | 'images' | 'state' | 'installed'>,
): CertbotWay {
  const { service, image } = runbook.certificates;
  const services = Object.entries(found.compose?.services ?? {}).filter(([name, one]) =>
    service === undefined ? isCertbot(one.image) : name === service,
  );
  const [only] = services;
  if (service !== undefined && only === undefined)
    throw unknown(`certificates.service is ${service}, which the Compose files on the host do not have`);
  if (services.length > 1)
    throw unknown(`several services have certbot's image: ${services.map(([name]) => name).join(', ')}`);
  if (only !== undefined && (image === undefined || service !== undefined)) {
    requireState(only[0], found);
    return { kind: 'service', service: only[0] };
  }
  if (image !== undefined) return { kind: 'image', image };
  const [own, ...more] = found.images;
  if (own === undefined && found.installed !== null) return onHost(found.installed, found.state);
  if (own === undefined)
    throw unknown(
      'no service of the Compose files has an image of certbot/, the host has no such image, and no certbot of its own',
    );
  // Tags of one image are the same certbot; among several images the right one cannot be guessed.
  if (more.length > 0) throw unknown(`the host has several images of certbot: ${found.images.join(', ')}`);
  return { kind: 'image', image: own };
}

function unknown(why: string): UserError {
  return new UserError('RB-CERTBOT-UNKNOWN', {
    what: 'it is not known how certbot runs on this host',
    why,
    remedy:
      'name certificates.service (of the Compose files) or certificates.image in runbook.yml; the image must be on the host',
  });
}

function onHost({ program, asRoot }: NonNullable<Found['installed']>, state: StatePlace | null): CertbotWay {
  if (!asRoot && program.startsWith('/snap/'))
    throw unknown(`the certbot of the host, ${program}, is a snap, which only root can run`);
  if (state !== null && (state.source !== STATE || state.inner !== ''))
    throw new UserError('RB-CERT-PREFLIGHT', {
      what: `the certbot of the host does not keep its state where the proxy reads it`,
      why: `it has ${STATE} of the host; the proxy reads ${state.source}${state.inner}`,
      remedy: `mount ${STATE} of the host into the proxy; nothing was ordered`,
    });
  return { kind: 'host', program, asRoot };
}

/** A certbot service that keeps its state elsewhere would renew certificates that no proxy reads. */
function requireState(service: string, { compose, state }: Pick<Found, 'compose' | 'state'>): void {
  const own = placeOf(mountsOf(compose, service), STATE);
  if (state !== null && own?.source === state.source && own.inner === state.inner) return;
  throw new UserError('RB-CERT-PREFLIGHT', {
    what: `the service ${service} does not keep its state where the proxy reads it`,
    why: `it has ${own === null ? 'nothing that outlives its container' : `${own.source}${own.inner}`} at ${STATE}; the proxy reads ${state === null ? 'no state of certbot' : `${state.source}${state.inner}`}`,
    remedy: `mount the same folder or volume at ${STATE} of both; nothing was ordered`,
  });
}

function mountsOf(compose: ComposeServices | null, service: string): Container['mounts'] {
  return (compose?.services[service]?.volumes ?? []).flatMap(({ type, source = '', target }) => {
    if (source === '' || (type !== 'bind' && type !== 'volume')) return [];
    const name = type === 'volume' ? (compose?.volumes?.[source]?.name ?? source) : source;
    return [{ type, source: name, target, writable: true }];
  });
}

export function isCertbot(image: string | undefined): boolean {
  return image !== undefined && /(^|\/)certbot\/[a-z0-9-]+(:|@|$)|(^|\/)certbot(:|@|$)/.test(image);
}

/** The folder for the challenges of a lineage: its path in certbot's container, and its place outside of containers. */
export interface Webroot {
  readonly path: string;
  readonly place: StatePlace;
}

/**
 * @returns name → its webroot; empty where challenges are answered without files (DNS)
 *
 * @throws {UserError} RB-CERT-PREFLIGHT
 */
export function webrootsOf(
  runbook: Runbook,
  lineage: Lineage,
  names: readonly string[],
  {
    compose,
    proxy,
    way,
  }: { readonly compose: ComposeServices | null; readonly proxy: Container; readonly way: CertbotWay },
): ReadonlyMap<string, Webroot> {
  if (lineage.authenticator.startsWith('dns-')) return new Map();
  if (lineage.authenticator !== 'webroot') {
    throw preflight(
      `the lineage ${lineage.name} is renewed by the authenticator ${lineage.authenticator}`,
      'it needs a port that the proxy holds, or a person; only webroot and dns-… can renew beside a running proxy',
      `certbot reconfigure --cert-name ${lineage.name} --webroot -w FOLDER`,
    );
  }
  const named = runbook.certificates.webroot;
  const found = names.map((name): [string, Webroot] => {
    const path = webrootOf(lineage, name);
    if (path === null)
      throw preflight(
        `the renewal file of ${lineage.name} names no folder for challenges of ${name}`,
        'webroot_path and webroot_map lack it',
        `certbot reconfigure --cert-name ${lineage.name} --webroot -w FOLDER`,
      );
    const place =
      named !== undefined
        ? { source: named, inner: '' }
        : way.kind === 'host'
          ? { source: path, inner: '' }
          : way.kind === 'service'
            ? placeOf(mountsOf(compose, way.service), path)
            : placeOf(proxy.mounts, path);
    if (place === null)
      throw preflight(
        `it is not known where ${path}, the folder for challenges of ${name}, is on the host`,
        way.kind === 'service' ? `the service ${way.service} mounts nothing there` : 'the proxy mounts nothing there',
        'name it as certificates.webroot in runbook.yml',
      );
    return [name, { path, place }];
  });
  return new Map(found);
}

/**
 * certbot runs the hooks of a renewal file by itself. On the host they reach the proxy, without which no challenge is
 * answered; in a container they find no Docker.
 *
 * @throws {UserError} RB-CERT-PREFLIGHT
 */
export function requireRunningProxy({ name, hooks }: Lineage, way: CertbotWay): void {
  const stops = hooks.filter((hook) => /^(?:pre|post)_hook: .*\b(?:stop|down|kill|pause|rm)\b/.test(hook));
  if (way.kind !== 'host' || stops.length === 0) return;
  throw preflight(
    `the renewal file of ${name} has hooks that stop something: ${hookNames(stops)}`,
    'certbot runs them before or after it asks the CA, and a proxy that is stopped serves nobody, and no challenge either',
    `remove them from renewal/${name}.conf; webroot and dns-… renew beside a running proxy`,
  );
}

/** Without the commands, which may hold a token. */
export function hookNames(hooks: Lineage['hooks']): string {
  return hooks.map((hook) => hook.split(':')[0]).join(', ');
}

export function preflight(what: string, why: string, remedy: string): UserError {
  return new UserError('RB-CERT-PREFLIGHT', { what, why, remedy: `${remedy}; nothing was ordered` });
}
