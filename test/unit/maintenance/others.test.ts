/** What stays open beside the proxy while a site is closed. */
import { expect, it } from 'vitest';
import { othersOpen } from '../../../actions/maintenance/others';
import { release, service } from '../stack/model-host';

const services = {
  proxy: { ports: [{ published: '443', target: 443, protocol: 'tcp' }] },
  api: {},
  grafana: {
    ports: [
      { published: '3000', target: 3000, protocol: 'tcp', host_ip: '192.0.2.7' },
      { published: '8125', target: 8125, protocol: 'udp' },
    ],
  },
  db: { ports: [{ published: '5432', target: 5432, host_ip: '127.0.0.1' }] },
  cache: { ports: [{ published: '6379', target: 6379, host_ip: '::1' }] },
  agent: { network_mode: 'host' },
  mail: { ports: [{ target: 25, protocol: 'tcp' }] },
};
const current = release(
  '1-v1',
  Object.fromEntries(Object.keys(services).map((name) => [name, service(name, 'v1', '1-v1')])),
);

it('a closed site names services that have ports of the host of their own', () => {
  expect(othersOpen(services, current, 'proxy')).toEqual([
    'Not closed: grafana (port 3000, 8125/udp), agent (in the network of the host), mail (port any). These services have ports of the host of their own, and whoever reaches those does not meet the page.',
  ]);
});

it('a closed site names no service that only the proxy, the host or nobody reaches', () => {
  const { proxy, api, db, cache, grafana } = services;
  expect(othersOpen({ proxy, api, db, cache }, current, 'proxy')).toEqual([]);
  const stopped = { ...current, services: { grafana: { ...current.services.grafana!, replicas: 0 } } };
  expect(othersOpen({ grafana }, stopped, 'proxy')).toEqual([]);
});

it('a closed site names services to which another proxy or a tunnel may lead', () => {
  const more = {
    proxy: { ...services.proxy, labels: { 'traefik.http.routers.web.rule': 'Host(`shop.example`)' } },
    api: { labels: { 'traefik.enable': 'true', 'traefik.http.routers.api.rule': 'Host(`api.example`)' } },
    db: { labels: { 'traefik.enable': 'false' } },
    grafana: { environment: { VIRTUAL_HOST: 'grafana.example' } },
    agent: { image: 'cloudflare/cloudflared:2026.1.0' },
  };
  expect(othersOpen(more, current, 'proxy')).toEqual([
    expect.stringMatching(/^Not closed: api, grafana, if another proxy leads there: /),
    expect.stringMatching(/^Not closed: what agent leads to past proxy: a tunnel/),
  ]);
  const stopped = { ...current, services: { api: { ...current.services.api!, replicas: 0 } } };
  expect(othersOpen({ api: more.api }, stopped, 'proxy')).toEqual([]);
});
