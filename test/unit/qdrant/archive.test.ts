/** Qdrant's full snapshot, whole and in every way not whole. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { eachCollection, readFullSnapshot } from '../../../actions/lib/qdrant/archive';

const DOCS = randomBytes(300_000);
const USERS = randomBytes(1000);
const CONFIG = {
  collections_mapping: { docs: 'docs-1.snapshot', 'my users': 'my users-2.snapshot' },
  collections_aliases: { latest: 'docs' },
};

async function tar(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

const whole = (config: unknown = CONFIG): Promise<Buffer> =>
  tar({ 'docs-1.snapshot': DOCS, 'my users-2.snapshot': USERS, 'config.json': JSON.stringify(config) });

/** In pieces, as a connection brings it. */
function streamOf(bytes: Buffer, error?: Error): Readable {
  return Readable.from(
    (async function* () {
      for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
      if (error !== undefined) throw error;
    })(),
    { objectMode: false },
  );
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

it('an archive names its collections and files, and which file belongs to which collection', async () => {
  const full = await readFullSnapshot(streamOf(await whole()));
  expect(full.collections).toEqual([
    { collection: 'docs', file: 'docs-1.snapshot', bytes: 300_000, sha256: sha256(DOCS) },
    { collection: 'my users', file: 'my users-2.snapshot', bytes: 1000, sha256: sha256(USERS) },
  ]);
  expect(full.aliases).toEqual(new Map([['latest', 'docs']]));
});

it('an archive has no aliases where the server records none', async () => {
  const { collections_mapping } = CONFIG;
  expect((await readFullSnapshot(streamOf(await whole({ collections_mapping })))).aliases).toBeNull();
  const none = await tar({ 'config.json': '{"collections_mapping":{},"collections_aliases":{}}' });
  expect(await readFullSnapshot(streamOf(none))).toEqual({ collections: [], aliases: new Map() });
});

it('an archive passes on each collection completely when it is read again', async () => {
  const bytes = await whole();
  const full = await readFullSnapshot(streamOf(bytes));
  const seen = new Map<string, string>();
  await eachCollection(streamOf(bytes), full, async ({ collection }, content) => {
    const hash = createHash('sha256');
    for await (const chunk of content) hash.update(chunk);
    seen.set(collection, hash.digest('hex'));
  });
  expect(seen).toEqual(
    new Map([
      ['docs', sha256(DOCS)],
      ['my users', sha256(USERS)],
    ]),
  );
});

it('an archive ends its source when its reader has ended', async () => {
  const bytes = await whole();
  const full = await readFullSnapshot(streamOf(bytes));
  const source = streamOf(bytes);
  const refused = eachCollection(source, full, async () => {
    throw new Error('no more');
  });
  await expect(refused).rejects.toThrow('no more');
  expect(source.destroyed).toBe(true);
});

describe('is refused', () => {
  const cut = async (at: number): Promise<Buffer> => (await whole()).subarray(0, at);

  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['cut within a snapshot', () => cut(100_000), /Unexpected end/],
    ['cut within a header', () => cut(512 + 300_032 + 100), /Unexpected end|config\.json/],
    ['cut between two', () => cut(512 + 300_032), /no config\.json/],
    ['empty', async () => Buffer.alloc(0), /no config\.json/],
    ['no tar', async () => randomBytes(5000), /tar header/],
    ['another tar', () => tar({ 'a.txt': 'x' }), /no config\.json/],
    ['a config that is none', () => whole([]), /config\.json is not in the format/],
    ['a config that is no JSON', () => tar({ 'config.json': '{' }), /config\.json is not in the format/],
    [
      'a snapshot less',
      () => tar({ 'docs-1.snapshot': DOCS, 'config.json': JSON.stringify(CONFIG) }),
      /lacks my users-2\.snapshot/,
    ],
    [
      'a snapshot more',
      () => whole({ collections_mapping: { docs: 'docs-1.snapshot' } }),
      /has my users-2\.snapshot, which its config\.json does not name/,
    ],
    ['one for two', () => whole({ collections_mapping: { a: 'docs-1.snapshot', b: 'docs-1.snapshot' } }), /two/],
    ['an alias of nothing', () => whole({ ...CONFIG, collections_aliases: { latest: 'gone' } }), /alias latest/],
  ])('%s', async (_what, make, why) => {
    await expect(readFullSnapshot(streamOf(await make()))).rejects.toThrow(why);
  });

  it.each([0, 1000, 200_000])('a stream that fails after %d bytes, with its own error', async (at) => {
    const stream = streamOf((await whole()).subarray(0, at), new Error('the connection broke'));
    await expect(readFullSnapshot(stream)).rejects.toThrow('the connection broke');
  });

  it('a stream that is ended before its end', async () => {
    const stream = streamOf(await whole());
    stream.once('data', () => stream.destroy());
    await expect(readFullSnapshot(stream)).rejects.toThrow(/Unexpected end|premature/i);
  });

  it('one whose content is another when it is read again', async () => {
    const bytes = await whole();
    const full = await readFullSnapshot(streamOf(bytes));
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    const read = eachCollection(streamOf(bytes), full, async (_one, content) => {
      for await (const _chunk of content);
    });
    await expect(read).rejects.toThrow('read again, docs-1.snapshot has changed');
  });

  it('one that lacks something when it is read again', async () => {
    const full = await readFullSnapshot(streamOf(await whole()));
    const less = await tar({ 'docs-1.snapshot': DOCS, 'config.json': JSON.stringify(CONFIG) });
    const read = eachCollection(streamOf(less), full, async (_one, content) => {
      for await (const _chunk of content);
    });
    await expect(read).rejects.toThrow(/read again, it has no my users-2\.snapshot/);
  });
});
