/** Decides which images must be looked up in a registry, and reads the answers. */
import { UserError } from '../../errors';
import type { ComposeService } from '../compose-model';
import type { Digest, Release, ReleaseService, State } from '../model';
import { formatReference, parseReference, type Reference, withVersion } from './reference';
import { judgeAnswer, type RegistryAnswer } from './registry';
import type { ResolvedImage, ResolveRequest } from './types';

export interface WantedImage {
  readonly service: string;
  /** As the Compose file or the input `version` says it. */
  readonly reference: Reference;
  /** The digest that the image must have; `null` if it is not known beforehand. */
  readonly digest: Digest | null;
  /** ID of an image that is only on the host. */
  readonly imageId: Digest | null;
  /** The reference to ask the registry for; `null` if no registry has to be asked. */
  readonly ask: string | null;
  /** The service has a `build:`; its image need not be in any registry. */
  readonly built: boolean;
}

type Images = State['images'];

/**
 * The image that each service of the model is to run.
 *
 * @throws {UserError} RB-VERSION-INVALID, RB-COMPOSE-INVALID
 */
export function wantedImages(
  services: Readonly<Record<string, ComposeService>>,
  request: ResolveRequest,
): WantedImage[] {
  return Object.entries(services).map(([service, definition]) => wantedImage(service, definition, request));
}

function wantedImage(service: string, definition: ComposeService, request: ResolveRequest): WantedImage {
  const { images, versions } = request;
  const left = request.only?.includes(service) === false ? request.current?.services[service] : undefined;
  const stays = request.imagesOf?.services[service] ?? left;
  if (stays !== undefined) return staying(service, stays, request);
  const written = typeof definition.image === 'string' && definition.image !== '' ? definition.image : null;
  // Compose gives this name to an image that it builds.
  const named = written ?? `${request.runbook.stack}-${service}`;
  const version = versions[service];
  const reference = version === undefined ? required(service, named) : withVersion(named, version);
  const base = { service, reference, built: definition.build !== undefined, imageId: null, digest: null, ask: null };

  if (written === null || definition.pull_policy === 'never') {
    const imageId = localId(reference, images);
    if (imageId !== null) return { ...base, imageId };
  }
  const refresh = version !== undefined || request.refresh.includes(service) || definition.pull_policy === 'always';
  const was = refresh ? null : kept(service, reference, request.current);
  if (was?.imageId && was.digest === null && images[was.imageId] !== undefined)
    return { ...base, imageId: was.imageId };
  const digest = reference.digest ?? was?.digest ?? null;
  if (digest === null) return { ...base, ask: formatReference(reference) };
  // As an input, tag@digest means: fail if the tag no longer leads to the digest. In a Compose file that tag is a
  // comment.
  if (version !== undefined && reference.tag !== null)
    return { ...base, digest, ask: formatReference({ ...reference, digest: null }) };
  const ref = `${reference.repository}@${digest}`;
  return { ...base, digest, ask: images[ref] === undefined ? ref : null };
}

/** The image of a service that the request leaves out: as in the current release. */
function staying(
  service: string,
  { image, digest, imageId }: ReleaseService,
  { images, asksNone }: ResolveRequest,
): WantedImage {
  const reference = required(service, image);
  if (digest === null) return { service, reference, digest, imageId, ask: null, built: true };
  const ref = `${reference.repository}@${digest}`;
  const ask = asksNone === true || images[ref] !== undefined ? null : ref;
  return { service, reference, digest, imageId: null, ask, built: false };
}

function required(service: string, image: string): Reference {
  const reference = parseReference(image);
  if (reference !== null)
    return reference.tag === null && reference.digest === null ? { ...reference, tag: 'latest' } : reference;
  throw new UserError('RB-COMPOSE-INVALID', {
    what: `${service} has the image ${JSON.stringify(image)}, which is not a valid image name`,
    remedy: 'correct "image:" in the Compose file, or the variable in it',
  });
}

/** The digest and local ID that the current release has for the same image. */
function kept(
  service: string,
  reference: Reference,
  current: Release | null,
): Pick<WantedImage, 'digest' | 'imageId'> | null {
  const was = current?.services[service];
  const now = parseReference(was?.image ?? '');
  const same =
    now !== null &&
    formatReference({ ...now, tag: now.tag ?? 'latest' }) ===
      formatReference({ ...reference, tag: reference.tag ?? 'latest' });
  return was !== undefined && same ? { digest: was.digest, imageId: was.imageId } : null;
}

/** The image in its final form. Throws if it is neither in a registry nor on the host. */
export function pinImage(
  wanted: WantedImage,
  answer: RegistryAnswer | null,
  images: Images,
): { image: ResolvedImage; warning?: string } {
  const { service, reference, digest } = wanted;
  if (wanted.imageId !== null) return { image: local(wanted.imageId) };
  if (wanted.ask === null && digest !== null) return { image: byDigest(reference, digest, images) };

  const judged = judgeAnswer(service, reference, digest, answer);
  if (judged.digest !== null) {
    const image = byDigest(reference, judged.digest, images, judged);
    const unmeasured = !image.local && image.layers.length === 0;
    return unmeasured
      ? { image, warning: `the size of ${formatReference(reference)} is unknown: ${judged.sizeUnknown}` }
      : { image };
  }
  const { failure } = judged;
  if (digest !== null && failure.code === 'RB-REGISTRY-UNREACHABLE') {
    const image = byDigest(reference, digest, images);
    if (image.local) return { image, warning: `${failure.details.what}; the host has ${image.ref} already` };
  }
  const id = digest === null ? localId(reference, images) : null;
  const unpublished = wanted.built || !cameFromRegistry(reference, images);
  if (id !== null && (unpublished || failure.code === 'RB-IMAGE-NOT-FOUND')) {
    return {
      image: local(id),
      warning: `no registry has ${formatReference(reference)} (${failure.details.why}); the image of that name on the host is used`,
    };
  }
  throw wanted.built ? buildOnly(wanted) : failure;
}

function byDigest(
  reference: Reference,
  digest: Digest,
  images: Images,
  found: Pick<ResolvedImage, 'layers' | 'imageId' | 'origin'> = { layers: [], imageId: null },
): ResolvedImage {
  const ref = `${reference.repository}@${digest}`;
  const imageId = images[ref] ?? found.imageId;
  const { origin } = found;
  const image = { ref, digest, imageId, layers: imageId === null ? found.layers : [], local: imageId !== null };
  return origin === undefined ? image : { ...image, origin };
}

function local(imageId: Digest): ResolvedImage {
  return { ref: imageId, digest: null, imageId, layers: [], local: true };
}

function localId({ repository, tag, digest }: Reference, images: Images): Digest | null {
  return images[digest === null ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`] ?? null;
}

function cameFromRegistry({ repository }: Reference, images: Images): boolean {
  return Object.keys(images).some((name) => name.startsWith(`${repository}@`));
}

function buildOnly({ service, reference }: WantedImage): UserError {
  return new UserError('RB-BUILD-ONLY', {
    what: `${service} is built from source, and the host has no image ${formatReference(reference)}`,
    why: 'images are pulled, never built, on a production host',
    remedy:
      'build and push it in the workflow and name it by "image:" in the Compose file, or load it on the host (docker load)',
  });
}
