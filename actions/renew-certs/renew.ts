/** Renews lineage by lineage: a failure of one does not affect the others. */
import type { Asked } from '../lib/certificates/ask';
import { waitFor } from '../lib/certificates/attempts';
import { certbotWay, preflight, requireRunningProxy, webrootsOf } from '../lib/certificates/certbot';
import type { Chain } from '../lib/certificates/certificate';
import { unreached } from '../lib/certificates/challenge';
import { clocksDiffer, SET_CLOCK } from '../lib/certificates/clocks';
import type { Window } from '../lib/certificates/due';
import type { Lineage } from '../lib/certificates/lineages';
import { readAttempts } from '../lib/certificates/look';
import { type LineagePlan, planLineage } from '../lib/certificates/plan';
import type { RenewRequest } from '../lib/certificates/renew-script';
import { renewLineage } from '../lib/certificates/renew-step';
import { rereadOf } from '../lib/certificates/reread';
import { judgeSuccessor } from '../lib/certificates/served';
import { STATE } from '../lib/certificates/state';
import { UserError } from '../lib/errors';
import { requireAllowed } from './allowed';
import type { Scene } from './scene';
import { asBefore, settle, untilServed } from './served';
import { windowsOf } from './windows';

export interface Done {
  /** For the table. */
  readonly text: string;
  readonly ordered: boolean;
  /** Only announced, in a dry run; or there was nothing to do. */
  readonly planned: boolean;
}

export interface Renewal {
  /** Lineage → what became of it. */
  readonly done: Map<string, Done>;
  readonly problems: UserError[];
  /** Lineage → when the CA suggests to renew what is served. */
  readonly windows: ReadonlyMap<string, Window>;
}

/** After these errors nothing else is tried. */
const FINAL = new Set(['RB-CANCELLED', 'RB-CONNECTION-LOST', 'RB-LEASE-LOST', 'RB-PREEMPTED', 'RB-TIMEOUT']);

export async function renewAll(scene: Scene): Promise<Renewal> {
  const renewal: Renewal = { done: new Map(), problems: [], windows: await windowsOf(scene) };
  for (const plan of plansOf(scene, renewal)) {
    const { name } = plan.lineage;
    try {
      renewal.done.set(name, await carryOut(scene, plan));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      renewal.problems.push(error);
      if (FINAL.has(error.code)) break;
      // What the CA has just refused may bind the lineages that follow.
      const { host, root } = scene.run.session;
      const attempts = plan.order ? await readAttempts(host, root) : null;
      if (attempts !== null) scene.found = { ...scene.found, attempts };
    }
  }
  return renewal;
}

/** Only lineages that can be judged; the others are not touched. */
function plansOf({ run, found, asked, now, every }: Scene, { problems, done, windows }: Renewal): LineagePlan[] {
  // Another certbot renews its lineages, and two that do would use up each other's orders.
  if (found.proxies.some(({ certbot }) => certbot)) return [];
  return found.lineages.flatMap((lineage): LineagePlan[] => {
    // Other services that are down are reported, and must not keep the proxy's certificate from being renewed.
    const own = asked.filter((one) => one.lineage === lineage.name && !isDown(one));
    // A place that cannot be read before cannot be compared afterwards; it is among the problems already.
    if (own.length === 0 || own.some(({ unseen }) => unseen && !isUnreadable(own))) return [];
    const window = windows.get(lineage.name) ?? null;
    const plan = planLineage(lineage, { asked: own, now: now(), every, window, attempts: found.attempts });
    run.recorder.info(
      `${lineage.name}: ${plan.order ? 'to be renewed, as ' : ''}${plan.due.why}${plan.serve ? '; the served certificate is not the one in the file' : ''}`,
    );
    if (plan.obstacle !== null) {
      problems.push(
        new UserError(plan.obstacle.code, {
          what: `${lineage.name}: ${plan.obstacle.what}`,
          remedy: `look at live/${lineage.name}, archive/${lineage.name} and renewal/${lineage.name}.conf; nothing was ordered`,
        }),
      );
      return [];
    }
    if (plan.order || plan.serve) return [plan];
    done.set(lineage.name, { text: plan.due.why, ordered: false, planned: true });
    return [];
  });
}

/** A program other than the proxy that does not answer. */
function isDown({ question, unseen, served }: Asked): boolean {
  return question.lineage !== undefined && unseen && served.length === 0;
}

/** The file that its links lead to is torn, while the proxy still serves the certificate that it has read. */
function isUnreadable(own: readonly Asked[]): boolean {
  return own.every(({ unseen, served }) => !unseen || served.length > 0);
}

