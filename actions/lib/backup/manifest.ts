/**
 * The manifest: the contents of a backup, and what was proven about them. It is written last; without it there is no
 * backup.
 */
import { z } from 'zod';
import type { DumpFormat } from '../config/runbook';
import { VOLUME } from '../config/sections/values';
import { type Beyond, beyondSchema } from '../postgres/beyond';
import type { TableCount } from '../postgres/facts-sql';
import { type DatabaseProperties, propertiesSchema } from '../postgres/properties';
import type { BrokerState } from '../redpanda/state';

const part = {
  file: z.string().regex(/^[A-Za-z0-9._-]+$/),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
};

const schema = z.object({
  stack: z.string(),
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  createdAt: z.string(),
  installation: z.object({ uid: z.string(), host: z.string(), machine: z.string() }).nullable().default(null),
  run: z.string().nullable().default(null),
  release: z.string().nullable(),
  schema: z.string().nullable(),
  migrated: z.string().nullable().default(null),
  seconds: z.number().nullable().default(null),
  verified: z.boolean().default(false),
  left: z.array(z.string()).default([]),
  bare: z.array(z.string()).nullable().default(null),
  accepted: z.string().nullable().default(null),
  databases: z.array(
    z.object({
      ...part,
      service: z.string(),
      database: z.string(),
      user: z.string(),
      format: z.enum(['custom', 'sql']).default('custom'),
      major: z.number(),
      server: z.string().nullable().default(null),
      tool: z.string().nullable().default(null),
      image: z.string().nullable().default(null),
      databaseBytes: z.number(),
      extensions: z.array(z.string()),
      roles: z.array(z.string()),
      tables: z.array(z.object({ schema: z.string(), table: z.string(), rows: z.number().nullable() })).nullable(),
      properties: propertiesSchema.nullable().default(null),
      tablespaces: z.array(z.string()).default([]),
      beyond: beyondSchema.nullable().default(null),
    }),
  ),
  globals: z.array(z.object({ ...part, service: z.string() })),
  volumes: z
    .array(
      z.object({
        ...part,
        name: z.string().regex(VOLUME),
        entries: z.number(),
        volumeBytes: z.number().nullable().default(null),
      }),
    )
    .default([]),
  qdrant: z.array(z.object({ ...part, service: z.string(), checked: z.boolean() })).default([]),
  brokers: z
    .array(
      z.object({
        service: z.string(),
        topics: z.array(
          z.object({
            name: z.string(),
            partitions: z.array(
              z.object({ partition: z.number(), start: z.number().nullable(), end: z.number().nullable() }),
            ),
          }),
        ),
        groups: z.array(
          z.object({
            name: z.string(),
            state: z.string(),
            lag: z.number(),
            offsets: z.array(
              z.object({
                topic: z.string(),
                partition: z.number(),
                committed: z.number().nullable(),
                end: z.number().nullable(),
                lag: z.number().nullable(),
              }),
            ),
          }),
        ),
        problem: z.string().nullable(),
      }),
    )
    .default([]),
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
  readonly format: DumpFormat;
  /** Major version of the server. */
  readonly major: number;
  /** The version as the server prints it; `null` in foreign manifests, like all fields that may be `null`. */
  readonly server: string | null;
  /** The version as `pg_dump` prints it. */
  readonly tool: string | null;
  /** The image that the server ran from. */
  readonly image: string | null;
  readonly databaseBytes: number;
  readonly extensions: readonly string[];
  readonly roles: readonly string[];
  /** Rows of the tables in the dump's snapshot; `null` where they were not counted. */
  readonly tables: readonly TableCount[] | null;
  /** `null` in foreign and older manifests. */
  readonly properties: DatabaseProperties | null;
  /** Tablespaces that a table or an index of it uses. */
  readonly tablespaces: readonly string[];
  /** What the database has and its archive does not contain. */
  readonly beyond: Beyond | null;
}

/** A named volume or a directory, as a tar archive. */
export interface VolumePart extends Part {
  /** Name of the volume in the Compose file, or the directory's path. */
  readonly name: string;
  /** Number of files, folders and links in it. */
  readonly entries: number;
  /** Bytes of its content before it was packed. */
  readonly volumeBytes: number | null;
}

/** A snapshot of a Qdrant's whole storage, made by its API. */
export interface QdrantPart extends Part {
  readonly service: string;
  /** Whether it was compared with a checksum of Qdrant; old servers give none. */
  readonly checked: boolean;
}

/** The installation that a backup belongs to: the stack on one host. */
export interface Installation {
  /** Random; made at the installation's first backup. */
  readonly uid: string;
  /** Name of its host at that time, for people to read. */
  readonly host: string;
  /** A hash of the machine's ID; empty where the host has none. */
  readonly machine: string;
}

export interface Manifest {
  readonly stack: string;
  readonly id: string;
  readonly createdAt: string;
  /** The installation that it belongs to; `null`: it was made before backups named it. */
  readonly installation: Installation | null;
  /** URL of the run that made it. */
  readonly run: string | null;
  /** The release that ran. */
  readonly release: string | null;
  /** The schema of the data, named as in releases: the release to which the newest migration led. */
  readonly schema: string | null;
  /** The release that brought this migration. */
  readonly migrated: string | null;
  /** Seconds from the start to the proof. */
  readonly seconds: number | null;
  /** Every archive was read to its end, and every process of every pipe ended well. */
  readonly verified: boolean;
  /** Parts that were configured and are missing, because they could not be proven. */
  readonly left: readonly string[];
  /**
   * Data of the stack that it does not contain, without what `backup.ignore` names; `null`: the manifest does not tell.
   */
  readonly bare: readonly string[] | null;
  /** ID of a backup: what it and older ones had more than this one was removed on purpose. `null`: a person said nothing. */
  readonly accepted: string | null;
  readonly databases: readonly DatabasePart[];
  readonly globals: readonly (Part & { readonly service: string })[];
  readonly volumes: readonly VolumePart[];
  readonly qdrant: readonly QdrantPart[];
  /** Redpanda's state at that time; a backup contains no messages. */
  readonly brokers: readonly BrokerState[];
}

/** `null` for what is not a manifest of this stack. */
export function parseManifest(text: string, stack: string): Manifest | null {
  try {
    const found = schema.parse(JSON.parse(text));
    return found.stack === stack ? found : null;
  } catch {
    return null;
  }
}

export function partsOf({ databases, globals, volumes, qdrant }: Manifest): readonly Part[] {
  return [...databases, ...globals, ...volumes, ...qdrant];
}

/** Bytes of all files together. */
export function sizeOf(manifest: Manifest): number {
  return partsOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
}
