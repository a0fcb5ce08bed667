/** What a restore reads in a backup's manifest. */
import { z } from 'zod';
import type { TableCount } from '../lib/postgres/load';

const part = {
  file: z.string().regex(/^[A-Za-z0-9._-]+$/),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
};

const schema = z.object({
  stack: z.string(),
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  createdAt: z.string(),
  release: z.string().nullable(),
  schema: z.string().nullable(),
  databases: z.array(
    z.object({
      ...part,
      service: z.string(),
      database: z.string(),
      user: z.string(),
      major: z.number(),
      databaseBytes: z.number(),
      extensions: z.array(z.string()),
      roles: z.array(z.string()),
      tables: z.array(z.object({ schema: z.string(), table: z.string(), rows: z.number() })).nullable(),
    }),
  ),
  globals: z.array(z.object({ ...part, service: z.string() })),
});

/** A file of a backup as it lies at its destination. */
export interface Part {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface DatabasePart extends Part {
  readonly service: string;
  readonly database: string;
  readonly user: string;
  /** Major version of the server. */
  readonly major: number;
  readonly databaseBytes: number;
  readonly extensions: readonly string[];
  readonly roles: readonly string[];
  /** Rows of the tables in the dump's snapshot; `null` where nobody counted. */
  readonly tables: readonly TableCount[] | null;
}

export interface Manifest {
  readonly stack: string;
  readonly id: string;
  readonly createdAt: string;
  readonly release: string | null;
  /** Names the schema as releases do. */
  readonly schema: string | null;
  readonly databases: readonly DatabasePart[];
  readonly globals: readonly (Part & { readonly service: string })[];
}

/** `null` for what is no manifest of this stack. */
export function parseManifest(text: string, stack: string): Manifest | null {
  try {
    const found = schema.parse(JSON.parse(text));
    return found.stack === stack ? found : null;
  } catch {
    return null;
  }
}