/** @throws {UserError} clients are served the former certificate, or the error says otherwise */
async function carryOut(scene: Scene, plan: LineagePlan): Promise<Done> {
  const { run, found } = scene;
  const { name } = plan.lineage;
  if (run.inputs.dryRun)
    return {
      text: `would be ${plan.order ? 'renewed' : 'served'}: ${plan.due.why}`,
      ordered: plan.order,
      planned: true,
    };
  run.recorder.step(`${plan.order ? 'Renew' : 'Serve'} ${name}`);
  if (found.state === null) throw new Error('a lineage without a state');
  if (run.inputs.runbook.proxy.service === null)
    throw preflight(
      `${name}: no service is known that could be told to read the certificate`,
      'proxy.service in runbook.yml is null',
      'set it to the service that runs nginx',
    );
  if (plan.order) requireClock(scene, name);
  const wait = plan.order ? waitOf(scene, plan) : null;
  if (wait !== null && !plan.serve) throw wait;
  const order = plan.order && wait === null ? orderOf(scene, plan) : null;
  if (order !== null && plan.lineage.renewal !== null)
    await requireAllowed(scene, order.names, { ...plan.lineage.renewal, profile: null });
  const before = scene.asked.filter((one) => one.lineage === name && !isDown(one));
  const request: RenewRequest = {
    runbook: run.inputs.runbook,
    root: run.session.root,
    lineage: name,
    fresh: false,
    relink: plan.relink,
    reread: rereadOf(
      { lineage: name, next: order === null ? plan.next : null, asked: before },
      found.proxies,
      run.inputs.runbook.certificates.consumers,
    ),
    state: found.state,
    order,
  };
  try {
    const next = await renewLineage(request, verdictsOf(scene, plan, before, request), {
      steps: run.steps(null),
      progress: run.recorder,
    });
    await settle(scene, name, next);
  } catch (error) {
    if (!(error instanceof UserError) || FINAL.has(error.code)) throw error;
    throw await asBefore(scene, before, error);
  }
  if (wait !== null) throw wait;
  return {
    text: order === null ? 'the certificate in the file is served now, without an order' : 'renewed, and served',
    ordered: order !== null,
    planned: false,
  };
}

/** @throws {UserError} RB-CERT-PREFLIGHT: by a wrong clock good certificates seem expired, and new ones not valid yet */
export function requireClock({ skew }: Pick<Scene, 'skew'>, name: string): void {
  const why = clocksDiffer(skew);
  if (why !== null) throw preflight(`${name}: no certificate is ordered by this clock`, why, SET_CLOCK);
}

function waitOf({ found, now }: Scene, { lineage, due, file }: LineagePlan): UserError | null {
  const wanted = {
    lineage: lineage.name,
    server: lineage.renewal?.server ?? '',
    names: file?.[0]?.names ?? [],
    emergency: due.emergency,
    fresh: false,
  };
  const wait = waitFor(found.attempts, wanted, now() / 1000);
  if (wait === null) return null;
  return new UserError('RB-CERT-RATE-LIMITED', {
    what: `${lineage.name}: the CA will not be asked before ${new Date(wait.until * 1000).toISOString()}`,
    why: wait.why,
    remedy: 'correct what made the last order fail; a run after that time asks again; nothing was ordered',
  });
}

/** @throws {UserError} RB-CERTBOT-UNKNOWN, RB-CERT-PREFLIGHT */
function orderOf({ run, found }: Scene, { lineage, file, former }: LineagePlan): NonNullable<RenewRequest['order']> {
  const { runbook } = run.inputs;
  const way = certbotWay(runbook, found);
  const names = [...((file ?? former)[0]?.names ?? [])];
  const proxy = found.proxies[0]?.container;
  if (lineage.renewal === null || proxy === undefined) throw new Error('an order without a renewal file');
  requireRunningProxy(lineage.renewal, way);
  const webroots = webrootsOf(runbook, lineage.renewal, names, { compose: found.compose, proxy, way });
  return {
    way,
    envFile: run.session.envFile?.path ?? null,
    names,
    webroots,
    server: lineage.renewal.server,
    profile: false,
    ...pluginOf(lineage.renewal),
    args: ['renew', '--cert-name', lineage.name, '--force-renewal', '--no-random-sleep-on-renew'],
    rehearsal: [],
  };
}

/** What certbot needs where challenges are answered through the DNS. Only files in certbot's own folder can be looked at. */
function pluginOf({
  authenticator,
  credentials = '',
}: Lineage): Pick<NonNullable<RenewRequest['order']>, 'plugin' | 'credentials'> {
  if (!authenticator.startsWith('dns-')) return { plugin: null, credentials: null };
  const inside = credentials.startsWith(`${STATE}/`) ? credentials.slice(STATE.length + 1) : null;
  return { plugin: authenticator, credentials: inside };
}

function verdictsOf(scene: Scene, { former }: LineagePlan, before: readonly Asked[], { order }: RenewRequest) {
  const best =
    [former, ...before.map(({ served }) => served)].sort((a, b) => (b[0]?.notAfter ?? 0) - (a[0]?.notAfter ?? 0))[0] ??
    [];
  return {
    reach: async (challenge: Parameters<typeof unreached>[1], leads: ReadonlyMap<string, readonly string[]>) => {
      const tell = (text: string): void => scene.run.recorder.warning(text);
      const host = new URL(scene.run.inputs.runbook.proxy.url).hostname.replace(/^\[|\]$/g, '');
      const wrong = await unreached(order?.names ?? [], challenge, { dial: scene.dial, leads, host, tell });
      return wrong.length === 0 ? null : wrong.join('; ');
    },
    take: (next: Chain) => judgeSuccessor(next, best, scene.now()),
    served: (next: Chain, moved: ReadonlyMap<string, string>) => untilServed(scene, before, next, moved),
  };
}
