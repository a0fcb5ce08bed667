/** The load under which the benches change a stack, and what it saw. */
import { startLoad } from '../load/load';
import { type LoadReport, total } from '../load/report';
import type { Site } from './site';

const RATE = 200;
const WEB_SOCKETS = 20;
/** Below this the machine itself makes requests fail. */
const IDLE_SHARE = 0.25;

export function startOn({ host }: Site) {
  return startLoad({
    address: host.address,
    port: host.ports.https,
    serverName: 'stack.test',
    rate: RATE,
    webSockets: WEB_SOCKETS,
  });
}

export function tell(what: string, report: LoadReport): void {
  const { requests, failed, staleRetries, stalePosts } = total(report);
  const shortest = Math.min(...report.webSockets);
  console.log(
    `${what}: ${failed} of ${requests} failed, stale ${staleRetries} + ${stalePosts} POST, WebSockets lived ${shortest} s and longer, idle ${Math.round(report.idle * 100)} %`,
  );
  for (const line of report.failures.slice(0, 5)) console.log(`  ${line}`);
  if (report.idle < IDLE_SHARE) console.log(`  the machine is too busy to judge: less than ${IDLE_SHARE * 100} % idle`);
}

/** What fails without any change is the machine's doing, and then nothing else can be judged. */
export function expectStill(report: LoadReport): void {
  if (total(report, ['still']).failed > 0)
    throw new Error(`the load fails without any change: ${report.failures.join('\n')}`);
}
