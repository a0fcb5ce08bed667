/**
 * How long a restore interrupts requests, for a database and for one four times larger, under load. Requests ask
 * `/readyz`, which asks the database.
 */
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeBackup, sql } from '../e2e/restore/backups';
import { startLoad } from '../load/load';
import { round, Site } from './site';

/** Rows of the smaller database: about 60 MiB. */
const ROWS = 300_000;
const INTERVAL = 25;
const RATE = 40;

export async function run(): Promise<object> {
  const one = await interruption(ROWS);
  const four = await interruption(4 * ROWS);
  return {
    interruptionSeconds: round(one.seconds),
    interruptionSeconds4x: round(four.seconds),
    ratio: round(four.seconds / one.seconds),
    databaseMiB: one.mib,
    databaseMiB4x: four.mib,
    restoreSeconds: round(one.total),
    restoreSeconds4x: round(four.total),
  };
}

async function interruption(rows: number) {
  const site = await Site.open();
  try {
    await site.run('deploy', { version: 'v1', 'watch-duration': '2s' });
    await sql(
      site.host,
      `create table events as select n as id, md5(n::text) || md5((n + 1)::text) as a, now() as at,
         md5((n + 2)::text) || md5((n + 3)::text) as b from generate_series(1, ${rows}) n;
       alter table events add primary key (id);`,
    );
    await makeBackup(site.host);
    const [size = '0'] = await sql(site.host, "select pg_database_size('acme') / 1048576");
    const load = startLoad({
      address: site.host.address,
      port: site.host.ports.https,
      serverName: 'stack.test',
      rate: RATE,
      webSockets: 0,
    });
    const probes = startProbes(site);
    await sleep(2000);
    const { seconds: total } = await site.run('restore', { confirm: 'acme' });
    await sleep(2000);
    const gap = await probes.stop();
    const report = await load.stop();
    console.log(
      `${size} MiB: ${round(gap.seconds)} s without an answer (${gap.failed} of ${gap.sent} probes), whole restore ${round(total)} s, idle ${Math.round(report.idle * 100)} %`,
    );
    return { ...gap, total, mib: Number(size) };
  } finally {
    await site.close();
  }
}

/** One probe after the other begins, whatever became of those before. */
function startProbes({ host }: Site) {
  const results: { begun: number; ended: number; good: boolean }[] = [];
  const running = new Set<Promise<void>>();
  const probe = async (): Promise<void> => {
    const begun = performance.now();
    const good = await new Promise<boolean>((resolve) => {
      const sent = request({
        host: host.address,
        port: host.ports.https,
        path: '/readyz',
        agent: false,
        rejectUnauthorized: false,
        servername: 'stack.test',
        headers: { host: 'stack.test' },
        timeout: 10_000,
      });
      sent.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode === 200));
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve(false));
      sent.end();
    });
    results.push({ begun, ended: performance.now(), good });
  };
  const timer = setInterval(() => {
    const one = probe();
    running.add(one);
    void one.then(() => running.delete(one));
  }, INTERVAL);
  return {
    /** The longest time in which no probe that began got a good answer. */
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
      const good = results.filter((result) => result.good).sort((a, b) => a.begun - b.begun);
      const gaps = good.slice(1).map(({ ended }, index) => ended - (good[index]?.begun ?? 0));
      return {
        seconds: Math.max(0, ...gaps) / 1000,
        failed: results.length - good.length,
        sent: results.length,
      };
    },
  };
}
