/** Damage to a finished backup, wherever it is, is found before anything of it is used. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest, Part } from '../../../actions/lib/backup/manifest';
import { ship } from '../../../actions/lib/backup/ship';
import { folderDestination, folderSource } from '../../../actions/lib/backup/source';
import { feedOf } from '../../../actions/lib/restore/feed';

const ID = '20261124T010203Z';
const PLAIN = Buffer.concat([randomBytes(60_000), Buffer.alloc(60_000, 'what zstd makes small ')]);

const manifest: Manifest = {
  stack: 'acme',
  id: ID,
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
  volumes: [],
  qdrant: [],
  brokers: [],
  bare: null,
  accepted: null,
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook-damage-'));
});
afterAll(() => rmSync(root, { recursive: true }));

async function stored(recipients: readonly string[]): Promise<{ part: Part; content: Buffer; path: string }> {
  const packed = zstdCompressSync(PLAIN);
  const place = folderDestination(root, 'acme');
  const content = Readable.from([packed], { objectMode: false });
  const shipped = await ship({ id: ID, file: 'db.dump.zst', bytes: packed.length, content, recipients }, [place]);
  const [part] = shipped.stored;
  if (part === undefined) throw new Error('nothing was stored');
  const path = join(root, 'acme', ID, part.file);
  return { part, content: await buffer(await folderSource(root, 'acme').read(manifest, part)), path };
}

async function read(part: Part, identity: string | null): Promise<Buffer> {
  const { stream, proven } = await feedOf(folderSource(root, 'acme'), manifest, part, identity);
  const content = await buffer(stream);
  await proven();
  return content;
}

function damaged(content: Buffer, round: number): Buffer {
  if (round % 2 === 0) return content.subarray(0, randomInt(content.length));
  const copy = Buffer.from(content);
  const at = randomInt(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << randomInt(8));
  return copy;
}

describe.each(['as it is', 'encrypted'])('%s', (how) => {
  it('is found in 500 of 500 truncations and turned bits, and in none that is whole', async () => {
    const identity = how === 'encrypted' ? await generateX25519Identity() : null;
    const { part, content, path } = await stored(identity === null ? [] : [await identityToRecipient(identity)]);
    expect((await read(part, identity)).equals(PLAIN)).toBe(true);
    const missed: number[] = [];
    for (let round = 0; round < 500; round++) {
      writeFileSync(path, damaged(content, round));
      await read(part, identity).then(
        () => missed.push(round),
        () => {},
      );
    }
    expect(missed).toEqual([]);
    writeFileSync(path, content);
    expect((await read(part, identity)).equals(PLAIN)).toBe(true);
  });
});
