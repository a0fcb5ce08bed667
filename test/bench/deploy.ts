/** A deploy and a rollback under load over the three nginx configurations, against plain `docker compose up`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NginxConfiguration } from '../lab/sample';
import { type PhaseCounts, total } from '../load/report';
import { round, Site } from './site';
import { expectStill, startOn, tell } from './traffic';

export async function run(): Promise<object> {
  const sums = { requests: 0, failed: 0, staleRetries: 0, stalePosts: 0 };
  const costs: { handshakes: number; sessions: number; seconds: number }[] = [];
  for (const nginx of ['plain', 'upstream', 'resolver'] as const) {
    const { counts, cost } = await configuration(nginx);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += counts[key];
    costs.push(cost);
  }
  const baseline = await baselineRun();
  return {
    ...sums,
    baselineFailed: baseline.failed,
    handshakes: Math.max(...costs.map((cost) => cost.handshakes)),
    execs: Math.max(...costs.map((cost) => cost.sessions)),
    seconds: round(Math.max(...costs.map((cost) => cost.seconds))),
    baselineSeconds: round(baseline.seconds),
  };
}

async function configuration(nginx: NginxConfiguration) {
  const site = await Site.open(nginx);
  try {
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    const load = startOn(site);
    load.phase('still');
    await sleep(5000);
    load.phase('change');
    // One service changes, as the budget of channels is meant.
    const deployed = await site.run('deploy', { version: 'backend=v2', 'drain-timeout': '15s' });
    await sleep(1000);
    const back = await site.run('rollback', { 'drain-timeout': '15s' });
    await sleep(1000);
    const report = await load.stop();
    tell(nginx, report);
    expectStill(report);
    const handshakes = Math.max(deployed.handshakes, back.handshakes);
    const cost = { handshakes, sessions: Math.max(deployed.sessions, back.sessions), seconds: deployed.seconds };
    return { counts: total(report), cost };
  } finally {
    await site.close();
  }
}

/** The same load through what people do by hand. */
async function baselineRun(): Promise<PhaseCounts & { seconds: number }> {
  const site = await Site.open('plain');
  try {
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    await site.host.root('docker pull -q localhost:5000/acme/backend:v2');
    const load = startOn(site);
    await sleep(3000);
    load.phase('compose');
    const begun = performance.now();
    const up =
      'BACKEND_TAG=v2 docker compose -p acme -f docker-compose.prod.yml --env-file .env.production up -d --no-deps backend';
    await site.host.root(`cd /srv/stack && ${up}`);
    const seconds = (performance.now() - begun) / 1000;
    await sleep(6000);
    const report = await load.stop();
    tell('docker compose up', report);
    return { ...total(report, ['compose']), seconds };
  } finally {
    await site.close();
  }
}
