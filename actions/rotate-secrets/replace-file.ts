/** A file of the checkout gets another content. */
import { realpath, rename, rm, writeFile } from 'node:fs/promises';

/** It is the old one or the new one, and never a part of one. A link to it stays a link. */
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
