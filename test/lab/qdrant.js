/* A stand-in for Qdrant, whose server cannot be had in the lab. It has what Qdrant's documented API says of full
 * snapshots and nothing else: list, create, download, delete, by a key in the header `api-key`. The content is noise.
 * FAULT: `cut` ends a download in the middle, `damage` turns a byte of it. */
const { createServer } = require('node:http');
const { createHash, randomBytes } = require('node:crypto');
const { existsSync } = require('node:fs');

const key = process.env.QDRANT__SERVICE__API_KEY;
const size = Number(process.env.SIZE ?? 5_000_000);
const snapshots = new Map();
const fault = () => ['cut', 'damage', 'silent'].find((name) => existsSync(`/tmp/${name}`));

const describe = ([name, content]) => ({
  name,
  creation_time: '2026-01-02T03:04:05',
  size: content.length,
  ...(fault() === 'silent' ? {} : { checksum: createHash('sha256').update(content).digest('hex') }),
});

createServer((request, response) => {
  const answer = (status, result) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ time: 0.002, status: status === 200 ? 'ok' : { error: 'refused' }, result }));
  };
  const [, , name] = request.url.split('/');
  if (request.headers['api-key'] !== key) return answer(401, null);
  if (request.method === 'GET' && request.url === '/snapshots') return answer(200, [...snapshots].map(describe));
  if (request.method === 'POST' && request.url === '/snapshots') {
    const made = [`full-snapshot-2026-01-02-03-04-${snapshots.size}.snapshot`, randomBytes(size)];
    snapshots.set(...made);
    return answer(200, describe(made));
  }
  const content = snapshots.get(name);
  if (content === undefined) return answer(404, null);
  if (request.method === 'DELETE') return answer(200, snapshots.delete(name));
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length });
  if (fault() === 'cut') return response.write(content.subarray(0, size / 2), () => request.socket.destroy());
  response.end(
    fault() === 'damage' ? Buffer.concat([content.subarray(0, -1), Buffer.of(content.at(-1) ^ 1)]) : content,
  );
}).listen(6333);
