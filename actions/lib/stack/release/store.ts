/**
 * Releases as text. A key that only a newer version knows is kept and ignored. A change of what a key means also
 * changes the number of the format, and a release of another format cannot be read.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { canonical } from '../identity';
import type { Release } from '../model';

/** Shell functions for the host that handle many files at once. */
export function manyScript(): string {
  return readFileSync(join(__dirname, 'many.sh'), 'utf8');
}

/** Shell functions for the host that store, commit and discard releases. */
export function storeScript(): string {
  return [
    readFileSync(join(__dirname, 'store.sh'), 'utf8'),
    manyScript(),
    readFileSync(join(__dirname, 'references.sh'), 'utf8'),
  ].join('\n');
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const text = z.string().min(1);
const count = z.int().nonnegative();

const traits = z.looseObject({
  containerName: z.string().nullable(),
  hostPorts: z.array(count),
  networkMode: z.string().nullable(),
  dependsOn: z.record(z.string(), z.string()),
  shares: z.record(z.string(), z.string()).default({}),
  restartsWith: z.array(z.string()).default([]),
  hooks: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  fixed: z.array(z.string()).default([]),
  writableVolumes: z.array(z.string()),
  volumes: z.array(z.string()),
  hostFiles: z.array(z.string()).optional(),
  runbookAt: z.array(z.string()).optional(),
  stopSignal: z.string().nullable(),
  stopGracePeriod: z.number().nonnegative(),
  hasHealthcheck: z.boolean(),
  memoryReservation: z.number().nonnegative(),
  restart: z.string().nullable(),
  once: z.string().optional(),
  unnamed: z.literal(true).optional(),
  namedBy: z.string().optional(),
  calledNames: z.record(z.string(), z.string()).optional(),
});

const adjustment = <T extends z.ZodType>(value: T) =>
  z.looseObject({ is: value, files: value.nullable(), by: text, release: text });

const adjusted = z.looseObject({
  definition: text,
  replicas: adjustment(count).optional(),
  memory: adjustment(count).optional(),
  cpus: adjustment(z.number().positive()).optional(),
  variables: z.record(z.string(), adjustment(z.string())).optional(),
});

const service = z.looseObject({
  image: text,
  digest: digest.nullable(),
  imageId: digest.nullable(),
  replicas: count,
  definition: text,
  mounts: z.record(z.string(), sha256),
  since: text,
  traits,
  configHash: z.string().nullable(),
  adjusted: adjusted.optional(),
});

/** `<number>-<label>`: names a folder, a label and an image tag. */
const RELEASE_ID = /^(\d+)-[A-Za-z0-9_][A-Za-z0-9._-]*$/;

const resource = z.looseObject({ name: text, external: z.boolean(), facts: z.record(z.string(), z.string()) });
const shared = z.looseObject({
  networks: z.record(z.string(), resource),
  volumes: z.record(z.string(), resource),
});

const closed = z.looseObject({
  since: text,
  until: text.nullable(),
  reason: z.string(),
  by: z.string(),
  run: z.string(),
  answered: count,
  pass: z.array(z.string()),
  files: z.record(z.string(), sha256),
});

const release = z.looseObject({
  format: z.literal(1),
  id: z.string().regex(RELEASE_ID),
  stack: text,
  version: z.string(),
  services: z.record(z.string(), service),
  files: z.record(z.string(), sha256),
  compose: z.string(),
  shared: shared.nullable().default(null),
  schema: z.string().nullable(),
  back: text.optional(),
  schemaCompatible: z.boolean(),
  maintenance: z.boolean(),
  closed: closed.optional(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  run: z.string(),
  origin: z.looseObject({ repository: text, commit: text }).optional(),
  adopted: z.boolean(),
  writer: z.string().default(''),
}) satisfies z.ZodType<Release>;

/** One line of JSON, equal for equal releases. */
export function serializeRelease(value: Release): string {
  return `${canonical(release.parse(value))}\n`;
}

/** `null` for a release that is damaged or of another format. */
export function parseRelease(line: string): Release | null {
  const read = whyUnreadable(line);
  return 'release' in read ? read.release : null;
}

/** The release; or why it cannot be read, and which version wrote it. */
export function whyUnreadable(line: string): { release: Release } | { why: string; writer: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { why: line === '' ? 'it is empty' : 'it is damaged', writer: 'an unknown version' };
  }
  const parsed = release.safeParse(value);
  if (parsed.success) return { release: parsed.data };
  const { format, writer, run, createdAt } = (value ?? {}) as Record<string, unknown>;
  const [issue] = parsed.error.issues;
  return {
    why:
      format === 1
        ? `its ${issue?.path.join('.') || 'content'} is not valid (${issue?.message})`
        : `it has the format ${JSON.stringify(format)}, and this version knows format 1`,
    writer: `version ${writer || 'unknown'} in ${run || 'an unknown run'} at ${createdAt || 'an unknown time'}`,
  };
}

/** Longest label; with the number it stays far below an image tag's 128 characters. */
const LABEL_LENGTH = 60;

/**
 * The identifier of the next release: one more than the highest number there is.
 *
 * @param taken IDs of folders and of the history, readable or not: a number is never used again
 * @param version becomes the label; characters that an image tag cannot hold are replaced
 */
export function nextReleaseId(taken: readonly string[], version: string): string {
  const numbers = taken.map((id) => Number(RELEASE_ID.exec(id)?.[1] ?? 0));
  const label = version
    .replace(/^sha256:([0-9a-f]{12}).*$/, '$1')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LABEL_LENGTH);
  // Number 0 belongs to an adopted stack.
  return `${Math.max(0, ...numbers) + 1}-${label || 'release'}`;
}
