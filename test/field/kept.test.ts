/** Callers that keep connections for later requests, however that is written, and containers that call themselves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { expectNothingLeft } from '../e2e/stand-in-stage';
import { installNginx } from '../lab/nginx';
import { total } from '../load/report';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('.env.production', (text) => `${text}NGINX_CONFIG=upstream\n`);
  useUpstream('upstream backend { server backend:8080; keepalive 16; }');
  succeeded(await stage.deploy('v1', { 'health-timeout': '90s' }));
  await stage.serving();
});
afterAll(() => stage?.close());

function useUpstream(written: string): void {
  stage.edit('nginx/upstream/default.conf', (text) => text.replace(/upstream backend \{[^}]*\}/, written));
}

function useHealthcheck(url: string): void {
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace(/ {4}healthcheck: # own\n.*\n/, '')
      .replace(
        '        aliases: [api]\n      internal: {}\n',
        `        aliases: [api]\n      internal: {}\n    healthcheck: # own\n      { test: ["CMD-SHELL", "busybox wget -q -O /dev/null ${url}"], interval: 1s, timeout: 5s, retries: 3 }\n`,
      ),
  );
}

describe('nginx that keeps connections to its upstream', () => {
  it('written on one line: a release that answers 500 is judged, and turned back', async () => {
    const load = await stage.load();
    const result = await stage.deploy('backend=v3-error500\nworker=v1');
    const report = await load.stop();
    expect(annotation(result)).toMatch(/^RB-WATCH-WORSE: /);
    expect(total(report).versions['v3-error500']).toBeGreaterThan(0);
    expect(await stage.images('backend')).toEqual(['v1']);
    await stage.serving(5);
    await expectNothingLeft(stage);
  });

  it('has read its former files again when the release they came with is turned back', {
    tags: ['exhaustive'],
  }, async () => {
    stage.edit('nginx/upstream/default.conf', (text) =>
      text.replace('listen 443 ssl;', 'listen 443 ssl;\n    add_header x-edition new always;'),
    );
    const result = await stage.deploy('backend=v3-error500\nworker=v1');
    stage.edit('nginx/upstream/default.conf', (text) => text.replace('\n    add_header x-edition new always;', ''));
    expect(annotation(result)).toMatch(/^RB-WATCH-WORSE: /);
    expect(await stage.host.root('curl -skI https://localhost/')).not.toContain('x-edition');
  });

  it('written with a tab: no request fails as the release changes', { tags: ['exhaustive'] }, async () => {
    useUpstream('upstream backend {\n\tserver backend:8080;\n\tkeepalive 16;\n}');
    succeeded(await stage.deploy('v1'));
    const load = await stage.load();
    const result = await stage.deploy('backend=v2\nworker=v1');
    const report = await load.stop();
    succeeded(result);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    expect(total(report).versions.v2).toBeGreaterThan(0);
  });
});

it('nginx of a version that keeps connections unasked: the new release is judged, and no request fails', {
  tags: ['exhaustive'],
}, async () => {
  await installNginx(stage.host, 'nginx:newest');
  expect(await stage.host.root('docker run --rm nginx:newest nginx -v 2>&1')).toMatch(
    /nginx\/1\.(29\.([7-9]|\d\d)|[3-9]\d)/,
  );
  useUpstream('upstream backend { server backend:8080; }');
  const former = /image: localhost:5000\/acme\/nginx:v1/;
  stage.edit('docker-compose.prod.yml', (text) => text.replace(former, 'image: nginx:newest\n    pull_policy: never'));
  succeeded(await stage.deploy('v1'));
  await stage.serving();
  const load = await stage.load();
  const worse = await stage.deploy('backend=v3-error500\nworker=v1');
  expect(annotation(worse)).toMatch(/^RB-WATCH-WORSE: /);
  load.phase('change');
  const result = await stage.deploy('backend=v2\nworker=v1');
  const report = await load.stop();
  succeeded(result);
  expect(result.stdout).toContain('keeps connections to containers that are about to be removed; it reloads');
  expect(total(report, ['change']).failed, await stage.failures(report)).toBe(0);
  await expectNothingLeft(stage);
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace('image: nginx:newest\n    pull_policy: never', 'image: localhost:5000/acme/nginx:v1'),
  );
  useUpstream('upstream backend { server backend:8080; keepalive 16; }');
});

it('a caller that is not nginx and keeps its connection is served by the new release while that is judged', {
  tags: ['exhaustive'],
}, async () => {
  succeeded(await stage.deploy('backend=v2\nworker=v1'));
  const program = `
const { Agent, get } = require('node:http');
const agent = new Agent({ keepAlive: true, maxSockets: 2 });
const ask = () => get({ host: 'backend', port: 8080, agent }, (answer) => { console.log(answer.headers['x-version']); answer.resume(); }).on('error', (error) => console.log('failed ' + error.code));
setInterval(ask, 500);`;
  await stage.host.put('/srv/stack/pooled.js', program);
  await stage.host.root(
    'docker run -d --name pooled --network acme_edge -v /srv/stack/pooled.js:/pooled.js:ro localhost:5000/acme/backend:v1 node /pooled.js',
  );
  let seen = Promise.resolve('');
  const result = await stage.deploy(
    'backend=v1\nworker=v1',
    // A look that meets a request under way ends nothing; on a slow machine there are few of them in two seconds.
    { 'watch-duration': '6s' },
    {
      onLine: (line) => {
        if (line.includes('traffic is good') || line.includes('committed:'))
          seen = stage.host.root('docker logs --tail 1 pooled');
      },
    },
  );
  succeeded(result);
  expect(await seen).toBe('v1\n');
  const said = await stage.host.root('docker logs pooled; docker rm -f pooled >/dev/null');
  expect(said).toContain('v2\n');
  expect(said).not.toContain('failed');
});

describe('the healthcheck of a new container is answered by itself', () => {
  beforeAll(() => {
    stage.edit('runbook.yml', (text) => text.replace('    health-path: /healthz\n    health-port: 8080\n', ''));
  });

  it('where it calls its own address', { tags: ['exhaustive'] }, () =>
    judges("http://$$(busybox hostname -i | cut -d' ' -f1):8080/healthz"),
  );
  it('where it calls the name of its service', { tags: ['exhaustive'] }, () => judges('http://backend:8080/healthz'));

  async function judges(url: string): Promise<void> {
    useHealthcheck(url);
    succeeded(await stage.deploy('v1'));
    const result = await stage.deploy('backend=v3-unhealthy\nworker=v1');
    expect(annotation(result)).toMatch(/^RB-UNHEALTHY: /);
    await expectNothingLeft(stage);
  }
});
