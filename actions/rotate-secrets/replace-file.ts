/** Replaces the content of a file of the checkout. */
import { realpath, rename, rm, writeFile } from 'node:fs/promises';

/** The file always has the old or the new content, never a part. A link to it stays a link. */
export async function replaceFile(path: string, content: Buffer): Promise<void> {
  const file = await realpath(path);
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, content);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}
