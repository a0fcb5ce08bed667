/** What a procedure asks Docker while it waits, counted: a double of `docker` stands in for it, this machine's processes for containers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { redirectScript } from '../../../actions/lib/stack/redirect/redirect';

const stack = `${import.meta.dirname}/../../../actions/lib/stack/apply`;
const script = (name: string): string => readFileSync(join(stack, name), 'utf8');
/** `fail`, and what it needs. */
const failing = /^# report_log NAME[\s\S]*?(?=^# to_disk FILE)/m.exec(script('../../steps/step.sh'))?.[0] ?? '';

/** The services s1, s2, … have an old container `old-N` and a new one `new-N` each, all on one network. */
const docker = `#!/bin/sh
printf "%s\\n" "$(echo "$*" | tr "\\n" " ")" >>"$RB_STEP/asked"
number() { seq "$SERVICES"; }
pid() { cat "$RB_STEP/pid"; }
case "$*" in
  "ps "*) for n in $(number); do echo "s$n old-$n"; echo "s$n new-$n"; done ;;
  "network inspect "*) for n in $(number); do echo "old-$n net 4 10.0.0.$((2 * n))/24"; echo "new-$n net 4 10.0.0.$((2 * n + 1))/24"; done ;;
  "inspect "*)
    for word in "$@"; do
      case $word in
        tunnel) echo '"10.0.0.7"/"",' ;;
        old-* | new-*)
          case "$*" in
            *Health*RestartCount*) echo "s\${word#*-} $word running healthy 0 0 false $(pid) $NETWORK $PAIRS, $CHECK" ;;
            *Health*) echo "\${HEALTH:-healthy} s\${word#*-}" ;;
            *RestartCount*) echo "$word running \${RESTARTS:-0}" ;;
            *State.Pid*) echo "$word $(pid)" ;;
          esac ;;
      esac
    done ;;
esac
`;

/**
 * @param between done before each round, of which `rounds` is the number
 * @returns what the operation printed, and the questions to Docker of each of its rounds
 */
