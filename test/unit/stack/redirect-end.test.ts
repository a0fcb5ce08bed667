/** What the end of a redirect is decided by: connections that were translated, and the endpoint that carries the ports. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostPortsScript, redirectScript } from '../../../actions/lib/stack/redirect/redirect';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-redirect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function shell(text: string, input = ''): string {
  const script = `PROJECT=acme RB_STEP=${folder}\n${redirectScript()}\n${hostPortsScript()}\n${text}`;
  return execFileSync('sh', ['-c', script], { input, encoding: 'utf8' });
}

describe('a chain is in use', () => {
  const line = (family: 'ipv4' | 'ipv6', state: string, dialled: string, answers: string): string =>
    `${family}     ${family === 'ipv4' ? 2 : 10} tcp      6 431990 ${state} src=me dst=${dialled} sport=40000 dport=8080 src=${answers} dst=me sport=8080 dport=40000 [ASSURED] mark=0 zone=0 use=2\n`;

  /** @param state of the socket with the connection's port (40000), as proc_net_tcp(5) has it; `null`: there is none */
  function translates(family: 'ip' | 'ip6', tracked: string, state: string | null = '01'): boolean {
    const [file, sockets] = [join(folder, 'tracked'), join(folder, 'sockets')];
    writeFileSync(file, tracked);
    const socket = state === null ? '' : `   0: 0201000A:9C40 0401000A:1F90 ${state} 00000000:00000000 00:00000000\n`;
    writeFileSync(sockets, `  sl  local_address rem_address   st tx_queue\n${socket}`);
    const paths = `s,/proc/net/nf_conntrack,${file},; s,/proc/net/tcp /proc/net/tcp6,${sockets},`;
    return (
      shell(`eval "$(translates_piece | sed '${paths}')"\ntranslates ${family} && echo yes || echo no`) === 'yes\n'
    );
  }

  it.each([
    ['ip', 'ipv4', '10.0.1.2', '10.0.1.4'],
    ['ip6', 'ipv6', 'fd00::2', 'fd00::4'],
  ] as const)('by an open connection of its family that was led elsewhere: %s', (tool, family, dialled, answers) => {
    expect(translates(tool, line(family, 'ESTABLISHED', dialled, answers))).toBe(true);
    expect(translates(tool === 'ip' ? 'ip6' : 'ip', line(family, 'ESTABLISHED', dialled, answers))).toBe(false);
  });

  it('and not by one that has ended, or that was led nowhere', () => {
    expect(translates('ip', line('ipv4', 'TIME_WAIT', '10.0.1.2', '10.0.1.4'))).toBe(false);
    expect(translates('ip', line('ipv4', 'ESTABLISHED', '10.0.1.2', '10.0.1.2'))).toBe(false);
    expect(translates('ip6', '')).toBe(false);
    for (const state of [null, '06', '0A'])
      expect(translates('ip', line('ipv4', 'ESTABLISHED', '10.0.1.2', '10.0.1.4'), state)).toBe(false);
  });
});

describe('the endpoint that carries published ports', () => {
  /** Docker names interfaces by the order of networks; what counts is the default route. */
  const routes = (
    gateway: string,
  ): string => `route Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
route ${gateway} 00000000 0102000A 0003 0 0 0 00000000 0 0 0
route eth0 0001000A 00000000 0001 0 0 0 00FFFFFF 0 0 0
route eth1 0002000A 00000000 0001 0 0 0 00FFFFFF 0 0 0
`;
  const addresses = 'has 10.0.1.3 24\nhas invalid IP 0\nhas 10.0.2.3 24\n';

  it.each([
    ['eth1', '10.0.2.3/24\n'],
    ['eth0', '10.0.1.3/24\n'],
  ])('is on the interface of the default route: %s', (gateway, endpoint) => {
    expect(shell('endpoint_in', routes(gateway) + addresses)).toBe(endpoint);
  });

  it('may be in a large or an odd subnet', () => {
    const large = 'route eth0 00000000 010012AC 3 0 0 0 00000000\nroute eth0 000012AC 00000000 1 0 0 0 0000FFFF\n';
    expect(shell('endpoint_in', `${large}has 172.19.0.9 16\nhas 172.18.200.9 16\n`)).toBe('172.18.200.9/16\n');
    const small = 'route eth0 00000000 B101A8C0 3 0 0 0 00000000\nroute eth0 B001A8C0 00000000 1 0 0 0 F8FFFFFF\n';
    expect(shell('endpoint_in', `${small}has 192.168.1.190 29\nhas 192.168.1.178 29\n`)).toBe('192.168.1.178/29\n');
  });
});
