/** Packs the archive of uploaded files that the host's script reads, and the list that names all of them. */
import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import type { UploadedFile } from '../../config/files';
import { UserError } from '../../errors';
import { dockerConfig } from './login';
import type { RegistryLogin } from './types';

interface Payload {
  readonly archive: Buffer;
  /** Path → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  readonly filesList: string;
  /** Bytes of file content in the archive, which holds only content that the host does not have. */
  readonly sent: number;
}

/**
 * @param present path → SHA-256 of files on the host; their content is left out
 * @throws {UserError} RB-FILE-MISSING for a path that lies outside the directory or cannot be listed
 */
export async function packPayload(
  uploaded: readonly UploadedFile[],
  present: Readonly<Record<string, string>>,
  logins: readonly RegistryLogin[],
): Promise<Payload> {
  const files: Record<string, string> = {};
  const lines: string[] = [];
  const blobs = new Map<string, Buffer>();
  for (const { path, content, mode } of [...uploaded].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    requirePath(path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    files[path] = sha256;
    lines.push(fileLine(sha256, mode, path));
    if (present[path] !== sha256) blobs.set(sha256, content);
  }
  const filesList = lines.join('');
  const archive = pack();
  archive.entry({ name: 'files.list', mode: 0o600 }, filesList);
  for (const [sha256, content] of blobs) archive.entry({ name: `blobs/${sha256}`, mode: 0o600 }, content);
  logins.forEach((login, index) => {
    archive.entry({ name: `logins/${index}/config.json`, mode: 0o600 }, dockerConfig([login]));
  });
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const sent = [...blobs.values()].reduce((sum, content) => sum + content.length, 0);
  return { archive: Buffer.concat(chunks), files, filesList, sent };
}

/** One line of `files.list`. The path comes last and may hold anything but a line break. */
function fileLine(sha256: string, mode: number, path: string): string {
  return `${sha256} ${(mode & 0o777).toString(8).padStart(3, '0')} ${path}\n`;
}

function requirePath(path: string): void {
  const parts = path.split('/');
  const inside = parts.every((part) => part !== '' && part !== '.' && part !== '..') && parts[0] !== '.runbook';
  if (inside && !/[\n\r\0]/.test(path)) return;
  throw new UserError('RB-FILE-MISSING', {
    what: `${JSON.stringify(path)} cannot be uploaded`,
    why: 'a path must lie below the folder of runbook.yml, outside .runbook, without "..", empty parts and line breaks',
    remedy: 'correct it in runbook.yml',
  });
}
