/** A service scaled up and down under load, over the three nginx configurations: what fails, and who gets which share. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NginxConfiguration } from '../lab/sample';
import { total } from '../load/report';
import { shares, tellReplica } from '../load/shares';
import { round, Site } from './site';
import { expectStill, startOn, tell } from './traffic';

const SAMPLED = 400;

export async function run(): Promise<object> {
  const sums = { requests: 0, failed: 0, staleRetries: 0, stalePosts: 0 };
  let leastShare = 1;
  let seconds = 0;
  for (const nginx of ['plain', 'upstream', 'resolver'] as const) {
    const found = await configuration(nginx);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += found.counts[key];
    leastShare = Math.min(leastShare, found.leastShare);
    seconds = Math.max(seconds, found.seconds);
  }
  return { ...sums, leastShare: round(leastShare), seconds: round(seconds) };
}

async function configuration(nginx: NginxConfiguration) {
  const site = await Site.open(nginx);
  try {
    site.edit(`nginx/${nginx}/default.conf`, tellReplica);
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    const load = startOn(site);
    load.phase('still');
    await sleep(5000);
    load.phase('change');
    let leastShare = 1;
    let seconds = 0;
    for (const replicas of [4, 2]) {
      const scaled = await site.run('scale', { replicas: `backend=${replicas}`, 'drain-timeout': '15s' });
      seconds = Math.max(seconds, scaled.seconds);
      // An address that nginx has asked for may be held for as long as its configuration says.
      await sleep(6000);
      const answered = await shares(site.host, SAMPLED);
      console.log(`${nginx}, ${replicas} containers: ${answered.join(', ')} of ${SAMPLED} requests`);
      leastShare = Math.min(leastShare, answered.length === replicas ? (answered[0] ?? 0) / SAMPLED : 0);
    }
    const report = await load.stop();
    tell(nginx, report);
    expectStill(report);
    return { counts: total(report), leastShare, seconds };
  } finally {
    await site.close();
  }
}
