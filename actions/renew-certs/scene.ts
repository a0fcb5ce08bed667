/** The data that a run works on: the host as it was found, and the served certificates. */

import { type Asked, askAll } from '../lib/certificates/ask';
import { hookNames, isCertbot } from '../lib/certificates/certbot';
import { skewOf } from '../lib/certificates/clocks';
import { consumersOf, isUsed } from '../lib/certificates/consumers';
import { copiedFrom, type Found, look } from '../lib/certificates/look';
import { placesOf } from '../lib/certificates/places';
import { keepsIssued, selfOrdering } from '../lib/certificates/self-ordering';
import { livePath, STATE } from '../lib/certificates/state';
import { UserError } from '../lib/errors';
import type { Run } from '../lib/procedure/define';
import type { Container } from '../lib/stack/model';
import { type Dial, dialThrough } from '../lib/stack/probe';
import type { CertificateInputs } from './inputs';
import { type Schedule, scheduleOf } from './schedule';

export interface Scene extends Schedule {
  readonly run: Run<CertificateInputs>;
  /** As it was when the run began; its record of orders is read again after one that failed. */
  found: Found;
  readonly dial: Dial;
  /** The latest answers. */
  asked: readonly Asked[];
  /** The proxy, if it does not run and a first certificate is to be ordered. */
  readonly down: Container | null;
  /** Places that the runbook file names and that could not be asked; a sentence each. */
  readonly lacking: readonly string[];
  /** Milliseconds since the epoch, by the host's clock. */
  readonly now: () => number;
  /** Milliseconds by which that clock is ahead of the runner's. */
  readonly skew: number;
}

/** Milliseconds until a connection must be open. */
const DIAL_TIMEOUT = 5000;

/** Changes nothing. @throws {UserError} RB-CERT-UNSEEN, RB-CONNECTION-LOST */
export async function see(run: Run<CertificateInputs>): Promise<Scene> {
  const { inputs, session, recorder } = run;
  const { runbook } = inputs;
  recorder.step('Look at proxies and files');
  const { containers } = session.state;
  // Before its first certificate it may not start at all.
  const down = inputs.wish === null ? null : downOf(containers, runbook.proxy.service);
  const proxies = down === null ? frontOf(containers, runbook.proxy.service) : [];
  const begun = Date.now();
  const found = await look(session.host, {
    runbook,
    root: session.root,
    proxies,
    down,
    envFile: session.envFile?.path ?? null,
  });
  if (Number.isNaN(found.now))
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: 'the host does not tell its time',
      remedy: 'try `date +%s` there',
    });
  const skew = skewOf(found.now, begun, Date.now());
  const now = (): number => Date.now() + skew;
  const dial = dialThrough(session.host, DIAL_TIMEOUT);
  recorder.step('Ask what is served');
  const others = consumersOf(runbook, containers, found.lineages);
  const asked = await askAll(dial, [...placesOf(runbook, found), ...others.places], found);
  for (const one of asked) recorder.info(lineOf(one));
  const scene = { run, found, dial, now, skew, asked, down, lacking: others.lacking, ...scheduleOf(inputs, found) };
  tell(scene);
  return scene;
}

function downOf(containers: readonly Container[], service: string | null): Container | null {
  const own = containers.filter((one) => one.service === service && !one.oneOff);
  return own.some(({ state }) => state === 'running') ? null : (own[0] ?? null);
}

/** @throws {UserError} RB-CERT-UNSEEN */
function frontOf(containers: readonly Container[], service: string | null): Container[] {
  const running = containers.filter(({ state, oneOff }) => state === 'running' && !oneOff);
  const front = running.filter((one) =>
    service === null ? one.published.includes('443/tcp') : one.service === service,
  );
  if (front.length > 0) return front;
  throw new UserError('RB-CERT-UNSEEN', {
    what: service === null ? 'no container of the stack publishes port 443' : `the service ${service} does not run`,
    why: 'so the certificates that are served over TLS cannot be read',
    remedy: 'start it, or correct proxy.service in runbook.yml; nothing was ordered',
  });
}

