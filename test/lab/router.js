// A stand-in for Traefik, which cannot be had here: in the host's own network, it asks Docker's API which containers of a
// service run, and dials their addresses one after the other. It asks a second way by URL, when one is given.
// One line for each answer: the way, and the version or what failed.

const http = require('node:http');

const [service, url] = process.argv.slice(2);
const filters = encodeURIComponent(
  JSON.stringify({ label: [`com.docker.compose.service=${service}`], status: ['running'] }),
);
let addresses = [];
let turn = 0;

function get(options, done) {
  const request = http.get({ ...options, agent: false, timeout: 5000 }, (answer) => {
    let text = '';
    answer.on('data', (data) => (text += data));
    answer.on('end', () => done(answer.statusCode < 400 ? null : `status ${answer.statusCode}`, text));
  });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', (error) => done(error.code ?? error.message, ''));
}

function look() {
  get({ socketPath: '/var/run/docker.sock', path: `/containers/json?filters=${filters}` }, (failure, text) => {
    if (failure === null)
      addresses = JSON.parse(text).flatMap(({ NetworkSettings }) =>
        Object.values(NetworkSettings.Networks)
          .slice(0, 1)
          .map(({ IPAddress }) => IPAddress),
      );
    setTimeout(look, 20);
  });
}

function say(way) {
  return (failure, text) => console.log(`${way} ${failure === null ? text.trim() : `failed ${failure}`}`);
}

look();
setInterval(() => {
  if (addresses.length > 0)
    get({ host: addresses[turn++ % addresses.length], port: 8080, path: '/version' }, say('address'));
  if (url !== undefined) get(new URL(url), say('url'));
}, 50);
