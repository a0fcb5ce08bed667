/** Lists of objects that a server gives only in part: no backup is taken for litter, and none for the newest. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Destination } from '../../../actions/lib/backup/s3';
import type { S3Connection } from '../../../actions/lib/backup/s3-client';
import { litterIn } from '../../../actions/lib/backup/s3-litter';
import { manifest, part } from '../restore/manifests';

const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
const former = { ...process.env };
let server: Server;
let versioning = '';
/** Pages of a list that comes to its end; none: the list is cut off. */
let listed: string[] = [];
/** Empty: the right one. */
let date = '';
const SETTINGS = { bucket: 'b', prefix: '', region: 'us-east-1', pathStyle: true };

beforeAll(async () => {
  Object.assign(process.env, KEYS);
  server = createServer((request, response) => {
    if (date !== '') response.setHeader('date', date);
    if (request.url?.includes('versioning')) {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(`<VersioningConfiguration><Status>${versioning}</Status></VersioningConfiguration>`);
      return;
    }
    if (listed.length > 0) {
      const page = Number(/continuation-token=(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
      const more = page + 1 < listed.length;
      const next = more ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : '';
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(`<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${listed[page]}</ListBucketResult>`);
      return;
    }
    const listing = request.url?.includes('list-type=2') === true;
    response.writeHead(listing ? 200 : 404, { 'content-type': 'application/xml' });
    response.end(
      listing
        ? '<ListBucketResult><IsTruncated>true</IsTruncated><CommonPrefixes><Prefix>shop/20260101T000000Z/</Prefix></CommonPrefixes></ListBucketResult>'
        : '<Error><Code>NoSuchKey</Code></Error>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const key of Object.keys(KEYS)) {
    if (former[key] === undefined) delete process.env[key];
    else process.env[key] = former[key];
  }
  server.close();
});

function place() {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return s3Destination({ ...SETTINGS, endpoint }, 'shop');
}

it('a bucket that keeps versions frees nothing by a removal, and that is said', async () => {
  for (const [status, said] of [
    ['Enabled', expect.stringMatching(/the bucket keeps versions, so removed backups still take room/)],
    ['Suspended', expect.stringContaining('NoncurrentVersionExpiration')],
    ['', null],
  ] as const) {
    versioning = status;
    expect(await place().afterRemoval()).toEqual(said);
  }
});

it('a list that is cut off without a word on how it goes on is none', async () => {
  await expect(place().survey()).rejects.toThrow(/RB-STORAGE-FAILED[\s\S]*cut off the list/);
});

it('a folder with a manifest is never litter, whatever the server said of the manifest before', async () => {
  const old = new Date('2026-01-01');
  const objects = ['a/manifest.json', 'a/db.zst', 'b/db.zst'].map((key) => ({
    Key: `shop/2026010${key.startsWith('a') ? 1 : 2}T000000Z/${key.slice(2)}`,
    LastModified: old,
  }));
  const s3 = {
    listObjectsV2: async () => ({ Contents: objects, IsTruncated: false }),
    listMultipartUploads: async () => ({}),
  };
  const connection = { s3 } as unknown as S3Connection;
  expect(await litterIn(connection, { Bucket: 'b', folder: 'shop' }, new Set(), Date.now())).toEqual([
    '20260102T000000Z',
  ]);
});

it.each([
  ['ahead', 5 * 24 * 3600 * 1000],
  ['right', 0],
])("the server's clock is read from any answer, a refusal too: %s", async (_what, by) => {
  date = new Date(Date.now() + by).toUTCString();
  const ahead = await place().ahead();
  expect(Math.abs((ahead ?? Number.NaN) - by)).toBeLessThan(60_000);
});

it('a server that tells no time, or that is not there, is no witness', async () => {
  date = 'tomorrow';
  expect(await place().ahead()).toBeNull();
  const nowhere = s3Destination({ ...SETTINGS, endpoint: 'http://127.0.0.1:1' }, 'shop', { attempts: 1 });
  expect(await nowhere.ahead()).toBeNull();
});

it('files of backups are compared with their manifest, page by page, and a list without an end is no list', async () => {
  const all = [manifest('20260101T000000Z'), manifest('20260102T000000Z')];
  listed = [
    `<Contents><Key>shop/20260101T000000Z/${part.file}</Key><Size>${part.bytes}</Size></Contents>`,
    `<Contents><Key>shop/20260102T000000Z/${part.file}</Key><Size>3</Size></Contents>`,
  ];
  expect(await place().incomplete(all)).toEqual([
    { id: '20260102T000000Z', why: `its file ${part.file} has 3 bytes instead of 1000` },
  ]);
  listed = [];
  await expect(place().incomplete(all)).rejects.toThrow(/RB-STORAGE-FAILED[\s\S]*cut off the list/);
});
