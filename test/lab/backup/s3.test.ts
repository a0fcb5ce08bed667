/** A bucket as a place for backups: what it keeps, and what every failure on the way to it leaves and says. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { feedOf } from '../../../actions/lib/backup/feed';
import type { Manifest, Part } from '../../../actions/lib/backup/manifest';
import { s3Destination } from '../../../actions/lib/backup/s3';
import type { S3Limits, S3Settings } from '../../../actions/lib/backup/s3-client';
import type { Destination } from '../../../actions/lib/backup/source';
import { UserError } from '../../../actions/lib/errors';
import { type LabS3, REGION, startS3 } from '../s3';
import { type FaultProxy, startFaultProxy } from '../s3-faults';

const MIB = 1024 * 1024;
const ID = '20261124T010203Z';
const LARGE = randomBytes(40 * MIB + 17);
/** A stall is noticed soon, and nothing is tried often. */
const IMPATIENT = { stallMs: 1000, attempts: 2 };

let server: LabS3;
let proxy: FaultProxy;
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

function place(settings: Partial<S3Settings> = {}, limits: Partial<S3Limits> = {}, stack = 'acme'): Destination {
  const all = { bucket: server.bucket, prefix: '/nightly/', region: REGION, endpoint: proxy.url, ...settings };
  return s3Destination(all, stack, { pageSize: 2, ...limits });
}

function manifestOf(id: string, parts: readonly Part[] = [], stack = 'acme'): Manifest {
  return {
    stack,
    id,
    createdAt: '2026-11-24T01:02:03Z',
    run: null,
    release: null,
    schema: null,
    seconds: 1,
    verified: true,
    databases: [],
    globals: [],
    volumes: parts.map((part) => ({ ...part, name: part.file, entries: 1 })),
  };
}

const stream = (content: Buffer): Readable => Readable.from(slices(content), { objectMode: false });

function* slices(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 60_000) yield content.subarray(at, at + 60_000);
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The failure as a person reads it, which holds no key. */
async function failure(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!(error instanceof UserError)) throw error;
  for (const key of Object.values(server.credentials)) expect(error.message).not.toContain(key);
  expect(error.cause).toBeUndefined();
  return error;
}

/** It failed for this reason, and nothing of it lies in the bucket. */
async function refused(work: Promise<unknown>, why: RegExp): Promise<UserError> {
  const error = await failure(work);
  expect(error.code).toBe('RB-STORAGE-FAILED');
  expect(error.details.why).toMatch(why);
  expect(await server.keys()).not.toContain(`nightly/acme/${ID}/db.zst`);
  expect(await server.unfinished()).toEqual([]);
  return error;
}

