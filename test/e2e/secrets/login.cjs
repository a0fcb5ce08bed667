// Before each request but for /healthz this logs in at PostgreSQL with the password that the program has, and asks
// something: a login that is refused is an answer 500. Loaded by `node --require`. SCRAM as RFC 5802 and 7677 have it.
// A file beside it has the program fail at its start.
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');

if (fs.existsSync(`${__dirname}/broken`)) process.exit(1);

const PROTOCOL = 196608;
const text = (...parts) => Buffer.from(parts.map((part) => `${part}\0`).join(''));
const number = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const message = (type, body) => Buffer.concat([Buffer.from(type), number(body.length + 4), body]);
const hmac = (key, said) => crypto.createHmac('sha256', key).update(said).digest();

function proof(password, first, server, nonce) {
  const [, whole, salt, rounds] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(server);
  if (!whole.startsWith(nonce)) throw new Error('another nonce');
  const salted = crypto.pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const key = hmac(salted, 'Client Key');
  const last = `c=biws,r=${whole}`;
  const signature = hmac(crypto.createHash('sha256').update(key).digest(), `${first},${server},${last}`);
  return `${last},p=${Buffer.from(key.map((byte, at) => byte ^ signature[at])).toString('base64')}`;
}

function ask(address) {
  const { username: user, password, hostname: host, port, pathname } = new URL(address);
  return new Promise((resolve, reject) => {
    const nonce = crypto.randomBytes(18).toString('base64');
    const first = `n=,r=${nonce}`;
    const socket = net.connect({ host, port: Number(port || 5432), timeout: 10_000 }, () => {
      const body = Buffer.concat([number(PROTOCOL), text('user', user, 'database', pathname.slice(1), '')]);
      socket.write(Buffer.concat([number(body.length + 4), body]));
    });
    const fail = (why) => {
      socket.destroy();
      reject(new Error(why));
    };
    let rest = Buffer.alloc(0);
    let asked = false;
    const heard = (type, body) => {
      if (type === 'E') return fail(body.toString().replaceAll('\0', ' '));
      if (type === 'R' && body.readInt32BE() === 10) {
        const begin = Buffer.from(`n,,${first}`);
        socket.write(message('p', Buffer.concat([text('SCRAM-SHA-256'), number(begin.length), begin])));
      } else if (type === 'R' && body.readInt32BE() === 11) {
        socket.write(
          message('p', Buffer.from(proof(decodeURIComponent(password), first, body.subarray(4).toString(), nonce))),
        );
      } else if (type === 'Z' && !asked) {
        asked = true;
        socket.write(message('Q', text('select 1')));
      } else if (type === 'Z') {
        socket.end(message('X', Buffer.alloc(0)));
        resolve();
      }
    };
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length > 4 && rest.length > rest.readInt32BE(1)) {
        const end = rest.readInt32BE(1) + 1;
        const [type, body] = [rest.toString('latin1', 0, 1), rest.subarray(5, end)];
        rest = rest.subarray(end);
        heard(type, body);
      }
    });
    socket.on('timeout', () => fail('timeout'));
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => reject(new Error('closed')));
  });
}

const create = http.createServer;
http.createServer = (options, handler) =>
  create(options, (request, response) => {
    if (request.url === '/healthz') return handler(request, response);
    ask(process.env.DATABASE_URL).then(
      () => handler(request, response),
      (error) => {
        console.error(`failed: login: ${error.message}`);
        response.writeHead(500).end('no login\n');
      },
    );
  });
module.exports = { ask };
