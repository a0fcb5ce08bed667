// The sample stack's API. Its behaviour is part of the image (BEHAVIOUR), as a bug would be.
// Ends at once on SIGTERM, as programs do that nobody taught better.
const { createHash } = require('node:crypto');
const http = require('node:http');
const net = require('node:net');

const version = process.env.VERSION;
const behaviour = process.env.BEHAVIOUR;
const begin = Date.now();
let served = 0;

console.log(`backend ${version} starts, pid ${process.pid}`);
if (process.env.APP_MESSAGE) console.log(`message: ${process.env.APP_MESSAGE}`);
if (behaviour === 'crash') {
  console.error('fatal: config key FEATURE_TABLE is missing');
  process.exit(3);
}

function die() {
  console.error('fatal: lost connection to the cache');
  process.exit(4);
}

const healthy = () => behaviour !== 'unhealthy' && (behaviour !== 'slowstart' || Date.now() - begin > 8000);

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'text/plain', 'x-version': version });
  response.end(body);
}

function databaseAnswers() {
  return new Promise((resolve) => {
    const socket = net.connect({ host: process.env.DATABASE_HOST ?? 'db', port: 5432, timeout: 2000 });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}

async function handle(request, response) {
  const url = new URL(request.url, 'http://backend');
  if (url.pathname === '/healthz') return answer(response, healthy() ? 200 : 503, healthy() ? 'ok\n' : 'not yet\n');
  if (behaviour === 'error500') return answer(response, 500, 'internal error\n');
  if (behaviour === 'dies-serving' && ++served > 10) die();
  switch (url.pathname) {
    case '/readyz': {
      const ready = healthy() && (await databaseAnswers());
      return answer(response, ready ? 200 : 503, ready ? 'ready\n' : 'no database\n');
    }
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get('seconds') ?? 3) * 1000));
      return answer(response, 200, `slow ${version}\n`);
    case '/work': {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      return answer(response, 200, Buffer.concat(chunks));
    }
    default:
      return answer(response, 200, `${version}\n`);
  }
}

const server = http.createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  handle(request, response).catch(() => response.destroy());
});

// WebSocket (RFC 6455): a tick every second, and an echo of short text frames.
function frame(opcode, payload) {
  return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
}

server.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nX-Version: ${version}\r\n\r\n`,
  );
  const timer = setInterval(() => socket.write(frame(1, Buffer.from(`tick ${version}`))), 1000);
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 6 && rest.length >= 6 + (rest[1] & 0x7f)) {
      const length = rest[1] & 0x7f;
      // Longer frames have another header; nobody here sends them.
      if (length > 125) return socket.destroy();
      const mask = rest.subarray(2, 6);
      const payload = Buffer.from(rest.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]));
      const opcode = rest[0] & 0x0f;
      rest = rest.subarray(6 + length);
      if (opcode === 8) return socket.end(frame(8, payload));
      if (opcode === 9) socket.write(frame(10, payload));
      if (opcode === 1) socket.write(frame(1, payload));
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearInterval(timer));
});

server.listen(8080, () => console.log('listening on 8080'));

if (behaviour === 'dies') setTimeout(die, 3000);

process.on('SIGTERM', () => {
  if (behaviour === 'hangs') return console.log('SIGTERM: ignored');
  process.exit(0);
});
