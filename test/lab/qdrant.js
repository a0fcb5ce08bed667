/* A stand-in for Qdrant, whose server cannot be had in the lab. It has what Qdrant's documented API says of collections,
 * points, aliases and snapshots, as far as a backup and a restore use them, by a key in the header `api-key`; a full snapshot
 * is a tar as Qdrant's. What it cannot tell: a collection's own snapshot is JSON here, there is no search, and nothing of
 * Qdrant's sizes, speed and versions shows in it. Its storage is a folder, and outlives its end.
 * FAULTS, files in /tmp: `cut` ends a download in the middle, `damage` turns a byte of it, `silent` tells no checksums.
 * Their content names a collection: `refuse` fails its upload half-way, `crash` ends the server then, `red` is its status,
 * `late` makes its next snapshot only when the file is gone, and `at-work` says that it has begun,
 * `once` makes it red by its next content, and green by the one after, `deaf` cannot read from itself. */
const { createServer } = require('node:http');
const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs');
const { join } = require('node:path');

const key = process.env.QDRANT__SERVICE__API_KEY;
const size = Number(process.env.SIZE ?? 5_000_000);
const storage = process.env.QDRANT__STORAGE__STORAGE_PATH ?? '/tmp/storage';
const saved = process.env.QDRANT__STORAGE__SNAPSHOTS_PATH ?? '/tmp/snapshots';
for (const folder of [storage, saved]) fs.mkdirSync(folder, { recursive: true });

const FAULTS = ['cut', 'damage', 'silent'];
const fault = () => FAULTS.find((name) => fs.existsSync(`/tmp/${name}`));
const faulty = (name, collection) =>
  fs.existsSync(`/tmp/${name}`) && fs.readFileSync(`/tmp/${name}`, 'utf8').trim() === collection;

/** What a request is answered with instead. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
const fail = (status, message) => {
  throw new Refused(status, message);
};
const read = (file, otherwise) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : otherwise);
const write = (file, value) => {
  fs.writeFileSync(`${file}.new`, JSON.stringify(value));
  fs.renameSync(`${file}.new`, file);
};

const fileOf = (name) => join(storage, `${encodeURIComponent(name)}.collection`);
const folderOf = (name) => join(saved, encodeURIComponent(name));
const names = () =>
  fs
    .readdirSync(storage)
    .filter((file) => file.endsWith('.collection'))
    .map((file) => decodeURIComponent(file.slice(0, -'.collection'.length)));
const aliases = () => read(join(storage, 'aliases.json'), {});
const setAliases = (all) => write(join(storage, 'aliases.json'), all);
/** Also by an alias, as Qdrant takes every name. */
const resolved = (name) => (names().includes(name) ? name : aliases()[name]);
const collectionOf = (name) => read(fileOf(resolved(name) ?? ''), null) ?? fail(404, `Collection ${name} not found`);

const describe = (path, name) => {
  const content = fs.readFileSync(path);
  return {
    name,
    creation_time: '2026-01-02T03:04:05',
    size: content.length,
    ...(fault() === 'silent' ? {} : { checksum: createHash('sha256').update(content).digest('hex') }),
  };
};

let made = 0;
/** The padding stands for vectors: it makes a snapshot as big as the lab wants it. */
const save = (name) => {
  const collection = collectionOf(name);
  const file = `${name}-4711-2026-01-02-03-04-${process.pid}${made++}.snapshot`;
  const padding = randomBytes(Math.ceil(size / 2)).toString('hex');
  fs.mkdirSync(folderOf(name), { recursive: true });
  write(join(folderOf(name), file), { ...collection, padding });
  return describe(join(folderOf(name), file), file);
};

/** A header and content padded to 512 bytes (POSIX ustar). */
const tarEntry = (name, content) => {
  const header = Buffer.alloc(512);
  const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.length, 12) + octal(0, 12), 100);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte),
      7,
    ).padEnd(8, ' '),
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
};

const saveOne = async (name) => {
  if (faulty('late', name)) {
    fs.writeFileSync('/tmp/at-work', '');
    while (faulty('late', name)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return save(name);
};

const saveAll = () => {
  const mapping = {};
  const entries = names().map((name) => {
    const { name: file } = save(name);
    mapping[name] = file;
    const content = fs.readFileSync(join(folderOf(name), file));
    fs.unlinkSync(join(folderOf(name), file));
    return tarEntry(file, content);
  });
  const config = JSON.stringify({ collections_mapping: mapping, collections_aliases: aliases() });
  const file = `full-snapshot-2026-01-02-03-04-${made++}.snapshot`;
  const content = Buffer.concat([...entries, tarEntry('config.json', Buffer.from(config)), Buffer.alloc(1024)]);
  fs.writeFileSync(join(saved, file), content);
  return describe(join(saved, file), file);
};

/** Overwrites a collection of the same vectors, or makes one. */
const recover = async (name, content, checksum) => {
  if (checksum && createHash('sha256').update(content).digest('hex') !== checksum)
    fail(400, 'Snapshot checksum mismatch');
  const target = resolved(name) ?? name;
  const { vectors, points } = JSON.parse(content);
  const present = read(fileOf(target), null);
  if (present !== null && JSON.stringify(present.vectors) !== JSON.stringify(vectors))
    fail(400, 'Wrong input: Snapshot is not compatible with existing collection');
  write(fileOf(target), { vectors, points });
  if (faulty('red', name) && fs.existsSync('/tmp/green-next'))
    for (const file of ['red', 'green-next']) fs.unlinkSync(`/tmp/${file}`);
  if (faulty('once', name)) {
    fs.renameSync('/tmp/once', '/tmp/red');
    fs.writeFileSync('/tmp/green-next', '');
  }
  return true;
};

/** The one file of a form (RFC 7578). */
const fileIn = (request, body) => {
  const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1] ?? fail(400, 'no form');
  const head = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  const [, field, file] = /name="(\w+)"; filename="([^"/]+)"/.exec(body.subarray(0, head)) ?? fail(400, 'no file');
  if (field !== 'snapshot' || end < 0) fail(400, 'Form field snapshot is missing');
  return { file, content: body.subarray(head + 4, end) };
};

