import { describe, expect, it } from 'vitest';
import { type Closed, isOverdue, sayClosed, watchedAs } from '../../../actions/lib/stack/closed';
import type { Release } from '../../../actions/lib/stack/model';
import { parseRelease, serializeRelease } from '../../../actions/lib/stack/release/store';
import { runbook } from './model-host';

const closed: Closed = {
  since: '2026-01-31T02:00:00Z',
  until: '2026-01-31T04:00:00Z',
  reason: 'moving',
  by: 'kim',
  run: 'https://run',
  answered: 200,
  pass: ['/healthz'],
  files: { 'nginx/a.conf': 'a'.repeat(64) },
};

it.each<[string, boolean, string]>([
  [
    '2026-01-31T03:00:00Z',
    false,
    'closed since 2026-01-31T02:00:00Z, until 2026-01-31T04:00:00Z (another 1 h), by kim: moving',
  ],
  [
    '2026-01-31T04:30:00Z',
    true,
    'closed since 2026-01-31T02:00:00Z, and should have been open again at 2026-01-31T04:00:00Z, 30 min ago, by kim: moving',
  ],
])('at %s it is overdue: %s', (now, overdue, said) => {
  expect(isOverdue(closed, now)).toBe(overdue);
  expect(sayClosed(closed, now)).toBe(said);
});

it('without an end it is never overdue', () => {
  expect(isOverdue({ ...closed, until: null }, '2030-01-01T00:00:00Z')).toBe(false);
  expect(sayClosed({ ...closed, until: null }, '2030-01-01T00:00:00Z')).toContain('without an end');
});

describe('the watch of a release that is closed, or was', () => {
  const site = { ...runbook, proxy: { ...runbook.proxy, probes: ['/healthz?full=1', '/app/', '/readyz'] } };
  const release = { closed } as unknown as Release;
  it.each<[string, (Release | null)[], string[], number]>([
    ['open', [{} as Release, null], site.proxy.probes, 0.05],
    ['closed now', [release, {} as Release], ['/healthz?full=1'], 1],
    ['closed before', [{} as Release, release], ['/healthz?full=1'], 1],
    ['closed with other paths', [release, { closed: { ...closed, pass: ['/readyz'] } } as unknown as Release], [], 1],
  ])('%s', (_what, releases, probes, errorRate) => {
    const watched = watchedAs(site, ...releases);
    expect([watched.proxy.probes, watched.watch.errorRate]).toEqual([probes, errorRate]);
  });
});

it('is kept with its release', () => {
  const release: Release = {
    ...{ format: 1, id: '6-v1', stack: 'acme', version: 'v1', services: {}, files: {}, compose: 'x', shared: null },
    ...{ schema: null, schemaCompatible: true, maintenance: true, createdAt: '2026-01-31T02:00:00.000Z' },
    ...{ createdBy: 'kim', run: 'https://run', adopted: false, writer: '1', closed },
  };
  expect(parseRelease(serializeRelease(release).trim())?.closed).toEqual(closed);
});
