/** A bucket of S3, or of anything that speaks S3, as a place for backups: `<prefix>/<stack>/<id>/<file>`. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Settings } from '../config/sections/s3';
import { UserError } from '../errors';
import { incompleteIn } from './complete';
import { type Manifest, parseManifest } from './manifest';
import { connectS3, DEFAULT_LIMITS, type S3Connection, type S3Limits } from './s3-client';
import { lastingContent } from './s3-content';
import { isMissing, isRefused, storageFailed, whyOneObject } from './s3-errors';
import { litterIn, MANIFEST } from './s3-litter';
import { upload } from './s3-upload';
import { DAMAGED, type Destination, type Survey, type Unreadable } from './source';

/** Prefix of the empty object that reserves a backup's name until the backup is published. */
const CLAIM = '.claim-';
/** Requests at the same time for many small objects. */
const WIDTH = 8;

/** @param limits timeouts and sizes; tests pass short ones, the defaults suit slow servers */
export function s3Destination(settings: S3Settings, stack: string, limits: Partial<S3Limits> = {}): Destination {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const { bucket: Bucket } = settings;
  const folder = [...settings.prefix.split('/').filter((name) => name !== ''), stack].join('/');
  const name = `s3://${Bucket}/${folder}`;
  let connection: Promise<S3Connection> | null = null;
  const connected = (): Promise<S3Connection> => {
    connection ??= connectS3(settings, bounds);
    return connection;
  };
  /** Does the work, and explains a failure. */
  const explained = async <T>(what: string, work: (connection: S3Connection) => Promise<T>): Promise<T> => {
    try {
      return await work(await connected());
    } catch (error) {
      throw storageFailed(what, error, settings);
    }
  };
  /** Objects whose keys begin with the prefix, or with a delimiter its folders; page by page. */
  async function* objects({ s3 }: S3Connection, prefix: string, delimiter?: string) {
    let token: string | undefined;
    do {
      const page = await s3.listObjectsV2({
        Bucket,
        Prefix: prefix,
        MaxKeys: bounds.pageSize,
        Delimiter: delimiter,
        ContinuationToken: token,
      });
      yield page;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      // The newest backups come last: without them an older one would count as the latest.
      if (page.IsTruncated === true && token === undefined)
        throw new Error('the server cut off the list of objects, and does not say how it goes on');
    } while (token !== undefined);
  }
  async function* pages(connection: S3Connection, prefix: string, delimiter?: string): AsyncGenerator<string[]> {
    for await (const page of objects(connection, prefix, delimiter))
      yield delimiter === undefined
        ? (page.Contents ?? []).flatMap(({ Key }) => Key ?? [])
        : (page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []);
  }
  /** An unfinished backup, or one that is being removed, has no manifest. */
  const manifestIn = async ({ s3 }: S3Connection, prefix: string): Promise<Manifest | Unreadable | null> => {
    const id = prefix.slice(folder.length + 1, -1);
    try {
      const { Body } = await s3.getObject({ Bucket, Key: `${prefix}${MANIFEST}` });
      return parseManifest((await Body?.transformToString()) ?? '', stack) ?? { id, why: DAMAGED };
    } catch (error) {
      if (isMissing(error)) return null;
      const why = whyOneObject(error, settings);
      if (why === null) throw error;
      firstRefusal ??= error;
      return { id, why };
    }
  };
  let firstRefusal: unknown = null;
  const survey = (): Promise<Survey> =>
    explained(`the backups in ${name} could not be listed`, async (connection) => {
      const manifests: Manifest[] = [];
      const unreadable: Unreadable[] = [];
      firstRefusal = null;
      for await (const page of pages(connection, `${folder}/`, '/')) {
        const ids = page.filter((prefix) => /\/\d{8}T\d{6}Z\/$/.test(prefix));
        await each(ids, async (prefix) => {
          const found = await manifestIn(connection, prefix);
          if (found !== null && 'why' in found) unreadable.push(found);
          else if (found !== null) manifests.push(found);
        });
      }
      // If not one manifest can be read, the cause is not a single object.
      if (manifests.length === 0 && firstRefusal !== null) throw firstRefusal;
      const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
      return { manifests: manifests.sort(byId), unreadable: unreadable.sort(byId) };
    });

  /** Called once the backup is published. With credentials that may not remove anything, the empty object stays. */
  const unclaim = async (connection: S3Connection, prefix: string): Promise<void> => {
    try {
      for await (const keys of pages(connection, prefix))
        await each(keys, (Key) => removeObject(connection, Bucket, Key));
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  };

  const remove = (id: string): Promise<boolean> =>
    explained(`the backup ${id} could not be removed from ${name}`, async (connection) => {
      const prefix = keyOf(folder, id, '');
      try {
        await removeObject(connection, Bucket, `${prefix}${MANIFEST}`);
      } catch (error) {
        // These credentials may only write, or the objects are locked: what is there cannot be removed.
        if (isRefused(error)) return false;
        throw error;
      }
      for await (const keys of pages(connection, prefix))
        await each(keys, (Key) => removeObject(connection, Bucket, Key));
      await abandonUploads(connection, Bucket, prefix);
      return true;
    });

  return {
    name,
    path: () => null,
    survey,
    list: async () => (await survey()).manifests,
    incomplete: (manifests) =>
      explained(`the files of the backups in ${name} could not be listed`, async (connection) => {
        const sizes = new Map<string, Map<string, number>>();
        for await (const page of objects(connection, `${folder}/`))
          for (const { Key = '', Size = 0 } of page.Contents ?? []) {
            const [id = '', file = ''] = Key.slice(folder.length + 1).split('/');
            sizes.set(id, (sizes.get(id) ?? new Map()).set(file, Size));
          }
        return incompleteIn(manifests, sizes);
      }),
    read: async (manifest, { file }) => {
      const Key = keyOf(folder, manifest.id, file);
      const explain = (error: unknown): UserError =>
        isMissing(error)
          ? new UserError('RB-BACKUP-UNKNOWN', {
              what: `s3://${Bucket}/${Key}, which the manifest names, does not exist`,
              remedy: 'choose another backup, or another place with `from`',
            })
          : storageFailed(`s3://${Bucket}/${Key} could not be read`, error, settings);
      try {
        const { reading } = await connected();
        const { Body, ContentLength = null, ETag } = await reading.getObject({ Bucket, Key });
        // Makes sure that the rest comes from the same object.
        const same = ETag === undefined ? {} : { IfMatch: ETag };
        const open = async (from: number): Promise<Readable> => {
          const rest = await reading.getObject({ Bucket, Key, Range: `bytes=${from}-`, ...same });
          if (rest.ContentRange?.startsWith(`bytes ${from}-`) === true) return rest.Body as Readable;
          (rest.Body as Readable).destroy();
          throw new Error('aborted, and the server cannot continue from the middle');
        };
        return lastingContent(Body as Readable, ContentLength, open, bounds, explain);
      } catch (error) {
        throw explain(error);
      }
    },
    write: async (id, file, content, bytes) => {
      // An error before the first read must not crash the process; the reader gets it later.
      content.on('error', () => undefined);
      try {
        return await explained(`${file} could not be stored in ${name}/${id}`, async (connection) => {
          const stored = await upload(connection, { Bucket, Key: keyOf(folder, id, file) }, content, bytes);
          return { file, ...stored };
        });
      } finally {
        content.destroy();
      }
    },
    discard: async (id, file) => {
      try {
        await removeObject(await connected(), Bucket, keyOf(folder, id, file));
      } catch {
        // The object is removed with its backup.
      }
    },
    claim: async (id) => {
      try {
        const connection = await connected();
        const Key = keyOf(folder, id, `${CLAIM}${randomUUID()}`);
        await connection.s3.putObject({ Bucket, Key, Body: id, ChecksumAlgorithm: 'CRC32' });
        // The second run sees the first one's claim; if both see each other, both take another name.
        for await (const keys of pages(connection, keyOf(folder, id, '')))
          if (keys.some((key) => key !== Key)) {
            await removeObject(connection, Bucket, Key);
            return false;
          }
      } catch {
        // If the failure matters, the upload of the parts meets it too and reports it.
      }
      return true;
    },
    publish: (manifest) =>
      explained(`the manifest of ${manifest.id} could not be stored in ${name}`, async ({ s3 }) => {
        const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
        const target = { Bucket, Key: keyOf(folder, manifest.id, MANIFEST) };
        await s3.putObject({ ...target, Body: text, ContentType: 'application/json', ChecksumAlgorithm: 'CRC32' });
        await unclaim(await connected(), keyOf(folder, manifest.id, CLAIM));
      }),
    remove,
    ahead: async () => {
      try {
        const connection = await connected();
        await connection.s3.headBucket({ Bucket }).catch(() => {});
        return connection.ahead();
      } catch {
        return null;
      }
    },
    sweep: async (known, before) => {
      try {
        const left = await litterIn(await connected(), { Bucket, folder }, known, before);
        const gone: string[] = [];
        for (const id of left) if (await remove(id)) gone.push(id);
        return gone;
      } catch {
        return [];
      }
    },
    afterRemoval: async () => {
      try {
        const { Status } = await (await connected()).s3.getBucketVersioning({ Bucket });
        return Status === 'Enabled' || Status === 'Suspended'
          ? `${name}: the bucket keeps versions, so removed backups still take room there, and can be brought back, until a lifecycle rule (NoncurrentVersionExpiration) removes them.`
          : null;
      } catch {
        return null;
      }
    },
  };
}

/** One by one, because not every server can remove many objects at once. */
async function removeObject({ s3 }: S3Connection, Bucket: string, Key: string): Promise<void> {
  try {
    await s3.deleteObject({ Bucket, Key });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Ends uploads that a killed run left: nobody sees their parts, but they cost money. */
async function abandonUploads({ s3 }: S3Connection, Bucket: string, Prefix: string): Promise<void> {
  try {
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket, Prefix });
    await each(Uploads, async ({ Key, UploadId }) => {
      if (Key?.startsWith(Prefix)) await s3.abortMultipartUpload({ Bucket, Key, UploadId });
    });
  } catch (error) {
    // The backup is removed all the same. Not every server lists uploads, and not all credentials may list them.
    if (!isRefused(error)) throw error;
  }
}

/** Rejects an empty or foreign ID, which would name more than one backup. */
function keyOf(folder: string, id: string, file: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new Error(`not an ID of a backup: ${id}`);
  return `${folder}/${id}/${file}`;
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
}
