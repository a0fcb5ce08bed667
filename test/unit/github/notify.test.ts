/** Messages at the begin and the end of a run, against a receiver on loopback. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { type Notices, noticesOf } from '../../../actions/lib/github/notify';
import { createRedactor } from '../../../actions/lib/procedure/redact';
import { never, Webhook } from '../../lab/webhook';

let webhook: Webhook;
let got: Webhook['got'];
const warnings: string[] = [];
const redactor = createRedactor();
const log = {
  warning: (said: string) => void warnings.push(redactor.apply(said)),
  secret: (value: string) => void redactor.add(value),
};

beforeAll(async () => {
  redactor.add('hunter2hunter2');
  webhook = await Webhook.start();
  got = webhook.got;
});
beforeEach(() => {
  got.length = 0;
  warnings.length = 0;
  webhook.status = 200;
  webhook.location = null;
  webhook.ready = Promise.resolve();
});
afterAll(() => webhook.close());

function notices(more: Readonly<Record<string, string>> = {}): Notices {
  const given: Record<string, string> = { 'notify-url': webhook.url, ...more };
  return noticesOf(
    (name) => given[name],
    log,
    (said) => redactor.apply(said),
  );
}

const REPORT = { title: 'Deploy v2', status: 'succeeded', stack: 'acme', seconds: 12.4 } as const;

it('messages are sent as a run begins and as it ends, with its result', async () => {
  await notices().began('Deploy v2', 'acme on 203.0.113.7');
  await notices().ended({ ...REPORT, verdict: 'Release 2-v2 is live.' });
  expect(got.map(({ event, status: became }) => [event, became])).toEqual([
    ['begin', 'running'],
    ['end', 'succeeded'],
  ]);
  expect(got[0]?.text).toMatch(/^▶️ Deploy v2: acme on 203\.0\.113\.7\n/);
  expect(got[1]?.content).toMatch(/^✅ Deploy v2: Release 2-v2 is live\. \(12 s\)\n/);
  expect(warnings).toEqual([]);
});

it('messages say why a run failed, without a secret, a log or a mention', async () => {
  const error = new UserError('RB-START-CRASHED', {
    what: 'v2<!channel> @everyone said hunter2hunter2',
    remedy: 'mend it',
    log: ['a line of a log'],
  });
  await notices().failed('Deploy v2', error);
  await notices().failed(null, new UserError('RB-CANCELLED', { what: 'it was ended', remedy: 'see the log' }));
  await notices().failed(null, new Error('stack with hunter2hunter2'));
  expect(got[0]?.text).toMatch(/^❌ Deploy v2 failed: RB-START-CRASHED: v2‹!channel› @\u200beveryone said \*\*\*\n/);
  expect(got[1]).toMatchObject({ status: 'cancelled' });
  expect(got[2]?.text).toMatch(/^❌ A run failed: an unexpected error\n/);
  expect(JSON.stringify(got)).not.toMatch(/hunter2|line of a log/);
});

it('messages are not sent for runs that only look, nor without an address', async () => {
  const looks: Record<string, string>[] = [{ 'dry-run': 'true' }, { list: 'true' }, { 'notify-url': '' }];
  for (const more of looks) {
    await notices(more).began('Deploy v2', 'acme');
    await notices(more).failed('Deploy v2', new Error('x'));
  }
  expect(got).toEqual([]);
});

it('messages of scheduled runs say only that the run failed, and its announcements', async () => {
  const quiet = noticesOf(
    (name) => ({ 'notify-url': webhook.url })[name],
    log,
    (said) => redactor.apply(said),
    true,
  );
  await quiet.began('Maintenance', 'acme');
  await quiet.ended(REPORT);
  expect(got).toEqual([]);
  await quiet.told('It ends soon.');
  await quiet.failed('Maintenance', new UserError('RB-MAINTENANCE-OVERDUE', { what: 'it is late', remedy: 'open it' }));
  expect(got.map(({ event, text: said }) => [event, said.split('\n')[0]])).toEqual([
    ['news', '⏳ It ends soon.'],
    ['end', '❌ Maintenance failed: RB-MAINTENANCE-OVERDUE: it is late'],
  ]);
});

it('come in their order, and nobody waits for the first', async () => {
  let begins = (): void => {};
  webhook.ready = new Promise<void>((resolve) => {
    begins = resolve;
  });
  const both = notices();
  const first = both.began('Deploy v2', 'acme');
  const last = both.ended(REPORT);
  expect(await Promise.race([last, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
  begins();
  await Promise.all([first, last]);
  expect(got.map(({ event }) => event)).toEqual(['begin', 'end']);
  expect(warnings).toEqual([]);
});

it('messages that do not arrive are a warning, and do not hold the run up', async () => {
  webhook.status = 500;
  await notices().ended(REPORT);
  expect(warnings).toEqual(['notify-url answered 500']);
  webhook.ready = never;
  await notices().began('Deploy v2', 'acme');
  await notices({ 'notify-url': 'not an address' }).began('Deploy v2', 'acme');
  expect(warnings).toHaveLength(3);
  expect(warnings.join()).not.toContain('canary');
}, 20_000);

it.each([301, 302, 303])('messages that a redirect (%i) would rob of their text are a warning', async (status) => {
  Object.assign(webhook, { status, location: '/elsewhere' });
  await notices().ended(REPORT);
  expect(got).toEqual([]);
  expect(warnings).toEqual([
    `notify-url answered ${status}, a redirect with which a message loses its text: write the address to which it leads`,
  ]);
});

it.each([307, 308])('messages follow a redirect that keeps them whole (%i)', async (status) => {
  Object.assign(webhook, { status, location: '/elsewhere' });
  await notices().ended(REPORT);
  expect(got.map(({ event }) => event)).toEqual(['end']);
  expect(warnings).toEqual([]);
});

it('messages that are redirected in a circle are a warning', async () => {
  Object.assign(webhook, { status: 307, location: webhook.url });
  await notices().ended(REPORT);
  expect(got).toEqual([]);
  expect(warnings).toEqual(['notify-url could not be reached: it redirects more than 5 times']);
});

it('a secret at the place where a long error is cut is not shown in part', async () => {
  const what = `${'x'.repeat(500 - 'RB-COMMAND-FAILED: '.length - 8)}hunter2hunter2`;
  await notices().failed('Deploy v2', new UserError('RB-COMMAND-FAILED', { what, remedy: 'look' }));
  expect(got[0]?.text).not.toContain('hunter2');
});
