/** nginx replaced by a new image under load, and back, against `docker compose up -d --force-recreate nginx`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { total } from '../load/report';
import { round, Site } from './site';
import { expectStill, startOn, tell } from './traffic';

export async function run(): Promise<object> {
  const site = await Site.open('plain');
  try {
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    const load = startOn(site);
    load.phase('still');
    await sleep(5000);
    load.phase('change');
    useImage(site, 'v2');
    const deployed = await site.run('deploy', { version: 'v1', 'drain-timeout': '15s' });
    await sleep(1000);
    const back = await site.run('rollback', { 'drain-timeout': '15s' });
    await sleep(1000);
    const report = await load.stop();
    tell('stand-in', report);
    expectStill(report);
    for (const { stdout } of [deployed, back])
      if (!stdout.includes('behind a stand-in')) throw new Error(`nginx was not replaced by a stand-in:\n${stdout}`);
    const { requests, failed, staleRetries, stalePosts } = total(report);
    const baseline = await baselineRun(site);
    return {
      requests,
      failed,
      staleRetries,
      stalePosts,
      baselineRequests: baseline.requests,
      baselineFailed: baseline.failed,
      handshakes: Math.max(deployed.handshakes, back.handshakes),
      execs: Math.max(deployed.sessions, back.sessions),
      seconds: round(deployed.seconds),
      idle: round(report.idle),
      baselineIdle: round(baseline.idle),
    };
  } finally {
    await site.close();
  }
}

function useImage({ workspace }: Site, tag: string): void {
  const file = join(workspace, 'docker-compose.prod.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/nginx:v\S+/, `nginx:${tag}`));
}

/** The same load on the same host through what people do by hand. */
async function baselineRun(site: Site) {
  const load = startOn(site);
  load.phase('still');
  await sleep(3000);
  load.phase('compose');
  const compose =
    'docker compose -p acme --project-directory /srv/stack -f .runbook/releases/$(cat .runbook/current)/compose.json';
  await site.host.root(`cd /srv/stack && ${compose} up -d --no-deps --force-recreate nginx`);
  await sleep(6000);
  const report = await load.stop();
  tell('--force-recreate', report);
  expectStill(report);
  const { requests, failed } = total(report, ['compose']);
  return { requests, failed, idle: report.idle };
}