function lineOf({ question, address, port, served, problem }: Asked): string {
  const who = `${question.name ?? '(no name)'} at ${address} port ${port}`;
  return `${who}: ${problem ?? `serial ${served[0]?.serial.toLowerCase()}, ${served.length} in the chain`}`;
}

/** Of a proxy that orders its certificates itself. */
const LOST = ' By its mounts it does not keep them anywhere outside its container: each new container orders again.';

/** Notes that are not failures. */
function tell({ run, found, asked }: Scene): void {
  const { notes, session } = run;
  const { containers } = session.state;
  for (const { container, nginx, certbot } of found.proxies) {
    const own = selfOrdering(container);
    if (own !== null) {
      notes.push(
        `${container.service} is ${own.name}, which orders its certificates itself; this action only checks what it serves and orders nothing.${own.keeps ? '' : LOST}`,
      );
    } else if (certbot)
      notes.push(
        `The container of ${container.service} has a certbot of its own, which renews by itself; this action only checks what it serves and orders nothing.`,
      );
    else if (nginx === null)
      notes.push(
        `${container.service} (${container.image}) is neither nginx nor a proxy that is known to order certificates; this action only checks what it serves and orders nothing.`,
      );
    if (nginx?.stapling === true)
      notes.push('ssl_stapling is on: CAs no longer answer OCSP, and nginx only warns; remove the line.');
    if (nginx?.servers.some(({ ordersItself }) => ordersItself) === true)
      notes.push(
        `nginx orders certificates itself (acme_certificate): this action does not order those.${keepsIssued(nginx, container) ? '' : LOST}`,
      );
  }
  for (const { question, files, lineage } of asked) {
    for (const path of lineage === null ? question.certificates : [])
      if (livePath(path) !== null)
        note(run, `${path} belongs to a certbot folder that this action does not look at: it is not renewed here.`);
    const [own] = files[0] ?? [];
    const of = own === undefined || lineage !== null ? undefined : copiedFrom(found, own);
    if (of !== undefined)
      note(
        run,
        `${question.certificates.join(', ')} is a copy of the lineage ${of.name}: a renewal does not update it; make the proxy read the file in live/.`,
      );
  }
  for (const timer of found.state?.source === STATE ? found.timers : [])
    notes.push(
      `${timer} runs certbot on the host by itself, and does not tell the proxy; hand renewals over: ${/\.timer$/.test(timer) ? `systemctl disable --now ${timer}` : `take its line out of ${timer}`}.`,
    );
  for (const { name, renewal } of found.lineages)
    if (!isUsed(name, run.inputs.runbook, found.proxies, asked))
      notes.push(`No server uses the lineage ${name}${renewal === null ? '' : ', though certbot would renew it'}.`);
  for (const { name, renewal } of found.lineages) {
    if (renewal !== null && !/^(?:webroot|dns-)/.test(renewal.authenticator))
      notes.push(
        `The lineage ${name} is renewed by the authenticator ${renewal.authenticator}, which this action cannot use beside the proxy: certbot reconfigure --cert-name ${name} --webroot -w FOLDER.`,
      );
    if (renewal !== null && renewal.hooks.length > 0)
      notes.push(`certbot runs the hooks of renewal/${name}.conf by itself: ${hookNames(renewal.hooks)}.`);
  }
  for (const one of containers.filter(({ image, state, oneOff }) => isCertbot(image) && state === 'running' && !oneOff))
    notes.push(
      `The container ${one.name} runs certbot by itself, and does not tell the proxy; hand renewals over: docker compose stop ${one.service}, and remove the loop from the Compose file.`,
    );
}

/** Each note once, however many names it is about. */
function note({ notes }: Scene['run'], text: string): void {
  if (!notes.includes(text)) notes.push(text);
}
