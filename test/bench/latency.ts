/** The same deploy through round trips of 100 ms and without, and what it takes beyond the waits that are configured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunbook } from '../../actions/lib/config/load';
import { settingsOf } from '../../actions/lib/config/runbook';
import { startDelayProxy } from '../lab/delay';
import { stackFolder } from '../lab/sample';
import { round, Site } from './site';

export async function run(): Promise<object> {
  const near = await seconds(0);
  const far = await seconds(50);
  return {
    nearSeconds: round(near),
    farSeconds: round(far),
    overheadSeconds: round(far - near),
    beyondWaits: round(near - waits()),
  };
}

/** Seconds for which the service has to stay healthy, and is watched. */
function waits(): number {
  const runbook = parseRunbook(readFileSync(join(stackFolder, 'runbook.yml'), 'utf8'), 'runbook.yml');
  return settingsOf(runbook, 'backend').stableFor + runbook.watch.duration;
}

/** @param delayMs in each direction */
async function seconds(delayMs: number): Promise<number> {
  const site = await Site.open();
  const proxy = await startDelayProxy({ target: site.host.sshPort, delayMs });
  try {
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    await site.host.root('docker pull -q localhost:5000/acme/backend:v2');
    site.port = proxy.port;
    const { seconds: taken } = await site.run('deploy', { version: 'backend=v2', 'drain-timeout': '5s' });
    console.log(`${delayMs * 2} ms round trip: ${round(taken)} s`);
    return taken;
  } finally {
    await proxy.close();
    await site.close();
  }
}
