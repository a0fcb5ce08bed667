import { describe, expect, it } from 'vitest';
import { parseReference, type Reference } from '../../../actions/lib/stack/resolve/reference';
import { judgeAnswer, type RegistryAnswer } from '../../../actions/lib/stack/resolve/registry';

const index = `sha256:${'1'.repeat(64)}`;
const amd64 = `sha256:${'2'.repeat(64)}`;
const arm64 = `sha256:${'3'.repeat(64)}`;
const reference = parseReference('ghcr.io/acme/api:v2') as Reference;

function http(status: string, body: unknown): string {
  return `HTTP/1.0 ${status}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}\n`;
}

function entry(digest: string, architecture: string, size: number, kind = 'OCIManifest') {
  return {
    Descriptor: { digest, platform: { os: 'linux', architecture } },
    [kind]: { layers: [{ digest, size, mediaType: 'x' }] },
  };
}

function answer(parts: Partial<RegistryAnswer>): RegistryAnswer {
  return { http: '', id: '', manifest: '', error: '', platform: 'linux/amd64', ...parts };
}

describe('an answer about an image', () => {
  it("gives the digest of the index and the layers of the host's platform", () => {
    const manifest = JSON.stringify([entry(arm64, 'arm64', 7), entry(amd64, 'amd64', 5), entry(index, 'unknown', 1)]);
    const judged = judgeAnswer(
      'api',
      reference,
      null,
      answer({ http: http('200 OK', { Descriptor: { digest: index } }), manifest }),
    );
    expect(judged).toMatchObject({ digest: index, imageId: null, layers: [{ digest: amd64, size: 5 }] });
  });

  it('of a single manifest gives its layers', () => {
    const manifest = JSON.stringify(entry(amd64, 'amd64', 5, 'SchemaV2Manifest'));
    const judged = judgeAnswer(
      'api',
      reference,
      amd64,
      answer({ http: http('200 OK', { Descriptor: { digest: amd64 } }), manifest }),
    );
    expect(judged).toMatchObject({ digest: amd64, layers: [{ size: 5 }] });
  });

  it('says from which commit the image was built, if its manifest has annotations', () => {
    const annotations = {
      'org.opencontainers.image.source': 'https://github.com/acme/api',
      'org.opencontainers.image.revision': 'c'.repeat(40),
    };
    const own = entry(amd64, 'amd64', 5);
    const given = { ...own, OCIManifest: { ...own.OCIManifest, annotations } };
    const found = (manifest: unknown) => {
      const judged = judgeAnswer('api', reference, null, answer({ manifest: JSON.stringify(manifest) }));
      return 'origin' in judged ? judged.origin : null;
    };
    expect(found([entry(arm64, 'arm64', 7), given])).toEqual({
      repository: 'github.com/acme/api',
      commit: 'c'.repeat(40),
    });
    expect(found(own)).toBeNull();
    expect(found({ ...own, OCIManifest: { ...own.OCIManifest, annotations: null } })).toBeNull();
  });

  it("takes the client's word where only its login opens the registry", () => {
    const denied = http('401 Unauthorized', { message: 'unauthorized' });
    const manifest = JSON.stringify([entry(arm64, 'arm64', 7), entry(amd64, 'amd64', 5)]);
    expect(judgeAnswer('api', reference, null, answer({ http: denied, manifest }))).toMatchObject({ digest: amd64 });
  });

  it('with another digest than the one asked for is a mismatch', () => {
    const given = answer({ http: http('200 OK', { Descriptor: { digest: index } }) });
    expect(() => judgeAnswer('api', reference, amd64, given)).toThrow(/RB-DIGEST-MISMATCH[\s\S]*1111/);
  });

  it.each([
    ['RB-IMAGE-NOT-FOUND', '404 Not Found', 'manifest unknown: manifest unknown'],
    [
      'RB-IMAGE-NOT-FOUND',
      '404 Not Found',
      'errors:\nmanifest unknown\nname unknown: repository name not known to registry\n',
    ],
    ['RB-REGISTRY-LOGIN', '401 Unauthorized', 'unauthorized: authentication required'],
    [
      'RB-REGISTRY-LOGIN',
      '500 Internal Server Error',
      'errors:\ndenied: requested access to the resource is denied\nunauthorized\n',
    ],
    ['RB-REGISTRY-LOGIN', '500 Internal Server Error', 'Get "https://r/v2/": no basic auth credentials'],
    [
      'RB-REGISTRY-UNREACHABLE',
      '500 Internal Server Error',
      'Get "https://r/v2/": dial tcp 127.0.0.1:5000: connect: connection refused',
    ],
    ['RB-REGISTRY-UNREACHABLE', '500 Internal Server Error', 'Get "https://r/v2/": dial tcp: lookup r: no such host'],
    ['RB-REGISTRY-UNREACHABLE', '503 Service Unavailable', 'received unexpected HTTP status: 503'],
  ])('is %s for %s, %s', (code, status, message) => {
    const judged = judgeAnswer('api', reference, null, answer({ http: http(status, { message }) }));
    expect(judged).toMatchObject({ digest: null, failure: { code, details: { why: message } } });
  });

  it('that never came is an unreachable registry', () => {
    expect(judgeAnswer('api', reference, null, answer({}))).toMatchObject({
      failure: { code: 'RB-REGISTRY-UNREACHABLE' },
    });
  });
});
