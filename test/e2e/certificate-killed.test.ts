/** A renewal that is killed at each of its moments, or that ends with a certificate of no use: nobody is served a worse one. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startDelayProxy } from '../lab/delay';
import {
  ageShop,
  freshCa,
  lies,
  openStage,
  pebble,
  reload,
  run,
  served,
  stage,
  state,
  visits,
} from './certificate-site';
import { annotation, succeeded } from './stage';

beforeAll(async () => {
  await openStage();
  await freshCa();
});
afterAll(() => stage?.close());

/** The serial that is served before a renewal. */
let former: string;

beforeEach(async () => {
  await stage.host.root('rm -rf /srv/stack/.runbook/steps/*');
  await ageShop();
  former = await served('shop.test');
});

/** In the newest step of a renewal. */
const inStep = (
  script: string,
): string => `step() { ls -td /srv/stack/.runbook/steps/*-renew-shop-test 2>/dev/null | head -n 1; }
  ${script}`;
const operation = (name: string): string => `grep -qx ${name} "$(step)/operation" 2>/dev/null`;
const serves = (serial: string): string =>
  `[ "$(openssl s_client -connect localhost:443 -servername shop.test </dev/null 2>/dev/null | openssl x509 -noout -serial)" = '${serial}' ]`;

/** Waits on the host until it is so, or the test's time is over. */
const until = (condition: string, then = ''): Promise<string> =>
  stage.host.root(inStep(`until ${condition}; do sleep 0.02; done; ${then}`));

/**
 * A run over a connection that delays each word: between the reload and the end of its step lie several of them, so that
 * this moment can be met.
 */
async function runFarAway(onLine?: Parameters<typeof run>[1]): Promise<Awaited<ReturnType<typeof run>>> {
  const far = await startDelayProxy({ target: stage.host.sshPort, delayMs: 150 });
  const inputs = { 'ssh-port': String(far.port), 'ssh-known-hosts': stage.host.knownHostsFor(far.port) };
  return await run(inputs, onLine).finally(() => far.close());
}

/** A CA counts orders whose end nobody knows, and so does the host: they lie an hour back now. */
const later = (): Promise<string> =>
  stage.host.root(`cd /srv/stack/.runbook; [ -e certificates.jsonl ] || exit 0
    as=$(stat -c %u certificates.jsonl)
    awk '{ match($0, /"at":[0-9]+/); at = substr($0, RSTART + 5, RLENGTH - 5); print substr($0, 1, RSTART + 4) (at - 3600) substr($0, RSTART + RLENGTH) }' certificates.jsonl >part && mv part certificates.jsonl && chown "$as" certificates.jsonl`);

/** A killed action keeps its lease for a minute, which no test waits for. */
const released = (): Promise<string> =>
  stage.host.root('flock -w 60 /srv/stack/.runbook/lock true && echo 0 >/srv/stack/.runbook/heartbeat');

/** The next run brings a new certificate to everybody, and nothing of the killed one is left. */
async function converges(): Promise<void> {
  await later();
  succeeded(await run());
  const now = await served('shop.test');
  expect(now).not.toBe(former);
  expect(now).toBe(await lies('shop.test'));
  succeeded(await run({ mode: 'check' }));
  expect(await stage.host.root('find /var/www/certbot -type f')).toBe('');
  expect(await stage.host.root('docker ps -aq --filter label=runbook.helper')).toBe('');
}

type Renewal = (onLine?: Parameters<typeof run>[1]) => ReturnType<typeof run>;

const near: Renewal = (onLine) => run({}, onLine);

const MOMENTS: readonly (readonly [string, () => string, Renewal])[] = [
  ['looks whether an order would succeed', () => operation('preflight'), near],
  ['orders', () => operation('order'), near],
  ['begins to serve the new one', () => operation('serve'), near],
  ['has had nginx read the new one', () => `${operation('serve')} && ! ${serves(former)}`, runFarAway],
];

it.each(MOMENTS)(
  'a renewal whose step is killed while it %s leaves a valid certificate served, and the next run converges',
  {
    tags: ['exhaustive'],
  },
  async (_name, moment, renew) => {
    const users = visits('shop.test');
    const kill = 'read -r pid _ <"$(step)/process"; kill -s KILL -- "-$pid"';
    const [killed] = await Promise.all([renew(), until(moment(), kill)]);
    expect(killed.code, killed.shown).toBe(1);
    await converges();
    expect((await users.stop()).failed).toEqual([]);
  },
);

it.each(MOMENTS.slice(1))(
  'a renewal whose runner is killed while it %s has a valid certificate served, and the next run converges',
  {
    tags: ['exhaustive'],
  },
  async (_name, moment, renew) => {
    const users = visits('shop.test');
    let kill: () => void = () => {};
    const going = renew((_line, end) => {
      kill = end;
    });
    await until(moment());
    kill();
    await going;
    // Without the runner's word the step puts everything back by itself, or has been done before.
    await until('[ -n "$(step)" ] && [ -e "$(step)/status" ]');
    await released();
    await converges();
    expect((await users.stop()).failed).toEqual([]);
  },
);

/** Runs in certbot's container after an order, as deploy hooks do. */
const hook = (script: string): Promise<string> =>
  stage.host.root('f=/etc/letsencrypt/renewal-hooks/deploy/own.sh; mkdir -p "${f%/*}" && cat >"$f" && chmod 755 "$f"', {
    input: `#!/bin/sh\ncd "$RENEWED_LINEAGE" || exit 1\n${script}\n`,
  });

it.each([
  [
    'lacks its chain',
    'cat cert.pem >fullchain.pem',
    /^RB-CERT-INVALID: shop\.test: the issued certificate must not be served\nCause: .*chain is missing/,
  ],
  [
    'lacks a name',
    'openssl req -x509 -key privkey.pem -subj /CN=x -days 90 -addext subjectAltName=DNS:shop.test -out cert.pem && cat cert.pem >fullchain.pem',
    /^RB-CERT-INVALID: shop\.test: the issued certificate must not be served\nCause: it lacks www\.shop\.test/,
  ],
  [
    'does not belong to its key',
    'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out /tmp/other && cat /tmp/other >privkey.pem',
    /^RB-PROXY-CONFIG: shop\.test: the proxy refuses its configuration[\s\S]*key values mismatch/,
  ],
])(
  'a certificate that %s is not served, and is not tried again: the next run orders another one',
  {
    tags: ['exhaustive'],
  },
  async (_name, harm, message) => {
    const before = [former, await state()];
    await hook(harm);
    const users = visits('shop.test');
    const result = await run();
    await stage.host.root('rm /etc/letsencrypt/renewal-hooks/deploy/own.sh');
    expect(annotation(result)).toMatch(message);
    expect(annotation(result)).toContain('What to do: ');
    expect([await served('shop.test'), await state()]).toEqual(before);
    // Nobody's reload brings the useless one either.
    await reload();
    expect(await served('shop.test')).toBe(former);
    const orders = await pebble.orders();
    await converges();
    expect(await pebble.orders()).toBe(orders + 1);
    expect((await users.stop()).failed).toEqual([]);
  },
);
