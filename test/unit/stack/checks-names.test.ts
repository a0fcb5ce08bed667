import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import type { Container } from '../../../actions/lib/stack/model';
import { checkProfiles } from '../../../actions/lib/stack/plan/checks-profiles';
import { checkServiceNames } from '../../../actions/lib/stack/resolve/checks-names';
import { containerOf, service } from './model-host';

const SERVICES = ['api', 'db'];

function check(runbook: string, compose = 'services: { api: {}, db: {} }', path = 'compose.yaml'): string | null {
  const files = [{ path, content: Buffer.from(compose), mode: 0o644 }];
  try {
    checkServiceNames(parseRunbook(`stack: acme\n${runbook}`, 'runbook.yml'), SERVICES, files);
    return null;
  } catch (error) {
    return String((error as { details?: { what: string } }).details?.what);
  }
}

describe('a service that the runbook file names', () => {
  it('is one of the Compose files, or the run is refused with each wrong name and its place', () => {
    expect(check('services: { api: {}, bakend: {} }')).toBe(
      'the runbook file names "bakend" (services), and the Compose files have no such service',
    );
    expect(check('proxy: { service: ngnix }\nmigration: { service: migrations }\nservices: { api: {} }')).toBe(
      'the runbook file names "ngnix" (proxy.service), "migrations" (migration.service), and the Compose files have no such service',
    );
  });

  it('may be missing where the runbook file does not name it itself', () => {
    expect(check('')).toBeNull();
    expect(check('proxy: { service: null }\nmigration: { service: null }')).toBeNull();
  });

  it.each([
    ['of a profile that is not active', 'services:\n  api: {}\n  docs:\n    profiles: [docs]\n'],
    ['that stands in one line', 'services: {api: {}, docs: {}}'],
    ['in quotes', 'services:\n  "docs":\n    image: a\n'],
  ])('may be one %s', (_, compose) => {
    expect(check('services: { docs: {} }', compose)).toBeNull();
    expect(check('services: { docs: {} }', compose, 'infra/included.yml')).toBeNull();
  });

  it('is not known by a word of another kind, or by the end of another name', () => {
    expect(check('services: { docs: {} }', 'services:\n  api: { image: docs }\n  old-docs: {}\n')).toContain('"docs"');
  });
});

describe('a service that people started with a profile', () => {
  const docs = { ...containerOf('docs', service('docs', 'v1', '1'), true), name: 'acme-docs-1' };
  const refusal = (
    compose: string,
    profiles: readonly string[] = ['docs'],
    containers: readonly Container[] = [docs],
  ) => {
    const files = [{ path: 'compose.yaml', content: Buffer.from(compose), mode: 0o644 }];
    try {
      checkProfiles({ api: [], docs: profiles }, SERVICES, { containers }, files);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('is not removed because the run does not know the profile', () => {
    expect(refusal('services: { api: {}, docs: { profiles: [docs] } }')).toMatch(
      /^RB-PROFILE-INACTIVE: docs runs here, and would be removed: .*profiles: \[docs\].*docker rm -f acme-docs-1/s,
    );
  });

  it('is removed where the files no longer have it, and not looked at where it does not run or has no profile', () => {
    expect(refusal('services: { api: {} }')).toBe('');
    expect(refusal('services: { docs: {} }', [])).toBe('');
    expect(refusal('services: { docs: {} }', ['docs'], [])).toBe('');
    expect(refusal('services: { docs: {} }', ['docs'], [{ ...docs, state: 'exited' }])).toBe('');
  });
});
