/** How a new release is judged by requests: its clients' answers in the proxy's log, and probes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProxyProbes } from '../../../actions/lib/stack/apply/proxy-probes';
import { type Answers, Watch } from '../../../actions/lib/stack/apply/watch';
import { runbook } from './model-host';

const script = `${import.meta.dirname}/../../../actions/lib/stack/apply/access-log.sh`;
const settings = { duration: 5, errorRate: 0.05, p95: 2000, minimumSamples: 20 };
const none: Answers = { all: 0, bad: 0, own: 0, steady: 0, outside: 0 };

/** The verdict `seen` seconds after the cutover, with so many good probes. */
function judged(before: Partial<Answers>, now: Partial<Answers>, { seen = 5, probes = 0 } = {}) {
  const watch = new Watch(settings, probes > 0, 100);
  watch.baseline({ ...none, ...before });
  for (let index = 0; index < probes; index++) watch.probe({ path: '/', status: 200, good: true, milliseconds: 5 });
  const answers = { ...none, steady: -1, ...now };
  watch.answers({ ...answers, outside: now.outside ?? answers.all }, 100 + seen);
  return watch.judge(100 + seen);
}

describe('traffic that vanished', () => {
  it('is said, though every probe is answered', () => {
    expect(judged({ all: 600, steady: 40 }, {}, { probes: 20 })).toMatchObject({ verdict: 'good', seen: false });
  });

  it('is not hidden by probes that the log does not tell from clients', () => {
    expect(judged({ all: 600, steady: 40 }, { all: 20 }, { probes: 20 })).toMatchObject({ seen: false });
  });

  it.each([
    ['traffic that came in bursts', { all: 600, steady: 0 }, {}],
    ['little traffic', { all: 20, steady: 1 }, {}],
    ['a client that is answered', { all: 600, steady: 40 }, { all: 1, own: 19 }],
    ['clients that another one answers', { all: 600, steady: 40 }, { steady: 0 }],
  ])('is not %s', (_, before, now) => {
    expect(judged(before, now, { probes: 20 })).toMatchObject({ verdict: 'good', seen: true });
  });
});

describe('traffic that is lost', () => {
  /** Each look: seconds since the cutover, answers to clients outside and to probes in the log, probes that were answered. */
  const looked = (steady: number, looks: readonly (readonly [number, number, number, number?])[], apart = false) => {
    const watch = new Watch(settings, true, 100);
    watch.baseline({ ...none, all: 600, steady });
    let probes = 0;
    for (const [at, outside, own, probed = own] of looks) {
      for (; probes < probed; probes++) watch.probe({ path: '/', status: 200, good: true, milliseconds: 5 });
      watch.answers({ all: outside, bad: 0, own, steady: apart ? 0 : 1, outside }, 100 + at);
    }
    return watch.judge(100 + looks.at(-1)![0]);
  };

  it('is worse, also after what was under way at the cutover has ended', () => {
    expect(looked(40, [[5, 0, 20]])).toMatchObject({
      verdict: 'bad',
      why: 'clients got no more answers: 0 in 5 s, never fewer than 40 in 5 s of the minute before; the access log has 20 probes of ours since',
    });
    const begun = [
      [1, 4, 4],
      [5, 4, 20],
    ] as const;
    expect(looked(40, begun)).toMatchObject({ verdict: 'wait' });
    expect(looked(40, [...begun, [6, 4, 24]])).toMatchObject({ verdict: 'bad' });
    expect(looked(40, [...begun, [5.5, 5, 22]])).toMatchObject({ verdict: 'good', seen: true });
  });

  it.each([
    ['a quiet site', 19, [[5, 0, 20]], false],
    ['a log without a probe of ours', 40, [[5, 0, 0, 20]], false],
    [
      'a log that ended',
      40,
      [
        [1, 0, 4],
        [5, 0, 4, 20],
      ],
      false,
    ],
    ['clients that another one answers', 40, [[5, 0, 20]], true],
  ] as const)('is not %s', (_, steady, looks, apart) => {
    expect(looked(steady, looks, apart)).toMatchObject({ verdict: 'good' });
  });
});

describe('what nobody saw', () => {
  it('is told from what was good', () => {
    expect(judged({}, {})).toMatchObject({ verdict: 'good', seen: false });
    expect(judged({}, {}, { probes: 5 })).toMatchObject({ verdict: 'good', seen: true });
    expect(judged({}, { all: 100, own: 1 })).toMatchObject({ verdict: 'good', seen: true });
  });

  it('own probes are no sample: errors of the few clients are not thinned by them', () => {
    expect(judged({}, { all: 40, bad: 20 }, { probes: 20 })).toMatchObject({ verdict: 'bad' });
  });
});

