/**
 * A service scaled up and down under load, with nginx configured in four ways: what fails, from outside and inside the
 * stack, and who gets which share of the requests.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NginxConfiguration } from '../lab/sample';
import { total } from '../load/report';
import { callsInside, shares, sharesInside, tellReplica } from '../load/shares';
import { round, Site } from './site';
import { expectStill, startOn, tell } from './traffic';

const SAMPLED = 400;

interface Way {
  readonly of: NginxConfiguration;
  /** Makes another way of a configuration of the sample stack. */
  readonly edit?: (configuration: string) => string;
}

const WAYS: Readonly<Record<string, Way>> = {
  plain: { of: 'plain' },
  upstream: { of: 'upstream' },
  // One list of addresses for all workers, and another choice than turn by turn. Not by the number of connections: the
  // WebSockets of the load stay where they are, and what is asked one after the other would go to the other containers.
  zone: {
    of: 'upstream',
    edit: (configuration) => {
      const pool = 'server backend:8080;\n    keepalive 32;';
      if (!configuration.includes(pool)) throw new Error('the configuration has no such pool');
      return configuration.replace(pool, 'zone backend 64k;\n    random;\n    server backend:8080;');
    },
  },
  resolver: { of: 'resolver' },
};

export async function run(): Promise<object> {
  const sums = { requests: 0, failed: 0, staleRetries: 0, stalePosts: 0 };
  let leastShare = 1;
  let seconds = 0;
  for (const [name, way] of Object.entries(WAYS)) {
    const found = await configured(name, way);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += found.counts[key];
    leastShare = Math.min(leastShare, found.leastShare);
    seconds = Math.max(seconds, found.seconds);
  }
  return { ...sums, leastShare: round(leastShare), seconds: round(seconds) };
}

async function configured(name: string, { of, edit = (configuration) => configuration }: Way) {
  const site = await Site.open(of);
  try {
    site.edit(`nginx/${of}/default.conf`, (configuration) => tellReplica(edit(configuration)));
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
      for (const [from, answered] of [
        ['nginx', await shares(site.host, SAMPLED)],
        ['inside', await sharesInside(site.host, SAMPLED)],
      ] as const) {
        console.log(`${name}, ${replicas} containers, from ${from}: ${answered.join(', ')} of ${SAMPLED} requests`);
        leastShare = Math.min(leastShare, answered.length === replicas ? (answered[0] ?? 0) / SAMPLED : 0);
      }
    }
    const report = await load.stop();
    tell(name, report);
    expectStill(report);
    const inside = await callsInside(site.host);
    console.log(`${name}: ${inside.failed} of ${inside.calls} calls inside the stack failed`);
    const outside = total(report);
    const counts = {
      ...outside,
      requests: outside.requests + inside.calls,
      failed: outside.failed + inside.failed,
    };
    return { counts, leastShare, seconds };
  } finally {
    await site.close();
  }
}
