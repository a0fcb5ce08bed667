/** The first certificate of a name or an address, or one with further names, through the proxy that runs. */
import { isIP } from 'node:net';
import type { Asked } from '../lib/certificates/ask';
import { waitFor } from '../lib/certificates/attempts';
import { certbotWay, preflight, webrootsOf } from '../lib/certificates/certbot';
import type { Chain } from '../lib/certificates/certificate';
import { unreached } from '../lib/certificates/challenge';
import { linkedTo } from '../lib/certificates/lineages';
import type { KnownLineage } from '../lib/certificates/look';
import { plainPlace } from '../lib/certificates/places';
import { renewLineage } from '../lib/certificates/renew-step';
import { rereadOf } from '../lib/certificates/reread';
import { judgeSuccessor } from '../lib/certificates/served';
import { livePath } from '../lib/certificates/state';
import { UserError } from '../lib/errors';
import type { Container } from '../lib/stack/model';
import { requireAllowed } from './allowed';
import type { Wish } from './inputs';
import { type Done, requireClock } from './renew';
import type { Scene } from './scene';
import { settle, untilServed } from './served';

/** Where everybody's certbot has it in its container. */
const WEBROOT = '/var/www/certbot';

/** @throws {UserError} nothing was ordered then, or the error says so */
export async function issue(scene: Scene, wish: Wish): Promise<Done> {
  const { run, found } = scene;
  const { lineage: name, names } = wish;
  const known = found.lineages.find((one) => one.name === name);
  const dummy = known !== undefined && isDummy(scene, known);
  if (known !== undefined && !dummy) return there(known, names);
  const proxy = found.proxies[0]?.container ?? scene.down ?? undefined;
  if (found.state === null || proxy === undefined)
    throw preflight(
      'no folder of the host and no volume keeps the certificates',
      'the proxy mounts nothing at /etc/letsencrypt: each certificate, and the account with it, would be lost with its container',
      'mount a folder or volume there (read-only is enough) and deploy',
    );
  requireClock(scene, name);
  if (scene.down !== null) requireLacking(scene, scene.down, name);
  const wanted = { lineage: name, server: wish.server, names, emergency: false, fresh: true };
  const wait = waitFor(found.attempts, wanted, scene.now() / 1000);
  if (wait !== null)
    throw new UserError('RB-CERT-RATE-LIMITED', {
      what: `${name}: the CA will not be asked before ${new Date(wait.until * 1000).toISOString()}`,
      why: wait.why,
      remedy: 'correct what made the last order fail; a run after that time asks again; nothing was ordered',
    });
  const { runbook } = run.inputs;
  const way = certbotWay(runbook, found);
  const lineage = { name, authenticator: 'webroot', server: wish.server, webroots: {}, webroot: WEBROOT, hooks: [] };
  const webroots = webrootsOf(runbook, lineage, names, { compose: found.compose, proxy, way });
  if (run.inputs.dryRun)
    return { text: `would be ordered from ${wish.server} for ${names.join(', ')}`, ordered: true, planned: true };
  run.recorder.step(`Order ${name}`);
  await requireAllowed(scene, names, { ...lineage, profile: wish.profile });
  const tell = (text: string): void => run.recorder.warning(text);
  const url = new URL(runbook.proxy.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.protocol === 'https:' ? Number(url.port) || 443 : 443;
  const places =
    scene.down === null
      ? scene.asked.filter((one) => one.lineage === name)
      : names.map((one) => placeOf(scene.down as Container, name, one, { address: host, port }));
  const next = await renewLineage(
    {
      runbook,
      root: run.session.root,
      lineage: name,
      fresh: true,
      relink: null,
      reread: rereadOf({ lineage: name, next: null, asked: [] }, found.proxies, runbook.certificates.consumers),
      state: found.state,
      first: { door: scene.down?.id ?? '', dummy, named: places.length > 0 },
      order: {
        way,
        envFile: run.session.envFile?.path ?? null,
        names,
        webroots,
        server: wish.server,
        profile: wish.profile !== null,
        plugin: null,
        credentials: null,
        args: argumentsOf(wish),
        rehearsal: argumentsOf(wish),
      },
    },
    {
      reach: async (challenge, leads) =>
        (await unreached(names, challenge, { dial: scene.dial, leads, host, tell })).join('; ') || null,
      take: (chain: Chain) => judgeSuccessor(chain, [], scene.now()),
      served: (chain, moved) => untilServed(scene, places, chain, moved),
    },
    { steps: run.steps(null), progress: run.recorder },
  );
  const wrong = judgeSuccessor(next, [], scene.now());
  if (wrong !== null)
    throw new UserError('RB-CERT-INVALID', {
      what: `${name}: ${wrong}`,
      remedy: 'see what the CA issued, in live/ of certbot',
    });
  if (places.length > 0) {
    if (scene.down !== null) scene.asked = places;
    await settle(scene, name, next);
    if (scene.down !== null)
      run.notes.push(`The proxy ${scene.down.service} did not start without ${name}; it runs now.`);
    return { text: 'ordered, and served', ordered: true, planned: false };
  }
  run.notes.push(
    `${name} lies in /etc/letsencrypt/live/${name}, and is not served to clients yet: name fullchain.pem and privkey.pem there in the configuration of the proxy (ssl_certificate, ssl_certificate_key), and deploy; then run mode: check.`,
  );
  return { text: 'ordered', ordered: true, planned: false };
}

/** A self-signed certificate that was put there so that the proxy starts: certbot does not know it. */
function isDummy({ found }: Scene, { name, renewal, generations }: KnownLineage): boolean {
  if (renewal !== null || generations.whole.length > 0) return false;
  const read = [...found.files].flatMap(([key, chain]) => (key.includes(`/live/${name}/`) ? [chain] : []));
  return read.length > 0 && read.every((chain) => chain?.[0]?.selfSigned === true);
}

/** @throws {UserError} unless it is this certificate that the proxy lacks: an order would not help it */
function requireLacking({ found }: Scene, { service }: Container, name: string): void {
  const lacks = found.lastWords.findLast((line) => /\[emerg\].*cannot load certificate/.test(line));
  if (lacks === undefined)
    throw new UserError('RB-PROXY-CONFIG', {
      what: `${service} does not run, and its log names no missing certificate`,
      remedy: 'make it start first; nothing was ordered',
      log: found.lastWords,
      logOf: service,
    });
  const path = /"([^"]+)"/.exec(lacks)?.[1] ?? '';
  if (livePath(path)?.lineage === name) return;
  throw preflight(
    `${service} does not start without ${path}, which does not belong to ${name}`,
    'with the certificate that was asked for it would not start either',
    `order ${livePath(path)?.lineage ?? 'the missing certificate'} first, with names and cert-name`,
  );
}

