import { expect, it } from 'vitest';
import { frontOf, lineageOf } from '../../../actions/lib/certificates/look';
import type { Container } from '../../../actions/lib/stack/model';

const container = {
  mounts: [{ type: 'bind', source: '/etc/letsencrypt', target: '/etc/letsencrypt', writable: false }],
} as unknown as Container;
const CONFIG = [
  '# configuration file /etc/nginx/nginx.conf:',
  'http { server { listen 443 ssl; server_name a.example; ssl_certificate /a; } }',
];

const frontSaying = (config: readonly string[], status: readonly string[], certbot: readonly string[] = []) =>
  frontOf(container, (part) => ({ config, status, certbot })[part]);

it('nginx that refuses its files is nginx all the same, whatever it says is missing', () => {
  const said = 'nginx: [emerg] open() "/etc/nginx/x" failed (2: No such file or directory) in /etc/nginx/nginx.conf:5';
  const front = frontSaying(CONFIG, ['1', said]);
  expect(front.nginx?.servers).toHaveLength(1);
  expect(front.broken).toEqual([said]);
  expect(frontSaying(CONFIG, ['0']).broken).toEqual([]);
  // Docker itself failed, or nothing came.
  expect(frontSaying([], ['1']).broken).toEqual(['nginx -T failed without a message']);
  expect(frontSaying([], []).broken).toEqual(['nginx -T failed without a message']);
});

it('a container without nginx is another proxy', () => {
  const said =
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "nginx": executable file not found in $PATH: unknown';
  expect(frontSaying([], ['127', said])).toMatchObject({ nginx: null, broken: [] });
});

it('a certbot in the container of the proxy is seen, and a shell that has none says nothing', () => {
  expect(frontSaying(CONFIG, ['0'], ['/usr/bin/certbot']).certbot).toBe(true);
  expect(frontSaying(CONFIG, ['0']).certbot).toBe(false);
  expect(frontSaying(CONFIG, ['0'], ['OCI runtime exec failed: exec: "sh": executable file not found']).certbot).toBe(
    false,
  );
});

it('a path is of a lineage only in the folder that was looked at', () => {
  const path = '/etc/letsencrypt/live/a.example/fullchain.pem';
  expect(lineageOf({ state: { source: '/etc/letsencrypt', inner: '' } }, container, path)).toBe('a.example');
  expect(lineageOf({ state: { source: '/srv/other', inner: '' } }, container, path)).toBeNull();
  expect(lineageOf({ state: null }, container, path)).toBeNull();
  expect(lineageOf({ state: { source: '/etc/letsencrypt', inner: '' } }, container, '/etc/ssl/a.pem')).toBeNull();
});
