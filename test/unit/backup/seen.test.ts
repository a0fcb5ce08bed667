/** The age of the last backup, from what the host's own script reads of manifests in real folders. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastVerified } from '../../../actions/lib/backup/seen';
import { observeScript } from '../../../actions/lib/stack/observe/observe';
import { sectionsOf } from '../../../actions/lib/stack/sections';
import { parseSeenBackups, type SeenBackups } from '../../../actions/lib/stack/seen-backups';

const OURS = 'a'.repeat(16);
const THEIRS = 'b'.repeat(16);
const NOW = Date.UTC(2026, 0, 10, 12);
const wanted = { stack: 'shop', databases: [{ service: 'db', database: 'app' }], migrations: [], now: NOW };
const HOUR = 3600;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-seen-'));
  mkdirSync(join(folder, 'stack/.runbook'), { recursive: true });
  writeFileSync(join(folder, 'stack/.runbook/installation'), `${OURS}\n`);
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Made {
  readonly verified?: boolean;
  readonly uid?: string;
  readonly databases?: readonly string[];
  readonly stack?: string;
}

function make(
  id: string,
  { verified = true, uid = OURS, databases = ['app'], stack = 'shop' }: Made = {},
  spaces = 2,
): void {
  const part = { file: 'f', bytes: 1, sha256: 'c'.repeat(64) };
  const manifest = {
    ...{ stack, id, createdAt: '', installation: { uid, host: 'h', machine: 'm' }, run: 'r "databases": x' },
    ...{ verified, left: ['db "quoted"\n'], bare: null },
    databases: databases.map((database) => ({
      ...{ ...part, service: 'db', database, user: 'u', tables: [{ schema: 'service', table: 'database', rows: 1 }] },
      properties: { service: 'no', database: 'no' },
    })),
    globals: [{ ...part, service: 'globals' }],
    qdrant: [{ ...part, service: 'q' }],
  };
  mkdirSync(join(folder, 'backups/shop', id), { recursive: true });
  writeFileSync(join(folder, 'backups/shop', id, 'manifest.json'), JSON.stringify(manifest, null, spaces));
}

function look(): SeenBackups {
  const script = observeScript({
    ...{ stack: 'shop', directory: join(folder, 'stack'), envFile: null, envFileNamed: false, compose: [], paths: [] },
    backup: { directory: join(folder, 'backups') },
  });
  // The functions alone: there is no Docker to ask.
  const own = `${script.replace(/\nobserve$/, '')}\nobserve_backups\n`;
  const said = execFileSync('sh', ['-c', own], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return parseSeenBackups(sectionsOf(said).get('backups') ?? []);
}

describe('the last verified backup that a host shows', () => {
  it('is the newest that is whole, of this installation, and has the databases', () => {
    make('20260108T020000Z');
    make('20260109T020000Z');
    make('20260110T020000Z');
    make('20260110T030000Z', { verified: false });
    make('20260110T040000Z', { uid: THEIRS });
    make('20260110T050000Z', { databases: ['other', 'app2'] });
    make('20260110T060000Z', { stack: 'another' });
    make('20260113T000000Z');
    mkdirSync(join(folder, 'backups/shop/20260110T070000Z'));
    const seen = look();
    expect(seen.closed).toBe(false);
    const expected = { id: '20260110T020000Z', age: 10 * HOUR, lacks: [] };
    expect(lastVerified(seen, wanted)).toMatchObject(expected);
    expect(lastVerified(seen, { ...wanted, databases: [] })?.id).toBe('20260110T050000Z');
    expect(lastVerified(seen, { ...wanted, databases: [{ service: 'db', database: 'gone' }] })).toMatchObject({
      id: '20260110T050000Z',
      lacks: ['db/gone'],
    });
  });

  it('is not one of the data from before a restore', () => {
    make('20260110T020000Z');
    const restored = { schema: 's', release: '1-v1', compatible: true, restored: 'x', swap: '20260110T030000Z' };
    expect(lastVerified(look(), { ...wanted, migrations: [restored as never] })).toBeNull();
  });

  it('comes in a rhythm, once there are some', () => {
    make('20260108T020000Z');
    make('20260109T020000Z');
    expect(lastVerified(look(), wanted)?.rhythm).toBeNull();
    make('20260110T030000Z');
    expect(lastVerified(look(), wanted)?.rhythm).toBe(25 * HOUR);
  });

  it('is also read where its manifest was written in another form, and from the newest of many', () => {
    for (let day = 1; day <= 31; day++) make(`202512${String(day).padStart(2, '0')}T020000Z`);
    make('20260110T020000Z', {}, 0);
    const seen = look();
    expect(seen.manifests).toHaveLength(30);
    expect(lastVerified(seen, wanted)).toMatchObject({ id: '20260110T020000Z', lacks: [] });
  });

  it('is not known where there is none', () => {
    expect(look()).toMatchObject({ closed: false, manifests: [], noted: OURS });
    expect(lastVerified(look(), wanted)).toBeNull();
  });
});
