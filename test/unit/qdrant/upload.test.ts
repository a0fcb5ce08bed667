/** Snapshots on their way to an HTTP server: framed as a form, never more, never less, never in memory. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { greet } from '../../../actions/lib/qdrant/client';
import {
  changeAliases,
  listCollections,
  recoverCollection,
  uploadCollection,
} from '../../../actions/lib/qdrant/collections';
import type { QdrantServer } from '../../../actions/lib/qdrant/http';
import { multipart } from '../../../actions/lib/qdrant/multipart';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<QdrantServer> {
  const started = createServer(handle);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  return { service: 'qdrant', apiKey: 'secret', port, dial: async () => connect(port, '127.0.0.1') };
}

const answer = (response: ServerResponse, result: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status === 200 ? { result, status: 'ok' } : { status: { error: result } }));
};

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

const snapshot = { collection: 'my docs/1', bytes: 6, sha256: 'a'.repeat(64) };

describe('a form', () => {
  it('has exactly the promised length, and the file between its boundaries', async () => {
    const body = multipart('snapshot', { name: 'f.snapshot', bytes: 6, content: chunks('abc', '\r\n-') });
    const sent = (await buffer(body.content)).toString();
    expect(sent).toHaveLength(body.bytes);
    const boundary = /boundary=(\S+)$/.exec(body.type)?.[1] ?? '';
    expect(sent).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="snapshot"; filename="f.snapshot"\r\n` +
        `Content-Type: application/octet-stream\r\n\r\nabc\r\n-\r\n--${boundary}--\r\n`,
    );
  });

  it.each([
    ['less', ['ab']],
    ['more', ['abc', 'defg']],
  ])('fails where the file has %s', async (_what, parts) => {
    const body = multipart('snapshot', { name: 'f', bytes: 6, content: chunks(...parts) });
    await expect(buffer(body.content)).rejects.toThrow('f does not have 6 bytes');
  });
});

it('an upload has its checksum, its key and its length, and can be read by a parser of forms', async () => {
  let seen: { url?: string; key?: unknown; length?: unknown; file?: string } = {};
  const qdrant = await serve(async (request, response) => {
    const { url = '', headers } = request;
    const body = new Blob([new Uint8Array(await buffer(request))]);
    const form = await new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
    const file = form.get('snapshot') as File;
    seen = {
      url,
      key: headers['api-key'],
      length: Number(headers['content-length']) - body.size,
      file: await file.text(),
    };
    answer(response, true);
  });
  await uploadCollection(qdrant, snapshot, 'f.snapshot', chunks('abc', 'def'));
  expect(seen).toEqual({
    url: `/collections/my%20docs%2F1/snapshots/upload?priority=snapshot&wait=true&checksum=${'a'.repeat(64)}`,
    key: 'secret',
    length: 0,
    file: 'abcdef',
  });
});

it('an upload does not read faster than the server takes it', async () => {
  const size = 400 * 2 ** 20;
  let made = 0;
  let slow = 0;
  async function* content(): AsyncGenerator<Uint8Array> {
    const chunk = new Uint8Array(2 ** 20);
    for (; made < size; made += chunk.length) yield chunk;
  }
  const qdrant = await serve((request, response) => {
    request.once('data', () => {
      request.pause();
      setTimeout(() => {
        slow = made;
        request.resume();
      }, 300);
    });
    request.on('end', () => answer(response, true));
  });
  await uploadCollection(qdrant, { ...snapshot, bytes: size }, 'f', content());
  expect(made).toBe(size);
  expect(slow).toBeLessThan(64 * 2 ** 20);
});

describe('a failure says what it is', () => {
  it('refused before all is sent', async () => {
    const qdrant = await serve((_request, response) => answer(response, 'Snapshot is not compatible with it', 400));
    const upload = uploadCollection(qdrant, snapshot, 'f', chunks('abc', 'def'));
    await expect(upload).rejects.toThrow(
      /did not restore my docs\/1\n.*400: Snapshot is not compatible[\s\S]*rename or remove it/,
    );
  });

  it('the content ends early', async () => {
    const qdrant = await serve((request) => request.resume());
    await expect(uploadCollection(qdrant, snapshot, 'f', chunks('abc'))).rejects.toThrow(/f does not have 6 bytes/);
  });

  it('the server goes away', async () => {
    const qdrant = await serve((request) => request.once('data', () => request.socket.destroy()));
    await expect(uploadCollection(qdrant, snapshot, 'f', chunks('abc', 'def'))).rejects.toThrow(/RB-QDRANT-FAILED/);
  });

  it('the key is refused', async () => {
    const qdrant = await serve((_request, response) => answer(response, 'forbidden', 403));
    await expect(listCollections(qdrant)).rejects.toThrow(/api-key-variable/);
    await expect(greet(qdrant)).rejects.toThrow(/did not give a complete snapshot[\s\S]*api-key-variable/);
  });

  it('an answer of another shape', async () => {
    const qdrant = await serve((_request, response) => answer(response, { collections: [{ title: 'x' }] }));
    await expect(listCollections(qdrant)).rejects.toThrow(/in a way that its documentation does not describe/);
  });
});

it('a snapshot goes back through the runner where the server cannot read from itself', async () => {
  const asked: string[] = [];
  const qdrant = await serve(async (request, response) => {
    asked.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`);
    if (request.method === 'PUT') return answer(response, 'HTTP 401', 400);
    if (request.method === 'GET') return response.end('abcdef');
    expect((await buffer(request)).toString()).toContain('\r\nabcdef\r\n');
    return answer(response, true);
  });
  await recoverCollection(qdrant, 'docs', { name: 's', size: 6, checksum: null }, 'f');
  expect(asked).toEqual([
    'PUT /collections/docs/snapshots/recover',
    'GET /collections/docs/snapshots/s',
    'POST /collections/docs/snapshots/upload',
  ]);
});

it('a change without aliases sends no request', async () => {
  const qdrant = await serve((_request, response) => answer(response, 'no', 500));
  await changeAliases(qdrant, []);
});
