import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVersions, requireVersion } from '../../../actions/lib/config/version';
import { UserError } from '../../../actions/lib/errors';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('the version', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    [' \n, ', {}],
    ['v1.4.0', { backend: 'v1.4.0', worker: 'v1.4.0' }],
    ['backend=v2', { backend: 'v2' }],
    ['backend=v2, db=16-alpine', { backend: 'v2', db: '16-alpine' }],
    [`backend=${digest}\nworker=v2@${digest}\r\n`, { backend: digest, worker: `v2@${digest}` }],
  ])('%j is understood', (text, versions) => {
    expect(parseVersions(text, ['backend', 'worker'])).toEqual(versions);
  });

  it.each([
    '-v1',
    '.1',
    'v1 v2',
    'v1;id',
    '$(id)',
    '`id`',
    'v1|id',
    'v1,v2',
    'vé',
    'refs/tags/v1',
    'a'.repeat(129),
    digest,
    'backend=',
    '=v1',
    '-x=v1',
    '__proto__=v1',
    'backend=v1=v2',
    `backend=${digest.slice(0, -1)}`,
    `backend=${digest.toUpperCase()}`,
    `backend=v1@md5:${'0'.repeat(32)}`,
    'backend=v1\nv2',
    'backend=v1,backend=v2',
  ])('%j is refused', (text) => {
    expect(() => parseVersions(text, ['backend'])).toThrow(expect.objectContaining({ code: 'RB-VERSION-INVALID' }));
  });

  it('means nothing to a shell where it is accepted, even without quotes', () => {
    const risky = fc.string({ unit: fc.constantFrom(...'ab1._-=@:/,;|&$(){}<>*?[]!#~`\'"\\ \n\r\t\0é\u2028') });
    const words = new Set<string>(['v1.0_a-b', 'backend']);
    fc.assert(
      fc.property(
        fc.oneof(
          risky,
          fc.string({ unit: 'binary' }),
          risky.map((text) => `web=${text}`),
        ),
        (text) => {
          try {
            for (const [service, version] of Object.entries(parseVersions(text, ['backend'])))
              words.add(service).add(version);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      { numRuns: 2000 },
    );
    const list = [...words];
    const { stdout, status } = spawnSync('sh', ['-c', `printf '%s\\n' ${list.join(' ')}`], {
      encoding: 'utf8',
      cwd: '/',
    });
    expect({ status, said: stdout.trimEnd().split('\n') }).toEqual({ status: 0, said: list });
    expect(list.filter((word) => word.startsWith('-'))).toEqual([]);
  });
});

it('a Git tag loses its v where images are tagged without it, and nothing else loses anything', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(parseVersions('v1.4.0', ['api'], '{semver}')).toEqual({ api: '1.4.0' });
  expect(parseVersions(`api=v2.0.0-rc.1\ndb=${digest}\nweb=vendor\nold=1.0`, [], '{semver}')).toEqual({
    ...{ api: '2.0.0-rc.1', db: digest, web: 'vendor', old: '1.0' },
  });
  expect(parseVersions('v1.4.0', ['api'])).toEqual({ api: 'v1.4.0' });
});

describe('a tag that is pushed', () => {
  it.each(['v1.4.0', '1.4', 'v2', 'V2', '2026-11-30', 'release-12', 'backend-v1.4.0-rc.1'])(
    '%s is a version',
    (tag) => {
      expect(() => requireVersion(tag, '{version}')).not.toThrow();
    },
  );

  it.each(['vendor', 'v', 'version-bump', 'latest', 'nightly', '-1'])('%s is not a version', (tag) => {
    expect(() => requireVersion(tag, '{version}')).toThrow(expect.objectContaining({ code: 'RB-VERSION-INVALID' }));
  });

  it.each(['v1.4.0', '1.4.0', 'v1.4.0-rc.1'])('%s is a version of three numbers', (tag) => {
    expect(() => requireVersion(tag, '{semver}')).not.toThrow();
  });

  it.each(['v1.4', 'v2', 'release-12'])('%s is not a version of three numbers', (tag) => {
    expect(() => requireVersion(tag, '{semver}')).toThrow(expect.objectContaining({ code: 'RB-VERSION-INVALID' }));
  });
});
