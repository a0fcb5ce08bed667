/**
 * Releases as text. What a newer version added to one and this does not know is kept and passed over; where the meaning
 * of what is there changes, the format's number does, and it cannot be read.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { canonical } from '../identity';
import type { Release } from '../model';

/** The host's functions over many files at once. */
export function manyScript(): string {
  return readFileSync(join(__dirname, 'many.sh'), 'utf8');
}

/** The host's functions over stored releases. */
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
  runbookAt: z.array(z.string()).optional(),
  stopSignal: z.string().nullable(),
  stopGracePeriod: z.number().nonnegative(),
  hasHealthcheck: z.boolean(),
  memoryReservation: z.number().nonnegative(),
  restart: z.string().nullable(),
  once: z.string().optional(),
  unnamed: z.literal(true).optional(),
  namedBy: z.string().optional(),
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

/** The release, or what keeps it from being read, and who wrote it. */
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
 * @param taken of folders and of the history: numbers never come again, readable or not
 * @param version its label, with everything replaced that an image tag cannot hold
 */
export function nextReleaseId(taken: readonly string[], version: string): string {
  const numbers = taken.map((id) => Number(RELEASE_ID.exec(id)?.[1] ?? 0));
  const label = version
    .replace(/^sha256:([0-9a-f]{12}).*$/, '$1')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LABEL_LENGTH);
  // Number 0 is an adopted stack's.
  return `${Math.max(0, ...numbers) + 1}-${label || 'release'}`;
}
