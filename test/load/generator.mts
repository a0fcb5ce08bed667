/**
 * Load on a stack, from a process of its own, so that what it measures is not its parent's business.
 *
 * Standard input: one JSON object (LoadOptions) on the first line, then `phase NAME` or `stop`.
 * Standard output: one JSON object, the LoadReport, after `stop`.
 */
import { request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import type { LoadOptions, LoadReport, PhaseCounts, SlowShare } from './report';

const SLOW: readonly SlowShare[] = [
  { share: 0.01, seconds: 3 },
  { share: 0.005, seconds: 5 },
];
const ANSWER_TIMEOUT = 30_000;

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const options = JSON.parse((await input.next()).value as string) as LoadOptions;
const agent = new Agent({
  keepAlive: true,
  rejectUnauthorized: false,
  maxFreeSockets: 64,
  servername: options.serverName,
});
const phases = new Map<string, PhaseCounts>();
const failures: string[] = [];
let phase = 'start';
let running = 0;
let stopped = false;

function counts(name: string): PhaseCounts {
  const found = phases.get(name) ?? { requests: 0, failed: 0, staleRetries: 0, stalePosts: 0, versions: {} };
  phases.set(name, found);
  return found;
}

/** Sends one request; a stale connection (reused, closed before any byte of an answer) is the client's to retry. */
function send(method: 'GET' | 'POST', path: string, of: PhaseCounts, again = false): void {
  running += 1;
  const body = method === 'POST' ? 'x'.repeat(64) : undefined;
  let answered = false;
  const sent = (options.plain ? plainRequest : tlsRequest)({
    host: options.address,
    port: options.port,
    // Another of the kept connections may be as stale as the first one.
    ...(options.plain
      ? { agent: false }
      : again
        ? { agent: false, rejectUnauthorized: false, servername: options.serverName }
        : { agent }),
    method,
    path,
    headers: { host: options.serverName, ...(body ? { 'content-length': body.length } : {}) },
  });
  const ended = (failure?: string): void => {
    if (answered) return;
    answered = true;
    running -= 1;
    if (failure === undefined) return;
    const shown = counts(phase);
    shown.failed += 1;
    if (shown.failed <= 20) failures.push(`${new Date().toISOString()} ${phase} ${method} ${path}: ${failure}`);
  };
  sent.setTimeout(ANSWER_TIMEOUT, () => sent.destroy(new Error('no answer in time')));
  sent.on('response', (response) => {
    const version = response.headers['x-version'];
    if (typeof version === 'string') of.versions[version] = (of.versions[version] ?? 0) + 1;
    response.resume();
    response.on('end', () => ended((response.statusCode ?? 0) < 400 ? undefined : `status ${response.statusCode}`));
    response.on('aborted', () => ended('answer cut'));
    response.on('error', (error) => ended(error.message));
  });
  sent.on('error', (error: NodeJS.ErrnoException) => {
    const stale = sent.reusedSocket && !answered && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
    if (stale && !again) {
      answered = true;
      running -= 1;
      if (method === 'POST') of.stalePosts += 1;
      else of.staleRetries += 1;
      if (method === 'GET') send(method, path, of, true);
    } else ended(`${error.code ?? ''} ${error.message}`);
  });
  sent.end(body);
}

function tick(number: number): void {
  const of = counts(phase);
  of.requests += 1;
  const draw = Math.random();
  let sum = 0;
  const slow = (options.slow ?? SLOW).find(({ share }) => {
    sum += share;
    return draw < sum;
  });
  const path = slow === undefined ? '/work' : `/slow?seconds=${slow.seconds}`;
  send(number % 2 === 0 ? 'GET' : 'POST', path, of);
}

const sockets: { socket: WebSocket; opened: number; closed: number | null }[] = [];
for (let index = 0; index < options.webSockets; index += 1) {
  const socket = new WebSocket(`${options.plain ? 'ws' : 'wss'}://${options.address}:${options.port}/ws`, {
    rejectUnauthorized: false,
    headers: { host: options.serverName },
  });
  const entry = { socket, opened: performance.now(), closed: null as number | null };
  socket.on('close', () => (entry.closed ??= performance.now()));
  socket.on('error', () => (entry.closed ??= performance.now()));
  sockets.push(entry);
}

const before = cpus();
const begun = performance.now();
let due = 0;
const timer = setInterval(() => {
  // Catches up after a pause, so that the rate holds; never in one great burst.
  const target = Math.floor(((performance.now() - begun) / 1000) * options.rate);
  const burst = Math.min(target - due, options.rate / 10);
  for (let index = 0; index < burst; index += 1) tick(due + index);
  due = target;
}, 5);

for await (const line of { [Symbol.asyncIterator]: () => input }) {
  const [word, name] = line.split(' ');
  if (word === 'phase' && name !== undefined) phase = name;
  if (word === 'stop') break;
}
stopped = true;
clearInterval(timer);
while (running > 0) await new Promise((resolve) => setTimeout(resolve, 20));
const now = performance.now();
const report: LoadReport = {
  phases: Object.fromEntries(phases),
  failures,
  webSockets: sockets.map(({ opened, closed }) => Math.round(((closed ?? now) - opened) / 10) / 100),
  webSocketsOpen: sockets.filter(({ closed }) => closed === null).length,
  seconds: (now - begun) / 1000,
  idle: idleShare(before, cpus()),
};
for (const { socket } of sockets) socket.terminate();
agent.destroy();
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(stopped ? 0 : 1);

/** Share of the CPUs' time that nobody used: below a quarter the machine invents failures. */
function idleShare(from: ReturnType<typeof cpus>, to: ReturnType<typeof cpus>): number {
  const sum = (list: ReturnType<typeof cpus>, only?: 'idle'): number =>
    list.reduce(
      (total, { times }) => total + (only ? times[only] : Object.values(times).reduce((a, b) => a + b, 0)),
      0,
    );
  return (sum(to, 'idle') - sum(from, 'idle')) / (sum(to) - sum(from));
}