describe('keeps', () => {
  it('what was written, once the manifest lies beside it', async () => {
    const small = Buffer.from('small');
    const parts = [
      await place().write(ID, 'db.zst', stream(LARGE), null),
      await place().write(ID, 'empty', Readable.from([]), 0),
      await place().write(ID, 'small', stream(small), small.length),
    ];
    expect(parts.map(({ file, bytes }) => [file, bytes])).toEqual([
      ['db.zst', LARGE.length],
      ['empty', 0],
      ['small', 5],
    ]);
    expect(parts.map((part) => part.sha256)).toEqual([LARGE, Buffer.alloc(0), small].map(sha256));
    expect(proxy.requests.filter((line) => line.includes('partNumber='))).toHaveLength(6);
    expect(await place().list()).toEqual([]);

    const manifest = manifestOf(ID, parts);
    await place().publish(manifest);
    expect(await place().list()).toEqual([manifest]);
    expect(await server.keys()).toEqual(
      ['db.zst', 'empty', 'manifest.json', 'small'].map((file) => `nightly/acme/${ID}/${file}`),
    );
    expect(place().name).toBe('s3://backups/nightly/acme');
    expect(place().path(manifest, parts[0]!)).toBeNull();
    for (const [index, expected] of [LARGE, Buffer.alloc(0), small].entries()) {
      const stored = await buffer(await place().read(manifest, parts[index]!));
      expect(stored.equals(expected)).toBe(true);
    }
    // The way of a restore, which unpacks.
    const raw = { ...parts[2]!, file: 'small' };
    const feed = await feedOf(place(), manifest, raw, null);
    expect(await buffer(feed.stream as Readable)).toEqual(small);
    await feed.proven();
    const cut = await feedOf(place(), manifest, { ...raw, bytes: 4 }, null);
    await buffer(cut.stream as Readable);
    expect((await failure(cut.proven())).code).toBe('RB-ARCHIVE-DAMAGED');
  });

  it('the hash of many parts as a restore reads them', async () => {
    const part = await place().write(ID, 'db.dump', stream(LARGE), LARGE.length);
    const feed = await feedOf(place(), manifestOf(ID, [part]), part, null);
    expect(sha256(await buffer(feed.stream as Readable))).toBe(sha256(LARGE));
    await feed.proven();
  });

  it('backups of many pages, oldest first, each stack and prefix for itself', async () => {
    const ids = ['20261103T000000Z', '20261101T000000Z', '20261105T000000Z', '20261102T000000Z', '20261104T000000Z'];
    for (const id of ids) await place().publish(manifestOf(id));
    const others = [place({}, {}, 'acme2'), place({ prefix: '' }), place({ prefix: 'nightly/acme' })];
    await others[0]!.publish(manifestOf(ID, [], 'acme2'));
    await others[1]!.publish(manifestOf(ID));
    await others[2]!.publish(manifestOf(ID));
    await server.put(`nightly/acme/${ID}/manifest.json`, 'no manifest');
    await server.put('nightly/acme/20261106T000000Z/db.zst', 'without a manifest');
    await server.put('nightly/acme/notes/manifest.json', JSON.stringify(manifestOf(ID)));
    proxy.clear();
    expect((await place().list()).map(({ id }) => id)).toEqual(ids.toSorted());
    expect(proxy.requests.filter((line) => line.includes('list-type=2')).length).toBeGreaterThan(3);
    expect(await server.keys()).toContain(`acme/${ID}/manifest.json`);
    for (const other of others) {
      expect((await other.list()).map(({ id }) => id)).toEqual([ID]);
      await other.remove(ID);
      expect(await other.list()).toEqual([]);
    }
    for (const key of ['20261106T000000Z', 'notes']) await place().remove(key);
    expect((await place().list()).map(({ id }) => id)).toEqual(ids.toSorted());
  });

  it('nothing of a backup that is removed, its manifest first', async () => {
    const near = '20261124T010203Z0';
    for (const file of ['a', 'b', 'c', 'd', 'e']) await server.put(`nightly/acme/${ID}/${file}`, file);
    await server.put(`nightly/acme/${near}/a`, 'another');
    await place().publish(manifestOf(ID));
    proxy.clear();
    await place().remove(ID);
    expect(await server.keys()).toEqual([`nightly/acme/${near}/a`]);
    const first = proxy.requests.filter((line) => !line.startsWith('GET'))[0];
    expect(first).toMatch(/^DELETE .*\/manifest\.json/);
    await place().remove(ID);
    await place().remove(near);
    await expect(place().remove('')).rejects.toThrow();
    await expect(place().remove('..')).rejects.toThrow();
  });

  it('a file that is not there as an unknown backup', async () => {
    const error = await failure(place().read(manifestOf(ID), { file: 'gone', bytes: 1, sha256: '' }));
    expect(error.code).toBe('RB-BACKUP-UNKNOWN');
    expect(error.message).toContain(`s3://backups/nightly/acme/${ID}/gone`);
  });
});