function run(
  services: number,
  operation: string,
  { restarts = 0, between = ':', check = 'null', network = 'acme_default', pairs = '"10.0.0.9"/"",' } = {},
): { events: string[]; rounds: string[][] } {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-rounds-'));
  try {
    const text = `
RB_STEP=${folder} PROJECT=acme RB_ROOT=${folder} PATIENCE=30 RB_COMMENT=run RB_CODE= SERVICES=${services} RESTARTS=${restarts} CHECK='${check}' NETWORK=${network} PAIRS='${pairs}'
export RB_STEP SERVICES RESTARTS CHECK NETWORK PAIRS
${script('../observe/containers.sh')}
${redirectScript()}
${script('proxy.sh')}
${script('access-log.sh')}
${script('apply.sh')}
${script('rounds.sh')}
${failing}
event() { printf '%s\\n' "$*"; }
clock=0
uptime_seconds() { echo "$clock"; }
bridges='lo eth0'
interfaces() { echo "$bridges"; }
hundredths() { echo 0; }
runner_lost() { false; }
rounds=0
await_word() {
  rounds=$((rounds + 1))
  echo "round $rounds" >>"$RB_STEP/asked"
  ${between}
  [ "$rounds" -ge 4 ] || return 1
  shift
  RB_WORD=$1
}
sleep() { :; }
PATH=${folder}:$PATH
cat >${folder}/docker <<'END'
${docker}
END
chmod 755 ${folder}/docker
command sleep 60 >/dev/null 2>&1 & echo $! >${folder}/pid
mkdir ${folder}/redirect
names=
for n in $(seq "$SERVICES"); do
  names="$names s$n"
  echo "old-$n" >"$RB_STEP/before-s$n"
  echo "old-$n address s$n retire net 4 10.0.0.$((2 * n))" >"$RB_STEP/redirect/old-s$n"
done
redirect_look && cp "$RB_STEP/redirect/callers" "$RB_STEP/redirect/applied"
: >"$RB_STEP/asked"
${operation} $names
echo "status $?"
kill "$(cat ${folder}/pid)"
`;
    const events = execFileSync('sh', ['-c', text], { encoding: 'utf8' }).trim().split('\n');
    const rounds = readFileSync(join(folder, 'asked'), 'utf8')
      .split(/^round \d+\n/m)
      .map((asked) => asked.split('\n').filter((line) => line !== ''));
    return { events, rounds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each(['op_gate go 60', 'op_watch 5 30'])('%s asks Docker as often for ten services as for one', (operation) => {
  const one = run(1, operation);
  const ten = run(10, operation);
  expect(one.events).toContain('status 0');
  expect(ten.events).toContain('status 0');
  const counts = (rounds: string[][]): number[] => rounds.map((asked) => asked.length);
  expect(counts(ten.rounds), ten.rounds.flat().join('\n')).toEqual(counts(one.rounds));
  // Who is on the networks is asked once, and then only the gate asks for something: how what is new is.
  const later = ten.rounds.slice(2, -1);
  expect(later).not.toEqual([]);
  for (const asked of later) expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(1);
});

const LOOK = /^network inspect /;

it('a gate looks again for callers when a container came onto a bridge, and else after 5 s', () => {
  const looks = (between: string): boolean[] => {
    const { rounds } = run(2, 'op_gate go 60', { between });
    return rounds.slice(1).map((asked) => asked.some((question) => LOOK.test(question)));
  };
  expect(looks(':')).toEqual([true, false, false, false]);
  expect(looks('[ "$rounds" != 2 ] || bridges="lo eth0 veth1"')).toEqual([true, true, false, false]);
  expect(looks('clock=$((clock + 3))')).toEqual([true, false, true, false]);
});

it('one round samples every new container, and no old one', () => {
  const { events } = run(3, 'sample');
  const sampled = events.filter((event) => event.startsWith('sample'));
  expect(sampled.map((event) => event.split(' ').slice(1, 3))).toEqual([
    ['service=s1', 'id=new-1'],
    ['service=s2', 'id=new-2'],
    ['service=s3', 'id=new-3'],
  ]);
});

const SLOW = '{"Test":["CMD-SHELL","a b \\"Retries\\":9"],"Interval":60000000000,"StartPeriod":300000000000}';

it.each([
  ['null', 0],
  ['{"Test":["CMD","true"]}', 180],
  [SLOW, 570],
  ['{"Test":["CMD","true"],"Interval":500000000,"Timeout":250000000,"Retries":5}', 4],
  [
    '{"Test":["CMD","true"],"Interval":15000000000,"Timeout":3000000000,"StartPeriod":30000000000,"StartInterval":1000000000,"Retries":30}',
    570,
  ],
])('a sample says how long the healthcheck %s may take: %i s', (check, takes) => {
  const { events } = run(2, 'sample', { check });
  const sampled = events.filter((event) => event.startsWith('sample'));
  expect(sampled).toHaveLength(2);
  for (const event of sampled) expect(event).toContain(` takes=${takes} addresses=10.0.0.9,, `);
});

it.each([
  ['acme_default', '10.0.0.9,,'],
  ['host', '127.0.0.1,'],
  ['container:tunnel', '10.0.0.7,'],
])('a sample says where a container in the network %s is probed: %s', (network, addresses) => {
  const { events } = run(1, 'sample', { network });
  expect(events.find((event) => event.startsWith('sample'))).toContain(` addresses=${addresses} `);
});

it.each([
  ['"10.0.0.9"/"fd00::9",', '10.0.0.9,,'],
  ['""/"fd00::9",', 'fd00::9,,'],
  ['""/"fd00::9","10.0.1.9"/"",', 'fd00::9,10.0.1.9,,'],
])('a container is probed by IPv6 where it has no IPv4: %s', (pairs, addresses) => {
  const { events } = run(1, 'sample', { pairs });
  expect(events.find((event) => event.startsWith('sample'))).toContain(` addresses=${addresses} `);
});

it('a sample says on which ports the former containers listened', () => {
  const { events } = run(2, 'printf 8000,9090, >"$RB_STEP/redirect/ports-s1"; sample');
  const called = events.filter((event) => event.startsWith('sample')).map((event) => event.replace(/.* called=/, ''));
  expect(called).toEqual(['8000,9090,', '']);
});

it('a gate waits for a slow healthcheck as long as that may take', () => {
  const between = 'clock=$((clock + 100))';
  expect(run(1, 'op_gate go 60', { between }).events).toContain('failed kind=no-verdict subject=go');
  expect(run(1, 'op_gate go 60', { between, check: SLOW }).events).toContain('status 0');
});

it('the watch ends when a new container started again', () => {
  const { events } = run(2, 'op_watch 5 30', { restarts: 1 });
  expect(events).toContain('failed kind=ended subject=s1');
  expect(events).toContain('status 1');
});

it('the watch is not good when a new container became unhealthy meanwhile', () => {
  const { events } = run(2, 'export HEALTH=unhealthy; op_watch 5 30');
  expect(events).toContain('failed kind=ailing subject=s1');
  expect(events).toContain('status 1');
});

it('a log that grows while it is watched is read once, and the sums are those of the whole log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-log-'));
  const line = (status: number): string => `1.2.3.4 - - [now] "GET / HTTP/1.1" ${status} 5`;
  const look = (...lines: string[]): string =>
    [...lines.map((text) => `echo '${text}' >>$RB_STEP/access`), ': >$RB_STEP/read', 'count_answers_on'].join('\n');
  try {
    const text = `RB_STEP=${folder}
${script('access-log.sh')}
event() { printf '%s\n' "$*"; }
tail() { command tail "$@" | tee "$RB_STEP/read"; }
${look(line(200), line(500))}
${look(line(200), line(404), line(502))}
${look()}
wc -c <"$RB_STEP/read"
`;
    const told = execFileSync('sh', ['-c', text], { encoding: 'utf8' }).trim().split('\n');
    expect(told.map((event) => event.trim())).toEqual([
      'answers of=now all=2 bad=1 own=0 steady=1 outside=2',
      'answers of=now all=5 bad=2 own=0 steady=1 outside=5',
      'answers of=now all=5 bad=2 own=0 steady=1 outside=5',
      '0',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