function placeOf(container: Container, lineage: string, name: string, at: { address: string; port: number }): Asked {
  return {
    ...plainPlace(container, at.address, { name, port: at.port, lineage }),
    files: [],
    lineage,
    served: [],
    problem: null,
    unseen: false,
  };
}

/** What is there is not ordered again; a folder that is nobody's would have certbot begin another beside it. */
function there({ name, renewal, generations, chains }: KnownLineage, names: readonly string[]): Done {
  const linked = linkedTo(generations);
  const has = (linked === null ? undefined : chains.get(linked))?.[0]?.names ?? [];
  if (renewal === null)
    throw preflight(
      `live/${name} is there, and renewal/${name}.conf is not`,
      `certbot would keep the new certificate as ${name}-0001, beside what the proxy reads`,
      `move live/${name} and archive/${name} away, or bring the renewal file back`,
    );
  const missing = names.filter((one) => !has.includes(one));
  if (missing.length > 0)
    throw preflight(
      `the lineage ${name} is there without ${missing.join(', ')}`,
      `it has ${has.join(', ') || 'no certificate'}`,
      `order ${missing.join(', ')} under another cert-name, or extend it by hand: certbot certonly --cert-name ${name} --expand -d …`,
    );
  return { text: 'there already', ordered: false, planned: true };
}

/** Let's Encrypt has certificates for addresses in this profile alone; a CA without profiles passes over it. */
const FOR_ADDRESSES = ['--preferred-profile', 'shortlived'];

export function argumentsOf({ lineage, names, email, server, profile }: Wish): string[] {
  return [
    ...['certonly', '--webroot', '-w', WEBROOT, '--cert-name', lineage, '--server', server],
    ...names.flatMap((name) => [isIP(name) === 0 ? '-d' : '--ip-address', name]),
    ...(profile !== null
      ? ['--required-profile', profile]
      : names.some((name) => isIP(name) !== 0)
        ? FOR_ADDRESSES
        : []),
    ...['--agree-tos', ...(email === null ? ['--register-unsafely-without-email'] : ['--email', email])],
  ];
}
