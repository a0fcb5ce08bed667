/** A form with one file in it (RFC 7578), sent as it comes. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Body } from './http';

interface UploadedFile {
  /** Letters, digits, dot and dash. */
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** @param field of the form @returns a body whose content fails where the file has other than the promised bytes */
export function multipart(field: string, { name, bytes, content }: UploadedFile): Body {
  // No file has it by chance: 122 random bits.
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
