/** Clients that get nothing any more, though every probe is answered. */
import { get } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from './stage';

/** Answers what the probes ask for, and nothing else. */
const HANGS = 'require("http").createServer((r, a) => r.url.endsWith("z") && a.end("ok")).listen(8080)';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

it('a release that answers probes but lets its clients wait is turned back', { tags: ['exhaustive'] }, async () => {
  const before = await stage.running();
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace(/( +)(image: .*acme\/backend.*\n)/, `$1$2$1command: [node, -e, '${HANGS}']\n`),
  );
  const { address: host, ports } = stage.host;
  const headers = { host: 'stack.test' };
  const clients = setInterval(() => {
    const request = get({
      host,
      port: ports.https,
      path: '/version',
      headers,
      rejectUnauthorized: false,
      agent: false,
    });
    request.on('response', (answer) => answer.resume()).on('error', () => {});
    request.setTimeout(20_000, () => request.destroy());
  }, 50);
  try {
    // What the minute before was like is known once it is over.
    await sleep(61_000);
    const result = await stage.deploy('v1', { 'watch-duration': '5s' });
    expect(result.code, result.shown).toBe(1);
    expect(annotation(result)).toContain('RB-WATCH-WORSE');
    expect(annotation(result)).toMatch(/clients got no more answers: 0 in \d+ s, never fewer than \d+ in 5 s/);
  } finally {
    clearInterval(clients);
  }
  await stage.serving();
  expect(await stage.running(), 'the same containers run').toEqual(before);
  expect(await stage.remains(), 'nothing of the failed try is left').toBe('');
});
