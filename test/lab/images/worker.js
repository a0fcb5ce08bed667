// The sample stack's worker: calls the backend by name, over kept-alive and over new connections, and counts.
// On its stop signal it finishes the job in hand and ends with 0.
const http = require('node:http');

const version = process.env.VERSION;
const behaviour = process.env.BEHAVIOUR;
const interval = Number(process.env.WORKER_INTERVAL_MS ?? 50);

console.log(`worker ${version} starts, pid ${process.pid}`);
if (behaviour === 'crash') {
  console.error('fatal: cannot parse queue URL');
  process.exit(3);
}

const kept = new http.Agent({ keepAlive: true, maxSockets: 2 });
const single = new http.Agent({ keepAlive: false });
const totals = { calls: 0, failed: 0 };
let stopping = false;

function call(agent, mayRetry) {
  return new Promise((resolve) => {
    const request = http.get({ host: 'backend', port: 8080, path: '/job', agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode < 400 ? null : `status ${response.statusCode}`));
      response.on('error', (error) => resolve(error.code));
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    // A reused connection that closed in the same instant is tried once more, as every client does.
    request.on('error', (error) => resolve(request.reusedSocket && mayRetry ? call(agent, false) : error.code));
  });
}

async function loop() {
  for (let job = 0; !stopping; job++) {
    const failure = await call(job % 2 === 0 ? kept : single, true);
    totals.calls++;
    if (failure !== null) {
      totals.failed++;
      console.log(`failed: ${failure}`);
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  console.log(`worker ${version} ends: calls=${totals.calls} failed=${totals.failed}`);
  process.exit(0);
}

function stop(signal) {
  if (behaviour === 'hangs') return console.log(`${signal}: ignored`);
  console.log(`${signal}: finishing the job in hand`);
  stopping = true;
}
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
setInterval(() => console.log(`calls=${totals.calls} failed=${totals.failed}`), 1000);
loop();
