/** Files by which a volume of a database server is known, found by the real find. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { factsFrom } from '../../../actions/lib/volumes/facts';

const piece = join(__dirname, '../../../actions/lib/volumes/volume-facts.sh');

function liveIn(path: string, content: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-live-'));
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    const script = `. ${piece}; script=$(live_database); cd "$1" && sh -c "$script"`;
    const { stdout } = spawnSync('sh', ['-c', script, 'sh', folder], { encoding: 'utf8' });
    const lines = ['type=volume,source=x', 'found', '1\t.', '/dev/sda1 1 1 1 1% /', ...stdout.split('\n')];
    return factsFrom('x', lines).live;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each([
  ['data/PG_VERSION', 'PostgreSQL'],
  ['ibdata1', 'MySQL or MariaDB'],
  ['WiredTiger', 'MongoDB'],
  ['app.db-wal', 'SQLite'],
  ['appendonlydir/appendonly.aof.1.incr.aof', 'Redis or Valkey'],
  ['nodes/0/node.lock', 'Elasticsearch or OpenSearch'],
  ['data.ms/indexes/1/data.mdb', 'LMDB (Meilisearch, OpenLDAP)'],
  ['meta.properties', 'Kafka'],
  ['databases/neo4j/neostore', 'Neo4j'],
  ['influxd.bolt', 'InfluxDB'],
  ['member/wal/0000000000000000-0000000000000000.wal', 'etcd'],
  ['store/0ab/0ab1/format_version.txt', 'ClickHouse'],
  ['.before-20260101T000000Z/PG_VERSION', null],
  ['2026-report.doc', null],
])('%s is of %s', (path, kind) => expect(liveIn(path, '')).toBe(kind));

it('SQLite is known by its first bytes, where it keeps no write-ahead log', () => {
  expect(liveIn('var/my app.sqlite3', 'SQLite format 3\0\x10\0')).toBe('SQLite');
  expect(liveIn('pages.db', 'Berkeley')).toBeNull();
  expect(liveIn('.restore-20260101T000000Z/a.db', 'SQLite format 3\0')).toBeNull();
});
