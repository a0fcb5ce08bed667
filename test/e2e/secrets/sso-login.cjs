// Before each request but for /healthz this has Keycloak check the client's secret that the program has: a secret that is
// refused is an answer 500. Loaded by `node --require`.
const http = require('node:http');

const path = '/realms/shop/protocol/openid-connect/token/introspect';

function check() {
  const form = new URLSearchParams({ token: 'none', client_id: 'web', client_secret: process.env.OIDC_CLIENT_SECRET });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = http.request({ host: 'keycloak', port: 8080, path, method: 'POST', headers, agent: false });
    request.on('response', (answer) => {
      answer.resume();
      // 404: nobody has made the realm yet.
      if (answer.statusCode === 200 || answer.statusCode === 404) resolve();
      else reject(new Error(`HTTP ${answer.statusCode}`));
    });
    request.on('error', reject);
    request.end(form.toString());
  });
}

const create = http.createServer;
http.createServer = (options, handler) =>
  create(options, (request, response) => {
    if (request.url === '/healthz') return handler(request, response);
    check().then(
      () => handler(request, response),
      (error) => {
        console.error(`failed: the secret: ${error.message}`);
        response.writeHead(500).end('no login\n');
      },
    );
  });
