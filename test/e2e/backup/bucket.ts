/** What the tests of a bucket share: a server, a proxy before it, and a bucket that every test leaves empty. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Manifest, Part } from '../../../actions/lib/backup/manifest';
import { s3Destination } from '../../../actions/lib/backup/s3';
import type { S3Limits } from '../../../actions/lib/backup/s3-client';
import type { Destination } from '../../../actions/lib/backup/source';
import type { S3Settings } from '../../../actions/lib/config/sections/s3';
import { UserError } from '../../../actions/lib/errors';
import { type LabS3, REGION, startS3 } from '../../lab/s3';
import { type FaultProxy, startFaultProxy } from '../../lab/s3-faults';

export const MIB = 1024 * 1024;
export const ID = '20261124T010203Z';
export const LARGE = randomBytes(40 * MIB + 17);
/** A stall is noticed soon, and nothing is tried often. */
export const IMPATIENT = { stallMs: 1000, attempts: 2 };

export let server: LabS3;
export let proxy: FaultProxy;
const before = { ...process.env };

beforeAll(async () => {
  server = await startS3();
  proxy = await startFaultProxy(server.port);
});
beforeEach(() => {
  proxy.clear();
  setEnvironment();
});
/** The machine's own settings must not help. */
function setEnvironment(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, server.credentials, {
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}
afterEach(async () => {
  proxy.clear();
  setEnvironment();
  expect(await server.unfinished()).toEqual([]);
  for (const { id } of await place().list()) await place().remove(id);
  await place().remove(ID);
  expect((await server.keys()).filter((key) => !key.endsWith('/'))).toEqual([]);
});
afterAll(async () => {
  process.env = before;
  await proxy?.close();
  await server?.stop();
});

export function place(settings: Partial<S3Settings> = {}, limits: Partial<S3Limits> = {}, stack = 'acme'): Destination {
  const all = { bucket: server.bucket, prefix: '/nightly/', region: REGION, endpoint: proxy.url, ...settings };
  return s3Destination(all, stack, { pageSize: 2, ...limits });
}

export function manifestOf(id: string, parts: readonly Part[] = [], stack = 'acme'): Manifest {
  return {
    stack,
    id,
    createdAt: '2026-11-24T01:02:03Z',
    installation: null,
    run: null,
    release: null,
    schema: null,
    migrated: null,
    seconds: 1,
    verified: true,
    left: [],
    databases: [],
    globals: [],
    volumes: parts.map((part) => ({ ...part, name: part.file, entries: 1, volumeBytes: null })),
    qdrant: [],
    brokers: [],
    bare: null,
    accepted: null,
  };
}

export const stream = (content: Buffer): Readable => Readable.from(slices(content), { objectMode: false });

export function* slices(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 60_000) yield content.subarray(at, at + 60_000);
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The failure as a person reads it, which holds no key. */
export async function failure(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!(error instanceof UserError)) throw error;
  for (const key of Object.values(server.credentials)) expect(error.message).not.toContain(key);
  expect(error.cause).toBeUndefined();
  return error;
}

export const manifestPart: Part = { file: 'db.zst', bytes: LARGE.length, sha256: sha256(LARGE) };
