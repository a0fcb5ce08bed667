/** Every way to a published port, tried one by one while a stand-in serves, behind a firewall that knows that port only. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from './stage';
import { expectNothingLeft, planned, useNginx, useSingleBackend } from './stand-in-stage';

let stage: Stage;

/** A client beyond the host, in a namespace of its own that is linked to it by both families. */
const client = `
ip netns add client
ip link add outside type veth peer name eth0 netns client
ip addr add 192.0.2.1/24 dev outside
ip -6 addr add 2001:db8:1::1/64 dev outside nodad
ip link set outside up
ip -n client addr add 192.0.2.2/24 dev eth0
ip -n client -6 addr add 2001:db8:1::2/64 dev eth0 nodad
ip -n client link set eth0 up
ip -n client link set lo up`;

/** Nothing but SSH, the proxy and the one port, in whatever way it comes. */
const firewall = `
for tool in iptables ip6tables; do
  $tool -A INPUT -i lo -j ACCEPT
  $tool -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  for port in 22 80 443 8081; do $tool -A INPUT -p tcp --dport $port -j ACCEPT; done
done
ip6tables -A INPUT -p ipv6-icmp -j ACCEPT
iptables -P INPUT DROP
ip6tables -P INPUT DROP
iptables -P FORWARD DROP
iptables -I DOCKER-USER -i outside -p tcp -m conntrack --ctstate NEW ! --ctorigdstport 8081 -j DROP`;

const inNginx = (command: string) =>
  `docker exec $(docker ps -q --filter label=com.docker.compose.service=nginx) ${command}`;
const byNginx = (url: string) => `busybox wget -T 60 -qO - ${url}`;
const fromHost = (address: string) => `curl -sgf -m 60 http://${address}:8081/version`;

/** What each way is, as a command that prints the version which answers. `$own`: the host's address. */
const ways: Readonly<Record<string, string>> = {
  'outside, IPv4': `ip netns exec client ${fromHost('192.0.2.1')}`,
  'outside, IPv6': `ip netns exec client ${fromHost('[2001:db8:1::1]')}`,
  'the host by 127.0.0.1': fromHost('127.0.0.1'),
  'the host by ::1': fromHost('[::1]'),
  'the host by its address': fromHost('$own'),
  'the host by its IPv6 address': fromHost('[2001:db8:1::1]'),
  'a container by name': inNginx(byNginx('http://backend:8080/version')),
  'a container by alias': inNginx(byNginx('http://api:8080/version')),
  "a container by the host's address": inNginx(byNginx('http://$own:8081/version')),
};
const own = "own=$(ip -4 route get 192.0.2.99 from 0.0.0.0 oif eth0 | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')";

/** Names that are asked for without a pause, so that a way which is open for a second is seen. */
const names = ['backend', 'api', 'the-backend'];

/** Way → the version that answers, or `failed`. */
async function tryWays(): Promise<Record<string, string>> {
  const script = Object.values(ways).map((command) => `${command} || echo failed`);
  const lines = (await stage.host.root([own, ...script].join('\n'))).trim().split('\n');
  return Object.fromEntries(Object.keys(ways).map((name, index) => [name, lines[index] ?? '']));
}

const all = (version: string) => Object.fromEntries(Object.keys(ways).map((name) => [name, version]));

beforeAll(async () => {
  stage = await Stage.open();
  await stage.host.root(`set -e${client}${firewall}`);
  useSingleBackend(stage, 'stand-in', ['8081:8080']);
  succeeded(await stage.deploy('v1'));
  await stage.serving();
});
afterAll(() => stage?.close());

it('a stand-in takes over each way to a port; from outside, and for the host, without a failed request', {
  tags: ['exhaustive'],
}, async () => {
  expect(await tryWays(), 'before').toEqual(all('v1'));
  // The same all the time, one after the other on each way.
  const loops = Object.values(ways).map(
    (command, index) =>
      `(while [ ! -e /root/ways-end ]; do { ${command} || echo "failed $(date +%T)"; } >>/root/way-${index} 2>&1; sleep 0.3; done) </dev/null >/dev/null 2>&1 &`,
  );
  const askers = names.map((name) => {
    const once = `${byNginx(`http://${name}:8080/version`)} || echo "failed $(busybox date +%T)"`;
    const asker = `while [ ! -e /tmp/ways-end ]; do ${once}; busybox usleep 20000; done`;
    return `${inNginx(`busybox sh -c '${asker}'`)} >/root/name-${name} 2>&1 </dev/null &`;
  });
  await stage.host.root([own, ...loops, ...askers].join('\n'));
  let during: Promise<Record<string, string>> | null = null;
  const result = await stage.deploy(
    'backend=v2\nworker=v1',
    {},
    {
      onLine: (line) => {
        if (line.includes('backend: the stand-in serves')) during ??= tryWays();
      },
    },
  );
  await stage.host.root(`touch /root/ways-end; ${inNginx('busybox touch /tmp/ways-end')}; sleep 1`);
  succeeded(result);
  expect(await during, 'while only the stand-in has the new release').toEqual(all('v2'));
  expect(await tryWays(), 'after').toEqual(all('v2'));
  const files = [...Object.keys(ways).keys()].map((index) => `way-${index}`);
  for (const file of [...files, ...names.map((name) => `name-${name}`)]) {
    const answers = (await stage.host.root(`sort /root/${file} | uniq -c`)).trim();
    expect(answers, file).toMatch(/^\d+ v1\n +\d+ v2$/);
  }
  for (const way of ['the host to 127.0.0.1', 'the host to ::1', 'a container of the stack to'])
    expect(result.stdout).toContain(`the way from ${way}`);
  await expectNothingLeft(stage);
});

it('a plan says the downtime beforehand if a stand-in cannot take over a way', { tags: ['exhaustive'] }, async () => {
  await stage.host.root(`sed -i 's/^{/{ "userland-proxy": false,/' /etc/docker/daemon.json`);
  await stage.host.stopDocker();
  await stage.host.startDocker();
  await stage.serving();
  useNginx(stage, 'v2');
  const change = await planned(stage, 'backend=v2\nworker=v1', 'nginx');
  expect(change).toMatchObject({ kind: 'recreate', downtime: { code: 'RB-REDIRECT-REFUSED' } });
  expect(change?.downtime?.why).toContain('userland proxy');
  expect(change?.downtime?.seconds).toBeGreaterThan(0);
});
