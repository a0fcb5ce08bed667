/** Services that get datagrams, which the redirect does not lead to new containers. */
import { expect, it } from 'vitest';
import type { Container, ReleaseService } from '../../../actions/lib/stack/model';
import { parseContainers } from '../../../actions/lib/stack/observe/inventory';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { containerOf, emptyHost, release, runbook, service, traits } from './model-host';

function notesOf(container: Partial<Container>, wanted: Partial<ReleaseService> | null = {}): readonly string[] {
  const was = service('statsd', 'v1', '1');
  const state = {
    ...emptyHost,
    containers: [{ ...containerOf('statsd', was, true), ...container }],
    current: release('1', { statsd: was }),
  };
  const target = release('2', wanted === null ? {} : { statsd: service('statsd', 'v2', '2', wanted) });
  return diff(state, target, { runbook, migrate: false }).notes;
}

it.each<[string, Partial<ReleaseService>]>([
  ['started beside the old one', {}],
  ['started after the old one', { traits: { ...traits, containerName: 'statsd' } }],
])('a plan says that senders may keep the address of a container with UDP ports: %s', (_how, wanted) => {
  expect(notesOf({ udp: [514, 8125] }, wanted)).toEqual([
    'statsd has the UDP port 514, 8125, and only TCP is redirected to new containers. A program that looked up the address of statsd once, as many senders of metrics and logs do, may go on sending to an old container, and what it sends is lost: restart such programs after this run.',
  ]);
});

it('a plan says nothing of it where no address goes, or nothing can be lost by it', () => {
  expect(notesOf({})).toEqual([]);
  // HTTP/3.
  expect(notesOf({ udp: [443] })).toEqual([]);
  expect(notesOf({ udp: [8125] }, { traits: { ...traits, fixed: ['address 172.30.0.10'] } })).toEqual([]);
  expect(notesOf({ udp: [8125] }, { replicas: 0 })).toEqual([]);
  expect(notesOf({ udp: [8125] }, null)).toEqual([]);
});

it('UDP ports of a container are those that Docker lists, published or not', () => {
  const line = (ports: string) =>
    `{"id":"1","name":"/shop-statsd-1","labels":{},"image":"sha256:1","reference":"statsd","state":"running","health":"none","exitCode":0,"restarts":0,"networks":{},"ports":${ports},"mounts":[],"parts":[],"joins":[]}`;
  const udpIn = (ports: string) => parseContainers([line(ports)], new Map(), 'shop')[0]?.udp;
  expect(udpIn('{"8125/udp":null,"8126/tcp":null,"514/udp":[{"HostIp":"","HostPort":"514"}]}')).toEqual([514, 8125]);
  expect(udpIn('{"8126/tcp":null}')).toBeUndefined();
  expect(udpIn('null')).toBeUndefined();
});
