// A stand-in for Traefik in front of several stacks, which cannot be had here: it asks Docker's API which containers have
// `traefik.enable=true` and are not unhealthy, and passes each request on to their addresses on one network, one after
// the other, at the port that the label `traefik.http.services.NAME.loadbalancer.server.port` says, else at 8000.

const { readFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');

const [network, certificates] = process.argv.slice(2);
let targets = [];
let turn = 0;

function look() {
  const filters = encodeURIComponent(JSON.stringify({ label: ['traefik.enable=true'], status: ['running'] }));
  const request = http.get(
    { socketPath: '/var/run/docker.sock', path: `/containers/json?filters=${filters}` },
    (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => {
        targets = JSON.parse(text).flatMap(({ Status, Labels, NetworkSettings }) => {
          const host = NetworkSettings.Networks[network]?.IPAddress;
          // Its provider leaves out what has a healthcheck that has not passed yet.
          if (!host || /starting|unhealthy/.test(Status)) return [];
          const [, port = '8000'] =
            Object.entries(Labels).find(([key]) => /loadbalancer\.server\.port$/.test(key)) ?? [];
          return [{ host, port }];
        });
        setTimeout(look, 50);
      });
    },
  );
  request.on('error', () => setTimeout(look, 50));
}

function serve(request, response) {
  const target = targets[turn++ % targets.length];
  if (target === undefined) return response.writeHead(404).end('404 page not found\n');
  const { method, url: path, headers } = request;
  const onwards = http.request({ ...target, method, path, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onwards.on('error', () => response.writeHead(502).end('Bad Gateway\n'));
  request.pipe(onwards);
}

const read = (name) => readFileSync(`${certificates}/${name}.pem`);
http.createServer(serve).listen(80);
https.createServer({ cert: read('fullchain'), key: read('privkey') }, serve).listen(443);
look();
