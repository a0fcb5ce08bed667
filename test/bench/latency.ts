/** The same deploy through round trips of 100 ms and without. */
import { startDelayProxy } from '../lab/delay';
import { round, Site } from './site';

export async function run(): Promise<object> {
  const near = await seconds(0);
  const far = await seconds(50);
  return { nearSeconds: round(near), farSeconds: round(far), overheadSeconds: round(far - near) };
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
