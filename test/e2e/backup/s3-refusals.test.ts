/** A bucket as a place for backups: what every failure on the way to it leaves there, which is nothing, and what it says. */
import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { S3Limits } from '../../../actions/lib/backup/s3-client';
import type { S3Settings } from '../../../actions/lib/config/sections/s3';
import { UserError } from '../../../actions/lib/errors';
import { startS3 } from '../../lab/s3';
import { startFaultProxy } from '../../lab/s3-faults';
import {
  failure,
  ID,
  IMPATIENT,
  LARGE,
  MIB,
  manifestOf,
  manifestPart,
  place,
  proxy,
  server,
  sha256,
  slices,
  stream,
} from './bucket';

/** It failed for this reason, and nothing of it lies in the bucket. */
async function refused(work: Promise<unknown>, why: RegExp): Promise<UserError> {
  const error = await failure(work);
  expect(error.code).toBe('RB-STORAGE-FAILED');
  expect(error.details.why).toMatch(why);
  expect(await server.keys()).not.toContain(`nightly/acme/${ID}/db.zst`);
  expect(await server.unfinished()).toEqual([]);
  return error;
}

const write = (settings: Partial<S3Settings> = {}, limits: Partial<S3Limits> = IMPATIENT, content = LARGE) =>
  place(settings, limits).write(ID, 'db.zst', stream(content), null);

// The first of all, because only then the SDK is still to be loaded.
it('an upload explains content that breaks off before it is read, with the error of the content', async () => {
  const own = new UserError('RB-BACKUP-FAILED', { what: 'the dump failed', remedy: 'none' });
  const early = new PassThrough();
  process.nextTick(() => early.destroy(own));
  expect(await failure(place().write(ID, 'db.zst', early, null))).toBe(own);
});

it('a place explains a bucket that does not exist', async () => {
  const error = await refused(write({ bucket: 'elsewhere' }), /has no bucket elsewhere/);
  expect(error.details.what).toBe(`db.zst could not be stored in s3://elsewhere/nightly/acme/${ID}`);
  await refused(write({ bucket: 'elsewhere' }, {}, Buffer.from('small')), /has no bucket elsewhere/);
  await refused(place({ bucket: 'elsewhere' }).list(), /has no bucket elsewhere/);
  await refused(place({ bucket: 'elsewhere' }).read(manifestOf(ID), manifestPart), /has no bucket elsewhere/);
  await refused(place({ bucket: 'elsewhere' }).publish(manifestOf(ID)), /has no bucket elsewhere/);
  await refused(place({ bucket: 'elsewhere' }).remove(ID), /has no bucket elsewhere/);
});