describe('explains', () => {
  const write = (settings: Partial<S3Settings> = {}, limits: Partial<S3Limits> = IMPATIENT, content = LARGE) =>
    place(settings, limits).write(ID, 'db.zst', stream(content), null);

  it('a bucket that is not there', async () => {
    const error = await refused(write({ bucket: 'elsewhere' }), /has no bucket elsewhere/);
    expect(error.details.what).toBe(`db.zst could not be stored in s3://elsewhere/nightly/acme/${ID}`);
    await refused(write({ bucket: 'elsewhere' }, {}, Buffer.from('small')), /has no bucket elsewhere/);
    await refused(place({ bucket: 'elsewhere' }).list(), /has no bucket elsewhere/);
    await refused(place({ bucket: 'elsewhere' }).read(manifestOf(ID), manifestPart), /has no bucket elsewhere/);
    await refused(place({ bucket: 'elsewhere' }).publish(manifestOf(ID)), /has no bucket elsewhere/);
    await refused(place({ bucket: 'elsewhere' }).remove(ID), /has no bucket elsewhere/);
  });

  it('credentials that are missing or wrong', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'another-secret';
    await refused(write(), /refuses the credentials \(SignatureDoesNotMatch\)/);
    process.env.AWS_ACCESS_KEY_ID = 'NOBODY';
    await refused(write(), /refuses the credentials \(XAdminUserNotFound\)/);
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    const error = await refused(write(), /there are no credentials/);
    expect(error.details.remedy).toContain('AWS_ACCESS_KEY_ID');
    await refused(place().list(), /there are no credentials/);
  });

  it('another region than that of the bucket', async () => {
    await refused(write({ region: 'us-else-9' }), /does not lie in the region us-else-9/);
  });

  it('a server that denies the access, or cannot serve now', async () => {
    proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' });
    for (const work of [
      () => write(),
      () => write({}, {}, Buffer.from('small')),
      () => place().list(),
      () => place().publish(manifestOf(ID)),
      () => place().remove(ID),
      () => place().read(manifestOf(ID), manifestPart),
    ])
      expect((await failure(work())).details.why).toMatch(/denies the access \(AccessDenied\)/);
    proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /partNumber=3/);
    await refused(write(), /denies the access/);
    proxy.fault({ kind: 'refuse', status: 503, code: 'SlowDown' });
    expect((await failure(write())).details.why).toMatch(/cannot serve now: 503 SlowDown/);
    // Once is not a failure.
    proxy.fault({ kind: 'refuse', status: 503, code: 'SlowDown' }, /partNumber=3/, 1);
    expect((await write()).sha256).toBe(sha256(LARGE));
  });

  it('a server that nobody reaches', async () => {
    const closed = await startFaultProxy(1);
    await closed.close();
    await refused(write({ endpoint: closed.url }), /127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED/);
    await refused(write({ endpoint: 'http://user:pass@s3.invalid' }), /^s3\.invalid cannot be reached: E/);
  });

  it('a line that is cut while it sends', async () => {
    proxy.fault({ kind: 'cut-sent', after: 4 * MIB }, /partNumber=3/);
    await refused(write(), /cut the connection/);
    // Cut once, it goes on.
    proxy.fault({ kind: 'cut-sent', after: 4 * MIB }, /partNumber=3/, 1);
    expect((await write()).sha256).toBe(sha256(LARGE));
  });

  it('a server that says nothing more, within the time that was set', async () => {
    for (const [on, content] of [
      [/uploads/, LARGE],
      [/partNumber=2/, LARGE],
      [/^PUT/, Buffer.from('small')],
    ] as const) {
      proxy.fault({ kind: 'stall' }, on);
      const begin = Date.now();
      expect((await failure(write({}, IMPATIENT, content))).details.why).toMatch(/did not answer in time/);
      expect(proxy.requests.filter((line) => on.test(line) && line.startsWith('P')).length).toBeLessThan(8);
      // Two tries of a second each, with much room for a slow machine.
      expect(Date.now() - begin).toBeLessThan(20_000);
      proxy.clear();
      expect(await server.unfinished()).toEqual([]);
    }
  });

  it('content that breaks off, in its own words', async () => {
    const own = new UserError('RB-BACKUP-FAILED', { what: 'the dump failed', remedy: 'none' });
    async function* broken(error: Error, bytes: number): AsyncGenerator<Buffer> {
      yield* slices(LARGE.subarray(0, bytes));
      throw error;
    }
    for (const bytes of [0, 5, 20 * MIB]) {
      const body = Readable.from(broken(own, bytes), { objectMode: false });
      expect(await failure(place().write(ID, 'db.zst', body, LARGE.length))).toBe(own);
      expect(await server.keys()).toEqual([]);
      expect(await server.unfinished()).toEqual([]);
    }
    await refused(place().write(ID, 'db.zst', Readable.from(broken(new Error('gone'), MIB)), null), /^gone$/);
    const early = new PassThrough();
    early.destroy(own);
    expect(await failure(place().write(ID, 'db.zst', early, null))).toBe(own);
    const closed = stream(LARGE);
    closed.once('data', () => closed.destroy());
    await refused(place().write(ID, 'db.zst', closed, null), /./);
  });

  it('a failure while the content says nothing', async () => {
    proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /partNumber=1/);
    async function* silent(): AsyncGenerator<Buffer> {
      yield* slices(LARGE.subarray(0, 9 * MIB));
      await new Promise(() => undefined);
    }
    const content = Readable.from(silent(), { objectMode: false });
    await refused(place({}, IMPATIENT).write(ID, 'db.zst', content, null), /denies the access/);
    expect(content.destroyed).toBe(true);
  });

  it('an object of another size than what was sent', async () => {
    proxy.fault({ kind: 'refuse', status: 200, code: '' }, /^HEAD/);
    const error = await failure(write({}, {}, Buffer.from('small')));
    expect(error.message).toMatch(/RB-STORAGE-FAILED: .*\n.* bytes instead of 5/);
  });
});

