/**
 * Finds what killed runs left in a bucket: files and parts of files that no manifest names. They are invisible, but
 * cost money.
 */
import type { S3Connection } from './s3-client';

/** The file that makes a folder a backup. */
export const MANIFEST = 'manifest.json';

/**
 * @param folder of the stack, without a slash at its end
 * @param known names of backups that have a manifest, readable or not
 * @param before milliseconds since the epoch, by the server's clock; younger files may belong to a run that goes on
 * @returns names of folders without a manifest in which nothing is younger
 */
export async function litterIn(
  { s3 }: S3Connection,
  { Bucket, folder }: { readonly Bucket: string; readonly folder: string },
  known: ReadonlySet<string>,
  before: number,
): Promise<readonly string[]> {
  const newest = new Map<string, number>();
  const seen = (key: string | undefined, time: Date | undefined): void => {
    const id = /^(\d{8}T\d{6}Z)\//.exec(key?.slice(folder.length + 1) ?? '')?.[1];
    if (id === undefined || !key?.startsWith(`${folder}/`)) return;
    // A folder with a manifest is a backup, even if the server did not give out that manifest a moment ago.
    const at = key.endsWith(`/${MANIFEST}`) ? undefined : time?.getTime();
    newest.set(id, Math.max(newest.get(id) ?? 0, at ?? Number.POSITIVE_INFINITY));
  };
  let token: string | undefined;
  do {
    const page = await s3.listObjectsV2({
      Bucket,
      Prefix: `${folder}/`,
      ContinuationToken: token,
    });
    for (const { Key, LastModified } of page.Contents ?? []) seen(Key, LastModified);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  const { Uploads = [] } = await s3.listMultipartUploads({ Bucket, Prefix: `${folder}/` });
  for (const { Key, Initiated } of Uploads) seen(Key, Initiated);
  return [...newest].filter(([id, time]) => !known.has(id) && time < before).map(([id]) => id);
}
