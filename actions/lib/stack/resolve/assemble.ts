/** Puts model, images and files together into what a release needs. Pure. */
import { UserError } from '../../errors';
import type { ComposeModel, ComposeService } from '../compose-model';
import type { ReleaseService } from '../model';
import { callersOf } from './callers';
import { definitionOf } from './definition';
import { hidden, runbookAt, sightsOf } from './hidden';
import type { WantedImage } from './images';
import { namedBy } from './named-by';
import { LABELS, withDefinitions } from './pin';
import { formatReference } from './reference';
import { mountsOf, replicasOf, traitsOf } from './traits';
import type { Resolved, ResolvedImage, ResolvedService, ResolveRequest } from './types';

export interface Assembly {
  readonly model: ComposeModel;
  readonly pinned: (WantedImage & { readonly image: ResolvedImage })[];
  readonly files: Readonly<Record<string, string>>;
}

/** Kinds of top-level entries that an unchanged service may need. */
const SHARED = ['networks', 'volumes', 'secrets', 'configs'] as const;

/**
 * The new model. Services that the request leaves out are as in the current release.
 *
 * @param current the current release's `compose.json`, or `null` if the request leaves nothing out
 * @throws {UserError} RB-SERVICE-UNKNOWN
 */
export function merge(fresh: ComposeModel, current: ComposeModel | null, request: ResolveRequest): ComposeModel {
  const { only } = request;
  const named = [...(only ?? []), ...Object.keys(request.versions), ...request.refresh];
  const unknown = named.find((service) => fresh.services[service] === undefined);
  if (unknown !== undefined) {
    throw new UserError('RB-SERVICE-UNKNOWN', {
      what: `there is no service ${JSON.stringify(unknown)} in the Compose files`,
      why: `they have ${Object.keys(fresh.services).join(', ')}`,
      remedy: 'correct the name, or activate the profile that the service belongs to',
    });
  }
  if (only === null || current === null) return fresh;
  const former = withDefinitions(current);
  const old = Object.entries(former.services).filter(([name]) => !only.includes(name));
  const services = only.map((name) => [name, fresh.services[name]]);
  const shared = SHARED.flatMap((kind) => {
    const both = { ...(former[kind] as object | undefined), ...(fresh[kind] as object | undefined) };
    return Object.keys(both).length > 0 ? [[kind, both]] : [];
  });
  return {
    ...fresh,
    ...Object.fromEntries(shared),
    services: Object.fromEntries([...old.map(([name, service]) => [name, unlabelled(service)]), ...services]) as Record<
      string,
      ComposeService
    >,
  };
}

/** The service without our labels: they name its release, and do not belong to its definition. */
export function unlabelled({ labels, ...service }: ComposeService): ComposeService {
  const own: readonly string[] = Object.values(LABELS);
  const kept = Object.entries((labels ?? {}) as Record<string, string>).filter(([name]) => !own.includes(name));
  return kept.length > 0 ? { ...service, labels: Object.fromEntries(kept) } : service;
}

export function assemble(
  { model, pinned, files }: Assembly,
  { runbook, only, current, files: uploaded, physicalDirectory }: ResolveRequest,
): Pick<Resolved, 'services' | 'model' | 'images'> {
  const texts = uploaded.filter(({ path }) => !runbook.compose.includes(path));
  const definitions: Record<string, ComposeService> = {};
  const services: Record<string, ResolvedService> = {};
  for (const { service, reference, image } of pinned) {
    const { build: _built, pull_policy: _pulled, ...asWritten } = model.services[service] ?? {};
    const place = { directory: runbook.directory, physicalDirectory };
    const stayed = only?.includes(service) === false ? stays(current?.services[service]) : null;
    const definition = stayed === null ? hidden(asWritten, model, place) : asWritten;
    const tagged = { ...reference, digest: image.digest };
    definitions[service] = { ...definition, image: image.digest === null ? image.ref : formatReference(tagged) };
    services[service] = stayed ?? {
      image: formatReference(reference),
      digest: image.digest,
      imageId: image.imageId,
      replicas: replicasOf(definition),
      definition: definitionOf(definition, model),
      mounts: mountsOf(definition, model, runbook.directory, files),
      traits: {
        ...traitsOf(definition, model, { directory: runbook.directory, files }),
        ...callersOf(service, model, texts),
        ...namedBy(service, model, runbook.stack, texts),
        ...runbookAt(sightsOf(definition, model, place)),
      },
    };
  }
  const distinct = new Map(pinned.map(({ image }) => [image.ref, image]));
  return { services, model: { ...model, services: definitions }, images: [...distinct.values()] };
}

/** What the current release records of a service, without what the next release sets anew. */
function stays(service: ReleaseService | undefined): ResolvedService | null {
  if (service === undefined) return null;
  const { since: _since, configHash: _configHash, ...rest } = service;
  return rest;
}