it('a place explains missing or wrong credentials', async () => {
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

it('a place explains a region that is not the one of the bucket', async () => {
  await refused(write({ region: 'us-else-9' }), /does not lie in the region us-else-9/);
});

it('a place explains a server that denies the access, or cannot serve now', async () => {
  proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' });
  for (const work of [
    () => write(),
    () => write({}, {}, Buffer.from('small')),
    () => place().list(),
    () => place().publish(manifestOf(ID)),
    () => place().read(manifestOf(ID), manifestPart),
  ])
    expect((await failure(work())).details.why).toMatch(/denies the access \(AccessDenied\)/);
  // Credentials that may only write are no failure of a backup; the caller says that nothing was removed.
  expect(await place().remove(ID)).toBe(false);
  proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /partNumber=3/);
  await refused(write(), /denies the access/);
  proxy.fault({ kind: 'refuse', status: 503, code: 'SlowDown' });
  expect((await failure(write())).details.why).toMatch(/cannot serve now: 503 SlowDown/);
  // Once is not a failure.
  proxy.fault({ kind: 'refuse', status: 503, code: 'SlowDown' }, /partNumber=3/, 1);
  expect((await write()).sha256).toBe(sha256(LARGE));
});

it('a place explains a server that cannot be reached', async () => {
  const closed = await startFaultProxy(1);
  await closed.close();
  await refused(write({ endpoint: closed.url }), /127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED/);
  await refused(write({ endpoint: 'http://user:pass@s3.invalid' }), /^s3\.invalid cannot be reached: E/);
});

it('an upload explains a server that ends while it sends', async () => {
  const mortal = await startS3();
  async function* dying(): AsyncGenerator<Buffer> {
    yield* slices(LARGE.subarray(0, 20 * MIB));
    await mortal.stop();
    yield* slices(LARGE.subarray(20 * MIB));
  }
  Object.assign(process.env, mortal.credentials);
  const endpoint = `http://127.0.0.1:${mortal.port}`;
  const content = Readable.from(dying(), { objectMode: false });
  const error = await failure(place({ endpoint }, IMPATIENT).write(ID, 'db.zst', content, null));
  expect(error.details.why).toMatch(/cut the connection|cannot be reached: ECONNREFUSED/);
});

it('an upload explains a connection that is cut while it sends', async () => {
  proxy.fault({ kind: 'cut-sent', after: 4 * MIB }, /partNumber=3/);
  await refused(write(), /cut the connection/);
  // Cut once, it goes on.
  proxy.fault({ kind: 'cut-sent', after: 4 * MIB }, /partNumber=3/, 1);
  expect((await write()).sha256).toBe(sha256(LARGE));
});

it('an upload explains data that were damaged on the way', async () => {
  proxy.fault({ kind: 'damage' }, /partNumber=3/);
  await refused(write(), /the data that arrived there differ from the data that were sent/);
  proxy.fault({ kind: 'damage' }, /^PUT/);
  await refused(write({}, {}, Buffer.from('small')), /the data that arrived there differ from the data that were sent/);
});

it('parts that could not be aborted are aborted when the backup is removed', async () => {
  proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /partNumber=3|^DELETE/);
  expect((await failure(write())).details.why).toMatch(/denies the access/);
  expect(await server.unfinished()).toEqual([`nightly/acme/${ID}/db.zst`]);
  proxy.clear();
  await place().remove('20261124T010203');
  expect(await server.unfinished()).toHaveLength(1);
  await place().remove(ID);
  expect(await server.unfinished()).toEqual([]);
  // Where nobody may see them, a backup is removed all the same.
  proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /uploads/);
  await place().remove(ID);
});

it('parts that outlive their abortion are aborted until none is left', async () => {
  // As S3 has it of a part that was still on its way: taken, but not gone.
  proxy.fault({ kind: 'refuse', status: 204, code: '' }, /^DELETE/, 2);
  async function* broken(): AsyncGenerator<Buffer> {
    yield* slices(LARGE.subarray(0, 20 * MIB));
    throw new Error('gone');
  }
  await refused(place().write(ID, 'db.zst', Readable.from(broken(), { objectMode: false }), null), /^gone$/);
});

it('an unknown error is shown in the words of the server, but without keys', async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = server.credentials;
  const message = `odd: ${AWS_ACCESS_KEY_ID} ${AWS_SECRET_ACCESS_KEY} AKIAIOSFODNN7EXAMPLE`;
  proxy.fault({ kind: 'refuse', status: 400, code: 'OddRequest', message });
  expect((await failure(place().list())).details.why).toMatch(/: 400 OddRequest: odd: \*\*\* \*\*\* \*\*\*$/);
});

it('a server that no longer answers is given up within the time limit', async () => {
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

it('an upload explains content that breaks off, with the error of the content', async () => {
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
  const closed = stream(LARGE);
  closed.once('data', () => closed.destroy());
  await refused(place().write(ID, 'db.zst', closed, null), /./);
});

it('a failure is reported while the content is silent', async () => {
  proxy.fault({ kind: 'refuse', status: 403, code: 'AccessDenied' }, /partNumber=1/);
  async function* silent(): AsyncGenerator<Buffer> {
    yield* slices(LARGE.subarray(0, 9 * MIB));
    await new Promise(() => undefined);
  }
  const content = Readable.from(silent(), { objectMode: false });
  await refused(place({}, IMPATIENT).write(ID, 'db.zst', content, null), /denies the access/);
  expect(content.destroyed).toBe(true);
});

it('an object whose size differs from the sent data is refused', async () => {
  proxy.fault({ kind: 'refuse', status: 200, code: '' }, /^HEAD/);
  const error = await failure(write({}, {}, Buffer.from('small')));
  expect(error.message).toMatch(/RB-STORAGE-FAILED: .*\n.* bytes instead of 5/);
});
