import { expect, it } from 'vitest';
import { bareTag } from '../../../actions/lib/init/image-tags';

it.each([
  [{ api: 'registry.example.com/api:1.0.0' }, '1.0.0'],
  [{ api: 'registry.example.com:5000/api:${VERSION:-1.0.0}' }, '1.0.0'],
  [{ api: 'api:${VERSION-2.3.4-rc.1}' }, '2.3.4-rc.1'],
  [{ api: 'api:1.0.0@sha256:abc', job: 'api:latest' }, '1.0.0'],
  [{ api: 'api:${VERSION:-v1.0.0}' }, null],
  [{ api: 'api:1.0.0', job: 'job:v1.0.0' }, null],
  [{ api: 'api:${VERSION:?set it}' }, null],
  [{ api: 'registry.example.com:5000/api' }, null],
  [{ api: 'api:1.0' }, null],
  [{ api: 'api:20261130' }, null],
  [{ api: null }, null],
])('%j', (images, tag) => {
  expect(bareTag(new Map(Object.entries(images)), Object.keys(images))).toBe(tag);
});

it('images of others do not count', () => {
  expect(bareTag(new Map([['db', 'postgres:17.1.0']]), [])).toBeNull();
});
