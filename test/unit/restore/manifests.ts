/** A manifest, and a part of it, as a backup writes them. */
import type { DatabasePart, Manifest, QdrantPart } from '../../../actions/lib/backup/manifest';

export const part: DatabasePart = {
  file: 'db-db-app.dump.zst',
  bytes: 1000,
  sha256: 'a'.repeat(64),
  service: 'db',
  database: 'app',
  user: 'postgres',
  format: 'custom',
  major: 16,
  server: null,
  tool: null,
  image: null,
  databaseBytes: 100 * 2 ** 20,
  extensions: ['plpgsql', 'pg_trgm'],
  roles: ['app'],
  tables: [{ schema: 'public', table: 'orders', rows: 3 }],
  properties: null,
  tablespaces: [],
  beyond: null,
};

export const manifest = (id: string, more: Partial<Manifest> = {}): Manifest => ({
  stack: 'acme',
  id,
  createdAt: id.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
  release: '3-v3',
  installation: null,
  run: null,
  schema: null,
  migrated: null,
  seconds: null,
  verified: true,
  left: [],
  databases: [part],
  globals: [],
  volumes: [],
  qdrant: [],
  brokers: [],
  bare: null,
  accepted: null,
  ...more,
});

export const qdrant: QdrantPart = {
  file: 'qdrant.qdrant.snapshot',
  bytes: 10,
  sha256: 'c'.repeat(64),
  service: 'qdrant',
  checked: true,
};