describe('a path', () => {
  const asked = async (...statuses: number[]): Promise<boolean> => {
    const proxy = new ProxyProbes({ ...runbook, proxy: { ...runbook.proxy, probes: ['/x'] } }, () =>
      Promise.reject(new Error()),
    );
    const answers = [...statuses];
    proxy.status = () => Promise.resolve(answers.shift() ?? 0);
    await proxy.before(() => {});
    return proxy.isGood('/x', answers.shift() ?? 0);
  };

  it.each([
    [200, 404, false],
    [200, 401, false],
    [302, 200, true],
    [404, 404, true],
    [200, 429, true],
    [200, 502, false],
  ])('that answered %i and answers %i now is as good as before: %s', async (before, now, good) => {
    expect(await asked(before, now)).toBe(good);
  });
});

describe('an access log', () => {
  const counted = (log: string, now = ''): string =>
    execFileSync('sh', ['-c', `. "$0"; answers_in "$1"`, script, now], { input: log, encoding: 'utf8' }).trim();

  it.each([
    ['combined', '1.2.3.4 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" STATUS 12 "-" "curl/8"'],
    ['JSON of nginx', '{"status":STATUS,"uri":"/"}'],
    ['JSON of Caddy', '{"level":"info","request":{"method":"GET"},"duration":0.01,"status":STATUS,"size":2}'],
    ['JSON of Traefik', '{"ClientAddr":"1.2.3.4:5","DownstreamStatus":STATUS,"Duration":12}'],
    [
      "HAProxy's httplog",
      '1.2.3.4:41 [29/Nov/2026:10:00:00.123] web api/one 0/0/1/2/3 STATUS 182 - - ---- 2/1/0/0/0 0/0 "GET / HTTP/1.1"',
    ],
  ])('is read: %s', (_, line) => {
    const log = ['200', '404', '502'].map((status) => line.replace('STATUS', status)).join('\n');
    expect(counted(`${log}\nsome other line\n`)).toBe('3 1 0 0 3');
  });

  it('counts an error of Caddy once, by the line of its access log', () => {
    const line = (logger: string) =>
      `{"level":"info","logger":"${logger}","request":{"remote_ip":"1.2.3.4"},"status":502}\n`;
    expect(counted(line('http.log.access.log0') + line('http.log.error.log0') + line('http.log.error'))).toBe(
      '1 1 0 0 1',
    );
  });

  it('is read from both outputs of a proxy, as Caddy writes it to its standard error', () => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-access-'));
    const line = '1.2.3.4 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1';
    const program = `RB_STEP=$1 PROXY=caddy PROJECT=acme; . "$0"
docker() { printf '%s\\n' '${line}'; printf '%s\\n' '${line}' >&2; }
running_containers() { echo one; }
proxies_in() { echo one; }
inside_addresses() { :; }
undo_push() { :; }
event() { echo "$*"; }
follow_access_log
wait
count_answers_on`;
    const told = execFileSync('sh', ['-c', program, script, folder], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(told.trim().split('\n')).toEqual([
      expect.stringContaining('answers of=baseline all=2 '),
      expect.stringContaining('answers of=now all=2 '),
    ]);
  });

  it('tells probes of ours from clients where it has user agents', () => {
    expect(counted('"GET /healthz HTTP/1.1" 200 3 "-" "runbook-actions"\n"GET / HTTP/1.1" 200 3 "-" "x"\n')).toBe(
      '1 0 1 0 1',
    );
  });

  it('tells clients from containers of the stack', () => {
    const log = [
      '172.18.0.5 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x/1.2.3.4"',
      'fd00::5 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"',
      '{"remote_ip":"::ffff:172.18.0.5","status":200}',
      '{"remote_ip":"172.18.0.50","upstream":"172.18.0.5","status":200}',
      'fd00::50 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"',
    ];
    const folder = mkdtempSync(join(tmpdir(), 'watch-'));
    writeFileSync(join(folder, 'inside'), '172.18.0.5\nfd00::5\n');
    const program = `RB_STEP=$1; . "$0"; answers_in`;
    const read = execFileSync('sh', ['-c', program, script, folder], { input: log.join('\n'), encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(read.trim()).toBe('5 0 0 0 2');
  });

  it('says how steady the minute before was', () => {
    const line = (second: number) => `2026-11-29T00:00:${String(second).padStart(2, '0')}.5Z "GET / HTTP/1.1" 200 3\n`;
    const every = Array.from({ length: 60 }, (_, second) => line(second)).join('');
    expect(counted(every, '00:01:00')).toBe('60 0 0 5 60');
    expect(counted(every, '00:01:20')).toBe('60 0 0 0 60');
    expect(counted(line(1).repeat(60), '00:01:00')).toBe('60 0 0 0 60');
  });
});
