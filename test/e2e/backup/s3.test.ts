/** A bucket as a place for backups: what it keeps, and how it is read over a line that breaks. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { S3Limits } from '../../../actions/lib/backup/s3-client';
import { feedOf } from '../../../actions/lib/restore/feed';
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
  stream,
} from './bucket';

describe('a bucket keeps', () => {
  it('the written files, once the manifest lies beside them', async () => {
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
    expect(proxy.requests.filter((line) => line.includes('partNumber='))).toHaveLength(9);
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
    const content = stream(LARGE);
    await expect(place().write('..', 'db.zst', content, null)).rejects.toThrow();
    expect(content.destroyed).toBe(true);
  });

  it('an error for a missing file as for an unknown backup', async () => {
    const error = await failure(place().read(manifestOf(ID), { file: 'gone', bytes: 1, sha256: '' }));
    expect(error.code).toBe('RB-BACKUP-UNKNOWN');
    expect(error.message).toContain(`s3://backups/nightly/acme/${ID}/gone`);
  });
});

describe('a bucket reads', () => {
  const manifest = manifestOf(ID, [manifestPart]);
  const read = (limits: Partial<S3Limits> = IMPATIENT) => place({}, limits).read(manifest, manifestPart);
  beforeEach(() => server.put(`nightly/acme/${ID}/db.zst`, LARGE));

  it('on after the connection was cut', async () => {
    proxy.fault({ kind: 'cut-answer', after: 20 * MIB }, /db\.zst/, 1);
    expect(sha256(await buffer(await read()))).toBe(manifestPart.sha256);
    expect(proxy.requests.filter((line) => line.includes('db.zst'))).toHaveLength(2);
  });

  it('nothing to its end from a connection that is always cut, or stalls', async () => {
    proxy.fault({ kind: 'cut-answer', after: MIB }, /db\.zst/);
    await keeps(buffer(await read()), /cut the connection/);
    proxy.fault({ kind: 'stall-answer', after: MIB }, /db\.zst/);
    await keeps(buffer(await read()), /did not answer in time/);
    proxy.fault({ kind: 'stall' }, /db\.zst/);
    await keeps(read(), /did not answer in time/);
  });

  it('no remainder of another object', async () => {
    proxy.fault({ kind: 'cut-answer', after: 20 * MIB }, /db\.zst/, 1);
    const content = await read();
    await server.put(`nightly/acme/${ID}/db.zst`, randomBytes(30 * MIB));
    await keeps(buffer(content), /412 PreconditionFailed/);
  });

  it('for a reader that is slower than a stall', async () => {
    const content = await read({ stallMs: 500, attempts: 1 });
    let bytes = 0;
    for await (const chunk of content) {
      if (bytes === 0) await sleep(2000);
      bytes += chunk.length;
    }
    expect(bytes).toBe(LARGE.length);
  });

  it('no more once the reader has ended', async () => {
    const content = await read();
    await once(content, 'readable');
    content.destroy();
    await once(content, 'close');
    await vi.waitFor(() => expect(proxy.answering).toBe(0), 10_000);
    expect(proxy.requests.filter((line) => line.includes('db.zst'))).toHaveLength(1);
  });

  async function keeps(work: Promise<unknown>, why: RegExp): Promise<void> {
    const error = await failure(work);
    expect(error.code).toBe('RB-STORAGE-FAILED');
    expect(error.details.why).toMatch(why);
  }
});
