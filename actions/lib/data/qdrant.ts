/**
 * Qdrant: a snapshot of everything that one server has. It cannot stand beside live data; a restore changes it by its
 * API.
 */
import type { QdrantPart } from '../backup/manifest';
import { type DataKind, GROWTH } from './kind';

export const qdrant: DataKind<QdrantPart> = {
  key: 'qdrant',
  heading: 'Qdrant',
  noun: 'Qdrant of the service',
  parts: (manifest) => manifest.qdrant,
  extras: () => [],
  name: ({ service }) => service,
  fullName: ({ service }) => service,
  title: ({ service }) => `Qdrant (${service})`,
  configured: (settings) => settings.qdrant.map(({ service }) => service),
  counted: () => ({ plainBytes: null, tables: null, rows: null }),
  size: () => 0,
  room: (last) => (last?.bytes ?? 0) * GROWTH,
  // Its collections are counted while they are changed.
  compare: () => [],
  items: null,
  check: () => {},
  facing: () => null,
  targets: null,
  came: (parts) => [`${parts.length} Qdrant`, 'snapshots'],
  beside: null,
};
