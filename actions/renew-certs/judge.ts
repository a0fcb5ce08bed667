/** What is wrong with what is served. */
import { type Asked, judgeAsked } from '../lib/certificates/ask';
import { leftOf } from '../lib/certificates/certificate';
import { clocksDiffer, SET_CLOCK } from '../lib/certificates/clocks';
import { isUsed } from '../lib/certificates/consumers';
import { isLate, tooSparse } from '../lib/certificates/due';
import { linkedTo } from '../lib/certificates/lineages';
import { copiedFrom, lineageOf } from '../lib/certificates/look';
import { questionsOf, type Unasked } from '../lib/certificates/questions';
import { type ErrorCode, UserError } from '../lib/errors';
import type { Container } from '../lib/stack/model';
import type { Renewal } from './renew';
import type { Scene } from './scene';

/** All that makes the run red besides what a renewal itself said. */
export function problemsIn(scene: Scene, { problems: known, done }: Pick<Renewal, 'problems' | 'done'>): UserError[] {
  const { asked, found } = scene;
  const problems: UserError[] = [];
  const add = (code: ErrorCode, what: string, remedy: string, log?: readonly string[]): void => {
    problems.push(new UserError(code, { what, remedy, ...(log === undefined ? {} : { log, logOf: 'nginx' }) }));
  };
  for (const { container, broken, nginx } of found.proxies) {
    // Whatever was served meanwhile passed its check.
    const passed = [...done.values()].some(({ planned }) => !planned);
    if (broken.length > 0 && !passed && !known.some(({ code }) => code === 'RB-PROXY-CONFIG'))
      add(
        'RB-PROXY-CONFIG',
        `${container.service} refuses its present configuration`,
        'correct the error that it names: at its next start it would be down',
        broken,
      );
    for (const server of nginx === null ? [] : questionsOf(nginx).unasked)
      problems.push(...unasked(scene, container, server));
  }
  if (asked.length === 0)
    add(
      'RB-CERT-UNSEEN',
      'nothing can be checked: no name is known that is served over TLS',
      'name some under certificates.names in runbook.yml',
    );
  for (const what of scene.lacking)
    add('RB-CERT-UNSEEN', what, 'start it, or correct certificates.consumers in runbook.yml');
  const clocks = clocksDiffer(scene.skew);
  if (clocks !== null) add('RB-HOST-UNSUITABLE', `${clocks}: what is said of lifetimes may be wrong`, SET_CLOCK);
  const now = scene.now();
  for (const one of asked) {
    const who = whoOf(one);
    const wrong = one.unseen ? null : judgeAsked(one, now);
    if (one.unseen)
      add(
        'RB-CERT-UNSEEN',
        `${who}: ${one.problem}`,
        'see whether the proxy answers there; sshd must allow forwarding (AllowTcpForwarding), and proxy.url must lead to it',
      );
    else if (wrong !== null) add('RB-CERT-INVALID', `${who}: ${wrong}`, 'see its file and its renewal');
    else if (one.problem !== null && !known.some(({ details }) => details.what.startsWith(`${one.lineage}: `)))
      add(
        'RB-CERT-NOT-SERVED',
        `${who}: ${one.problem}`,
        one.lineage === null ? 'make the proxy read its files: nginx -s reload' : 'run renew-certs with mode: renew',
      );
  }
  problems.push(...tooSeldom(scene), ...expiring(scene), ...unused(scene));
  return unique(problems);
}

/** A server that no question reaches. If its certificate is seen elsewhere, or not certbot's, a note may be enough. */
function unasked({ asked, found, run }: Scene, container: Container, server: Unasked): UserError[] {
  const named = run.inputs.runbook.certificates.names;
  const { names, ports, sockets, certificates, behind } = server;
  if (behind.length === 0 && sockets.length > 0 && names.some((name) => named.includes(name))) return [];
  const lineages = certificates.map((path) => lineageOf(found, container, path));
  // A lineage of which nothing is asked is never due.
  const missed = lineages.filter((one) => renewedHere(found, one) && !asked.some(({ lineage }) => lineage === one));
  const who = names.join(' ') || 'a server without a name';
  const what = (why: string): string =>
    missed.length === 0 ? why : `${why}, so that ${missed.join(', ')} is not renewed`;
  if (behind.length > 0) {
    const hidden = what(
      `the certificate of ${who} on ${behind.join(', ')} cannot be checked: another server is asked for the same name and port`,
    );
    if (missed.length > 0)
      return [new UserError('RB-CERT-UNSEEN', { what: hidden, remedy: 'let both servers use the same certificate' })];
    run.notes.push(`${hidden}.`);
    return [];
  }
  const why =
    sockets.length > 0
      ? `the certificate of ${who} on ${sockets.join(', ')} cannot be checked: nothing reaches this socket from outside of the host`
      : `the certificate of ${who} on port ${ports.join(', ')} cannot be checked: no name is known to lead to it`;
  if (missed.length === 0 && sockets.length > 0) run.notes.push(`${why}.`);
  if (missed.length === 0 && (sockets.length > 0 || named.length > 0)) return [];
  const remedy =
    sockets.length > 0
      ? 'if clients reach it by a server in front, name it under certificates.names in runbook.yml: it is then asked at proxy.url'
      : `name one under certificates.names in runbook.yml${named.length > 0 ? ', or write the names there into its server_name' : ''}`;
  return [new UserError('RB-CERT-UNSEEN', { what: what(why), remedy })];
}

