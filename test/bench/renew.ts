/** A certificate renewed under load: what fails, how soon clients are served the new one, and what the connection costs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { ageShop, freshCa, openStage, run as renew, stage, visits } from '../e2e/certificate-site';
import { round } from './site';

const ROUNDS = 3;

export async function run(): Promise<object> {
  await openStage();
  try {
    const sums = { requests: 0, failed: 0 };
    const most = { secondsToServed: 0, execs: 0, handshakes: 0, seconds: 0 };
    for (let count = 0; count < ROUNDS; count++) {
      await freshCa();
      await ageShop();
      const users = visits('shop.test');
      const serials = watchSerial();
      const started = Date.now();
      let issued = 0;
      const result = await renew({}, (line) => {
        if (line.includes('certbot: ')) issued = Date.now();
      });
      const seconds = (Date.now() - started) / 1000;
      const { requests, failed } = await users.stop();
      const changed = await serials.stop();
      if (result.outputs.renewed !== '["shop.test"]' || issued === 0)
        throw new Error(`not renewed:\n${result.stdout.slice(-2000)}`);
      const [, handshakes, sessions] = /connection: (\d+) handshakes, (\d+) sessions/.exec(result.stdout) ?? [];
      console.log(
        `${requests} requests, ${failed.length} failed ${[...new Set(failed)].join(', ')}; ${round(seconds)} s`,
      );
      sums.requests += requests;
      sums.failed += failed.length;
      most.secondsToServed = Math.max(most.secondsToServed, (changed - issued) / 1000);
      most.execs = Math.max(most.execs, Number(sessions));
      most.handshakes = Math.max(most.handshakes, Number(handshakes));
      most.seconds = Math.max(most.seconds, seconds);
    }
    return { ...sums, ...most, secondsToServed: round(most.secondsToServed), seconds: round(most.seconds) };
  } finally {
    await stage.close();
  }
}

/** Asks for the certificate again and again. @returns when another one than at first was served */
function watchSerial(): { stop: () => Promise<number> } {
  let first: string | null = null;
  let changed = 0;
  let going = true;
  const ask = (): Promise<string | null> =>
    new Promise((resolve) => {
      const options = { host: '127.0.0.1', port: stage.host.ports.https, servername: 'shop.test' };
      const socket = connect({ ...options, rejectUnauthorized: false, timeout: 5000 });
      socket.on('secureConnect', () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on('timeout', () => socket.destroy());
      socket.on('error', () => resolve(null));
      socket.on('close', () => resolve(null));
    });
  const ended = (async () => {
    while (going) {
      const serial = await ask();
      first ??= serial;
      if (changed === 0 && serial !== null && serial !== first) changed = Date.now();
      await sleep(20);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await ended;
      return changed;
    },
  };
}