const upload = async (name, request, body, query) => {
  const { file, content } = fileIn(request, body);
  if (faulty('refuse', name) || faulty('crash', name)) {
    const half = JSON.parse(content);
    write(fileOf(resolved(name) ?? name), { ...half, padding: undefined, points: half.points.slice(0, 1) });
    if (faulty('crash', name)) {
      fs.unlinkSync('/tmp/crash');
      process.exit(1);
    }
    fail(500, 'Service internal error: No space left on device');
  }
  await recover(name, content, query.get('checksum'));
  // Qdrant keeps what was uploaded among the collection's snapshots.
  fs.mkdirSync(folderOf(name), { recursive: true });
  fs.writeFileSync(join(folderOf(name), file), content);
  return true;
};

const fetched = async (name, { location, api_key: apiKey, checksum }) => {
  if (faulty('deaf', name)) fail(400, 'Failed to download snapshot: status - 401 Unauthorized');
  const answer = await fetch(location, { headers: apiKey === undefined ? {} : { 'api-key': apiKey } });
  if (!answer.ok) fail(400, `Failed to download snapshot: status - ${answer.status}`);
  return recover(name, Buffer.from(await answer.arrayBuffer()), checksum);
};

const changeAliases = ({ actions }) => {
  const all = aliases();
  for (const { create_alias: create, delete_alias: remove } of actions) {
    if (remove !== undefined) delete all[remove.alias_name];
    if (create === undefined) continue;
    if (names().includes(create.alias_name)) fail(400, `Collection ${create.alias_name} already exists`);
    if (!names().includes(create.collection_name)) fail(404, `Collection ${create.collection_name} not found`);
    all[create.alias_name] = create.collection_name;
  }
  setAliases(all);
  return true;
};

const removeCollection = (name) => {
  if (!names().includes(name)) return false;
  fs.unlinkSync(fileOf(name));
  setAliases(Object.fromEntries(Object.entries(aliases()).filter(([, target]) => target !== name)));
  return true;
};

const listed = (folder) =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((file) => file.endsWith('.snapshot'))
        .map((file) => describe(join(folder, file), file))
    : [];
const removed = (path) => {
  if (!fs.existsSync(path)) fail(404, 'Snapshot not found');
  fs.unlinkSync(path);
  return true;
};

/** `null`: a file was sent. */
async function carryOut(request, response, body) {
  const url = new URL(request.url, 'http://localhost');
  const [top, name = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const what = [request.method, top, name === '' ? '' : ':', ...rest.slice(0, 2)].join(' ').trim();
  const json = () => JSON.parse(body.toString());
  if (what === 'GET snapshots') return listed(saved);
  if (what === 'POST snapshots') return saveAll();
  if (what === 'GET snapshots :') return send(response, join(saved, name));
  if (what === 'DELETE snapshots :') return removed(join(saved, name));
  if (what === 'GET collections') return { collections: names().map((one) => ({ name: one })) };
  if (what === 'GET aliases')
    return {
      aliases: Object.entries(aliases()).map(([alias_name, collection_name]) => ({ alias_name, collection_name })),
    };
  if (what === 'POST collections :' && name === 'aliases') return changeAliases(json());
  if (what === 'PUT collections :') return write(fileOf(name), { vectors: json().vectors, points: [] }) ?? true;
  if (what === 'DELETE collections :') return removeCollection(name);
  if (what === 'POST collections : snapshots upload') return upload(name, request, body, url.searchParams);
  if (what === 'PUT collections : snapshots recover') return fetched(name, json());
  const collection = collectionOf(name);
  if (what === 'GET collections :')
    return { status: faulty('red', name) ? 'red' : 'green', points_count: collection.points.length };
  if (what === 'PUT collections : points') {
    write(fileOf(resolved(name)), { ...collection, points: json().points });
    return { status: 'completed' };
  }
  if (what === 'POST collections : points count') return { count: collection.points.length };
  if (what === 'POST collections : points scroll') return { points: collection.points, next_page_offset: null };
  if (what === 'GET collections : snapshots') return listed(folderOf(name));
  if (what === 'POST collections : snapshots') return saveOne(name);
  const path = join(folderOf(name), rest[1] ?? '');
  if (request.method === 'GET' && rest[0] === 'snapshots') return send(response, path);
  if (request.method === 'DELETE' && rest[0] === 'snapshots') return removed(path);
  return fail(404, 'no such thing');
}

function send(response, path) {
  if (!fs.existsSync(path)) fail(404, 'Snapshot not found');
  const content = fs.readFileSync(path);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length });
  if (fault() === 'cut') response.write(content.subarray(0, content.length / 2), () => response.socket.destroy());
  else if (fault() === 'damage') response.end(Buffer.concat([content.subarray(0, -1), Buffer.of(content.at(-1) ^ 1)]));
  else response.end(content);
  return null;
}

createServer(async (request, response) => {
  const answer = (status, result) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ time: 0.002, status: status === 200 ? 'ok' : { error: result }, result }));
  };
  if (request.headers['api-key'] !== key) return answer(401, 'Must provide an API key');
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const result = await carryOut(request, response, Buffer.concat(chunks));
    if (result !== null) answer(200, result);
  } catch (error) {
    if (!response.headersSent) answer(error instanceof Refused ? error.status : 500, error.message);
  }
}).listen(6333);