const manifestPart: Part = { file: 'db.zst', bytes: LARGE.length, sha256: sha256(LARGE) };

it('takes no more memory for more bytes', async () => {
  const block = randomBytes(MIB);
  function* blocks(count: number): Generator<Buffer> {
    for (let i = 0; i < count; i++) {
      block.writeUInt32BE(i);
      yield Buffer.from(block);
    }
  }
  /** By how much the process was larger at its largest than before, in MiB. */
  async function growth(count: number): Promise<number> {
    const begin = process.memoryUsage.rss();
    let most = begin;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
    const direct = place({ endpoint: `http://127.0.0.1:${server.port}` });
    const part = await direct.write(ID, 'db.zst', Readable.from(blocks(count), { objectMode: false }), null);
    clearInterval(timer);
    expect(part.bytes).toBe(count * MIB);
    return Math.round((most - begin) / MIB);
  }
  const [little, much] = [await growth(100), await growth(400)];
  console.log(`most memory while it sent 100 MiB: +${little} MiB; 400 MiB: +${much} MiB`);
  expect(much).toBeLessThan(150);
});

describe('reads', () => {
  const manifest = manifestOf(ID, [manifestPart]);
  const read = (limits: Partial<S3Limits> = IMPATIENT) => place({}, limits).read(manifest, manifestPart);
  beforeEach(() => server.put(`nightly/acme/${ID}/db.zst`, LARGE));

  it('on after the line was cut', async () => {
    proxy.fault({ kind: 'cut-answer', after: 20 * MIB }, /db\.zst/, 1);
    expect(sha256(await buffer(await read()))).toBe(manifestPart.sha256);
    expect(proxy.requests.filter((line) => line.includes('db.zst'))).toHaveLength(2);
  });

  it('nothing to its end of what is always cut, or stalls', async () => {
    proxy.fault({ kind: 'cut-answer', after: MIB }, /db\.zst/);
    await keeps(buffer(await read()), /cut the connection/);
    proxy.fault({ kind: 'stall-answer', after: MIB }, /db\.zst/);
    await keeps(buffer(await read()), /did not answer in time/);
    proxy.fault({ kind: 'stall' }, /db\.zst/);
    await keeps(read(), /did not answer in time/);
  });

  it('no rest of another object', async () => {
    proxy.fault({ kind: 'cut-answer', after: 20 * MIB }, /db\.zst/, 1);
    const content = await read();
    await server.put(`nightly/acme/${ID}/db.zst`, randomBytes(30 * MIB));
    await keeps(buffer(content), /412 PreconditionFailed/);
  });

  it('for somebody who is slower than a stall', async () => {
    const content = await read({ stallMs: 500, attempts: 1 });
    let bytes = 0;
    for await (const chunk of content) {
      if (bytes === 0) await sleep(2000);
      bytes += chunk.length;
    }
    expect(bytes).toBe(LARGE.length);
  });

  it('no more once nobody wants it', async () => {
    const content = await read();
    await once(content, 'readable');
    content.destroy();
    await once(content, 'close');
    expect(proxy.requests.filter((line) => line.includes('db.zst'))).toHaveLength(1);
  });

  async function keeps(work: Promise<unknown>, why: RegExp): Promise<void> {
    const error = await failure(work);
    expect(error.code).toBe('RB-STORAGE-FAILED');
    expect(error.details.why).toMatch(why);
  }
});