/** For certificates that this action renews. */
function tooSeldom({ asked, found, run, every, thin }: Scene): UserError[] {
  if (thin !== null && found.lineages.some(({ name }) => renewedHere(found, name)))
    run.notes.push(
      `Renewals are rarer than runbook.yml says: ${thin}. See whether the schedule of the workflow runs, or correct certificates.every.`,
    );
  return asked.flatMap(({ served: [leaf], lineage, question }) => {
    const renewed = renewedHere(found, lineage);
    const why = leaf === undefined || !renewed ? null : tooSparse(leaf, every);
    if (why === null) return [];
    return [
      new UserError('RB-CERT-SCHEDULE', {
        what: `${question.name ?? lineage}: ${why}`,
        ...(thin === null ? {} : { why: thin }),
        remedy: 'run the workflow more often, and say so in certificates.every of runbook.yml',
      }),
    ];
  });
}

/** A certificate that nothing here renews is reported early, and makes the run red when little time is left. */
function expiring(scene: Scene): UserError[] {
  const { asked, found, run } = scene;
  const now = scene.now();
  return asked.flatMap((one) => {
    const [leaf] = one.served;
    if (leaf === undefined || (one.question.name === null && leaf.selfSigned) || !isLate(leaf, now)) return [];
    const renewed = renewedHere(found, one.lineage);
    const text = `${whoOf(one)}: ${leftOf(leaf, now)} are left`;
    run.recorder.warning(text);
    if (renewed || now >= leaf.notAfter) return [];
    const copied = copiedFrom(found, leaf);
    return [
      new UserError('RB-CERT-UNMANAGED', {
        what: `${text}, and nothing on this host renews it`,
        ...(copied === undefined
          ? {}
          : { why: `its file is a copy of the lineage ${copied.name}; a renewal does not update it` }),
        remedy: one.question.ordersItself
          ? 'see why the proxy, or the tool that brings its files, did not renew it'
          : `make the proxy read the file in live/ of certbot: ${one.question.certificates.join(', ')}`,
      }),
    ];
  });
}

/** Milliseconds after which an expired lineage counts as forgotten. */
const FORGOTTEN = 30 * 24 * 3_600_000;

/**
 * A lineage that no proxy and no consumer is known to use: this action does not renew it. Some other program may use it,
 * for which certbot's own timer renewed it before it was switched off.
 */
function unused({ asked, found, run, now }: Scene): UserError[] {
  return found.lineages.flatMap(({ name, generations, chains }) => {
    const [leaf] = chains.get(linkedTo(generations) ?? -1) ?? [];
    if (leaf === undefined || !renewedHere(found, name) || isUsed(name, run.inputs.runbook, found.proxies, asked))
      return [];
    if (!isLate(leaf, now()) || now() > leaf.notAfter + FORGOTTEN) return [];
    return [
      new UserError('RB-CERT-UNMANAGED', {
        what: `${name}: ${leftOf(leaf, now())} are left, and nothing renews it`,
        why: 'neither the proxy nor a consumer in runbook.yml uses it, so this action leaves it alone, and no other certbot has renewed it',
        remedy: `name the program that uses it under certificates.consumers in runbook.yml; if none does: certbot delete --cert-name ${name}`,
      }),
    ];
  });
}

/** Whether this action renews the lineage. */
export function renewedHere({ lineages, proxies }: Scene['found'], lineage: string | null): boolean {
  if (proxies.some(({ certbot }) => certbot)) return false;
  return lineages.some(({ name, renewal }) => name === lineage && renewal !== null);
}

function unique(problems: readonly UserError[]): UserError[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

function whoOf({ question, address, port }: Asked): string {
  return `${question.name ?? 'the server for requests without a name'} (${address} port ${port})`;
}
