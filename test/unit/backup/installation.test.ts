import { describe, expect, it } from 'vitest';
import {
  type HostIdentity,
  installationOf,
  madeByCopy,
  ownerOf,
  ownOf,
  sayCopy,
  sayTwin,
} from '../../../actions/lib/backup/installation';
import type { Manifest } from '../../../actions/lib/backup/manifest';

const [A, B, M, N] = ['a', 'b', '1', '2'].map((letter) => letter.repeat(16)) as [string, string, string, string];
const made = (id: string, machine: string, host = 'web1'): Manifest =>
  ({ installation: { uid: id, host, machine } }) as Manifest;
const host = (more: Partial<HostIdentity> = {}): HostIdentity => ({ host: 'web1', machine: M, noted: null, ...more });

describe('the identity of an installation', () => {
  it('is what the host has noted', () => {
    expect(installationOf(host({ noted: { id: A, machine: M } }), [made(B, M)])).toBe(A);
    expect(installationOf(host({ noted: { id: A, machine: '' } }), [])).toBe(A);
    expect(installationOf(host(), [])).toBeNull();
  });

  it('is found again in the backups that this machine left on itself, after the note was removed', () => {
    expect(installationOf(host(), [made(B, M), made(A, M), made(B, N)])).toBe(A);
    expect(installationOf(host({ machine: '' }), [made(A, '')])).toBe(A);
    expect(installationOf(host({ machine: '' }), [made(A, '', 'another')])).toBeNull();
  });

  it('does not come along with a copy of the disk, and the copy learns how to take it over', () => {
    const copy = host({ machine: N, noted: { id: A, machine: M } });
    expect(installationOf(copy, [made(A, M)])).toBeNull();
    expect(sayCopy(copy, '/srv/.runbook')).toContain(`echo '${A} ${N}' >/srv/.runbook/installation`);
    expect(installationOf(copy, [made(A, M), made(B, N)])).toBe(B);
    expect(sayCopy(host({ noted: { id: A, machine: M } }), '/srv/.runbook')).toBeNull();
  });

  it('is not shared with a copy of the machine that brought its ID along', () => {
    const all = [made(A, M), made(A, M, 'clone'), made(A, M), made(B, N)];
    expect(madeByCopy(all, { id: A, host: 'web1' })).toEqual([made(A, M, 'clone')]);
    expect(ownOf(all, { id: A, host: 'web1' }, false)).toEqual([made(A, M), made(A, M)]);
    expect(sayTwin([made(A, M, 'clone')], 's3://x')).toContain('s3://x: clone makes backups in the name of');
    // A host that was renamed goes on with the backups of its former name.
    expect(ownOf(all, { id: A, host: 'web2' }, false)).toHaveLength(3);
    expect([madeByCopy(all, { id: null, host: 'web1' }), sayTwin([], 'x')]).toEqual([[], null]);
  });

  it('tells whose a backup is', () => {
    expect([ownerOf(made(A, M), A, false), ownerOf(made(B, M), A, true), ownerOf(made(A, M), null, true)]).toEqual([
      'own',
      'foreign',
      'foreign',
    ]);
    const old = { installation: null };
    expect([ownerOf(old, A, true), ownerOf(old, A, false)]).toEqual(['own', 'unknown']);
  });
});
