/** A form with one file (RFC 7578), whose content is sent while it is read. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Body } from './http';

interface UploadedFile {
  /** Letters, digits, dot and dash. */
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * @param field name of the form's field
 * @returns a body whose content fails if the file is longer or shorter than promised
 */
export function multipart(field: string, { name, bytes, content }: UploadedFile): Body {
  // With 122 random bits, no file contains the boundary by chance.
  const boundary = `runbook-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* framed(): AsyncGenerator<Uint8Array> {
    yield head;
    let sent = 0;
    for await (const chunk of content) {
      sent += chunk.length;
      if (sent > bytes) break;
      yield chunk;
    }
    if (sent !== bytes) throw new Error(`${name} does not have ${bytes} bytes`);
    yield tail;
  }
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: head.length + bytes + tail.length,
    content: Readable.from(framed(), { objectMode: false }),
  };
}
