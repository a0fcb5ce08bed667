import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatReference,
  isLoopback,
  parseReference,
  registryOf,
  withVersion,
} from '../../../actions/lib/stack/resolve/reference';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('an image reference', () => {
  it.each([
    ['nginx', { repository: 'nginx', tag: null, digest: null }],
    ['docker.io/library/nginx:1.27', { repository: 'nginx', tag: '1.27', digest: null }],
    ['docker.io/acme/api', { repository: 'acme/api', tag: null, digest: null }],
    ['localhost:5000/acme/api', { repository: 'localhost:5000/acme/api', tag: null, digest: null }],
    [`ghcr.io/acme/api:v2@${digest}`, { repository: 'ghcr.io/acme/api', tag: 'v2', digest }],
  ])('%s is read as Docker reads it', (image, expected) => {
    expect(parseReference(image)).toEqual(expected);
  });

  it.each([
    '',
    'a b',
    '-x',
    'api:',
    'api:-v1',
    'api@sha256:1',
    'Api',
    'a/b;rm',
    'api:v1\n',
    '$(id)',
    `api@${digest}@${digest}`,
  ])('%j is refused', (image) => expect(parseReference(image)).toBeNull());

  it('names its registry', () => {
    expect(['nginx', 'acme/api', 'ghcr.io/acme/api', 'localhost/api', 'localhost:5000/a'].map(registryOf)).toEqual([
      'docker.io',
      'docker.io',
      'ghcr.io',
      'localhost',
      'localhost:5000',
    ]);
    expect(['localhost:5000', '127.0.0.1', '[::1]:5000', 'localhost.acme.org'].map(isLoopback)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('a version', () => {
  it('replaces tag and digest, also of an image whose tag is missing', () => {
    expect(formatReference(withVersion('localhost:5000/api:v1', 'v2'))).toBe('localhost:5000/api:v2');
    expect(formatReference(withVersion('localhost:5000/api:', 'v2'))).toBe('localhost:5000/api:v2');
    expect(formatReference(withVersion(`api:v1@${digest}`, digest))).toBe(`api@${digest}`);
    expect(formatReference(withVersion('api', `v2@${digest}`))).toBe(`api:v2@${digest}`);
  });

  it('is carried unchanged or refused, whatever it holds', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('-v1', 'v1;id', 'v1 ', '$(id)', `${digest}@v1`, '@', 'v1@', `@${digest}`),
    );
    fc.assert(
      fc.property(words, (version) => {
        let result: string;
        try {
          result = formatReference(withVersion('ghcr.io/acme/api:v1', version));
        } catch (error) {
          expect(error).toMatchObject({ code: 'RB-VERSION-INVALID' });
          return;
        }
        expect([`ghcr.io/acme/api:${version}`, `ghcr.io/acme/api@${version}`]).toContain(result);
        expect(result).toMatch(/^[\w./:@-]+$/);
      }),
    );
  });
});
