import { describe, expect, it } from 'vitest';
import { originOf, parseOrigins } from '../../../actions/lib/stack/origin';

const commit = 'c0ffee'.padEnd(40, '0');

describe('where an image says that it was built from', () => {
  it.each([
    'https://github.com/acme/api',
    'https://GitHub.com/acme/api.git',
    'https://user:secret@github.com/acme/api/',
    'http://github.com:8080/acme/api',
    'git@github.com:acme/api.git',
    'ssh://git@github.com/acme/api',
    'git://github.com/acme/api.git',
  ])('is read from %s', (source) => {
    expect(originOf(source, commit)).toEqual({ repository: 'github.com/acme/api', commit });
  });

  it.each([
    ['', commit],
    ['https://github.com/acme/api', ''],
    ['acme/api', commit],
    ['https://github.com', commit],
    ['https://github.com/acme/api', 'main'],
    ['https://github.com/acme/api', 'c0ffee0'],
    ['https://github.com/acme/api', `${commit}-dirty`],
    ['https://github.com/acme/api)](https://evil.example', `${commit}\n`],
  ])('is not known by %j and %j', (source, revision) => {
    const found = originOf(source, revision);
    if (source.includes('evil')) expect(found?.repository).toBe('github.com/acme/api)](https://evil.example');
    else expect(found).toBeNull();
  });

  it('stands by image; what is no such line is passed over', () => {
    const line = (id: string, source: unknown, revision: unknown): string =>
      `${id} ${JSON.stringify([source, revision])}`;
    expect(
      parseOrigins([
        line('sha256:1', 'https://github.com/acme/api', commit),
        line('sha256:2', null, commit),
        line('sha256:3', '', ''),
        'sha256:4 nonsense',
        'Error: no such image',
      ]),
    ).toEqual({ 'sha256:1': { repository: 'github.com/acme/api', commit } });
  });
});
