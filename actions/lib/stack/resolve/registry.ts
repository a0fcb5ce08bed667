/** Reads the answers that the host got about an image in a registry. Pure. */
import { type ErrorCode, UserError } from '../../errors';
import type { Digest } from '../model';
import { type Origin, originOf, REVISION, SOURCE } from '../origin';
import { formatReference, type Reference, registryOf } from './reference';
import type { ResolvedImage } from './types';

/** Raw answers, as the host's script collected them; empty where there was no answer. */
export interface RegistryAnswer {
  /** HTTP response of the daemon's `/distribution/…/json`. */
  readonly http: string;
  /** Local ID of the image with the found digest. */
  readonly id: string;
  /** `docker manifest inspect -v`. */
  readonly manifest: string;
  readonly error: string;
  /** `os/architecture` of the host. */
  readonly platform: string;
}

interface ManifestEntry {
  readonly Descriptor: {
    readonly digest: Digest;
    readonly platform?: { readonly os?: string; readonly architecture?: string };
  };
  readonly SchemaV2Manifest?: Manifest;
  readonly OCIManifest?: Manifest;
}

interface Manifest {
  readonly annotations?: Readonly<Record<string, string>> | null;
  readonly layers?: readonly { readonly digest: Digest; readonly size: number }[];
}

type Judgement =
  | {
      readonly digest: Digest;
      readonly imageId: Digest | null;
      readonly layers: ResolvedImage['layers'];
      readonly origin?: Origin;
      /** Why there are no layers. */
      readonly sizeUnknown: string;
    }
  | { readonly digest: null; readonly failure: UserError };

/**
 * The digest of an image, or the failure to get it.
 *
 * @param expected the digest that the image must have
 * @throws {UserError} RB-DIGEST-MISMATCH
 */
export function judgeAnswer(
  service: string,
  reference: Reference,
  expected: Digest | null,
  answer: RegistryAnswer | null,
): Judgement {
  const { http = '', id = '', manifest = '', error = '', platform = '' } = answer ?? {};
  const entry = entryFor(manifest, platform);
  // If the daemon gave no digest, take the client's. For an index the client names only the manifest of this platform.
  const digest = digestIn(http) ?? entry?.Descriptor.digest ?? null;
  if (digest === null) return { digest, failure: failureOf(service, reference, http, error) };
  if (expected !== null && expected !== digest) throw mismatch(service, reference, digest);
  const { layers, annotations }: Manifest = entry?.SchemaV2Manifest ?? entry?.OCIManifest ?? {};
  const origin = originOf(annotations?.[SOURCE] ?? '', annotations?.[REVISION] ?? '');
  return {
    digest,
    imageId: id.trim() === '' ? null : id.trim(),
    layers: (layers ?? []).map(({ digest, size }) => ({ digest, size })),
    ...(origin === null ? {} : { origin }),
    sizeUnknown: lastLine(error) || 'its manifest has no layers for this host',
  };
}

function entryFor(manifest: string, platform: string): ManifestEntry | null {
  if (manifest.trim() === '') return null;
  const parsed = JSON.parse(manifest) as ManifestEntry | ManifestEntry[];
  if (!Array.isArray(parsed)) return parsed;
  return parsed.find(({ Descriptor: { platform: p } }) => `${p?.os}/${p?.architecture}` === platform) ?? null;
}

function statusOf(http: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(http)?.[1] ?? 0);
}

function bodyOf(http: string): Record<string, unknown> {
  try {
    return JSON.parse(http.slice(http.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function digestIn(http: string): Digest | null {
  if (statusOf(http) !== 200) return null;
  return (bodyOf(http).Descriptor as { digest?: Digest } | undefined)?.digest ?? null;
}

function failureOf(service: string, reference: Reference, http: string, error: string): UserError {
  const message = String(bodyOf(http).message ?? '') || lastLine(error) || 'the registry did not answer within 30 s';
  const image = formatReference(reference);
  const registry = registryOf(reference.repository);
  const code = classify(message, statusOf(http));
  const texts: Record<typeof code, { what: string; remedy: string }> = {
    'RB-IMAGE-NOT-FOUND': {
      what: `${registry} has no image ${image} (service ${service})`,
      remedy: 'check that the build pushed this tag, and its spelling',
    },
    'RB-REGISTRY-LOGIN': {
      what: `${registry} refuses access to ${image} (service ${service})`,
      remedy:
        'check the registry inputs: user name, and a token that may read this package (read:packages); some registries answer this for images that do not exist, too',
    },
    'RB-REGISTRY-UNREACHABLE': {
      what: `${registry} does not answer the host's request for ${image} (service ${service})`,
      remedy: `check on the host: docker pull ${image}`,
    },
  };
  return new UserError(code, { ...texts[code], why: message });
}

/** By the text: registries and versions of Docker word failures differently, and many failures have status 500. */
function classify(
  message: string,
  status: number,
): Extract<ErrorCode, 'RB-IMAGE-NOT-FOUND' | 'RB-REGISTRY-LOGIN' | 'RB-REGISTRY-UNREACHABLE'> {
  if (/unauthorized|denied|no basic auth|authentication required|incorrect username|forbidden/i.test(message))
    return 'RB-REGISTRY-LOGIN';
  if (/manifest unknown|name unknown|not found|no such manifest/i.test(message) && !/dial|lookup/i.test(message))
    return 'RB-IMAGE-NOT-FOUND';
  if (status === 401 || status === 403) return 'RB-REGISTRY-LOGIN';
  return status === 404 ? 'RB-IMAGE-NOT-FOUND' : 'RB-REGISTRY-UNREACHABLE';
}

function mismatch(service: string, reference: Reference, digest: Digest): UserError {
  return new UserError('RB-DIGEST-MISMATCH', {
    what: `${formatReference(reference)} (service ${service}) differs from the image in the registry`,
    why: `the registry has ${digest} under this name`,
    remedy: 'the tag was pushed again, or the digest belongs to another image: give the digest that the build printed',
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
