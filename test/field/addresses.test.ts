/** Services whose address changes, behind an nginx that asked for it once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { interpose } from '../e2e/interpose';
import { annotation, Stage, succeeded } from '../e2e/stage';
import { expectNothingLeft } from '../e2e/stand-in-stage';

let stage: Stage;

/** Others on the network, with addresses below that of `reports`: the one that goes leaves a hole. */
let fillers = 6;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('nginx/plain/default.conf', (text) =>
    text.replace(
      '    location /app/ {',
      '    location /reports/ {\n        proxy_pass http://reports:8080/;\n    }\n\n    location /app/ {',
    ),
  );
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace(
        '  frontend:\n    <<',
        `  reports:
    <<: *service
    image: localhost:5000/acme/backend:v1 # reports
    environment:
      EDITION: "1"
    volumes:
      - reports-data:/data
    networks: [edge]

  frontend:
    <<`,
      )
      .replace(
        '      frontend:\n        condition: service_started',
        '      frontend:\n        condition: service_started\n      reports:\n        condition: service_started',
      )
      .replace('  db-data: {}', '  db-data: {}\n  reports-data: {}'),
  );
  await stage.host.root(
    `docker network create --label com.docker.compose.network=edge --label com.docker.compose.project=acme acme_edge
docker pull -q localhost:5000/acme/frontend:v1
for n in $(seq ${fillers}); do docker run -d --name filler-$n --network acme_edge localhost:5000/acme/frontend:v1; done`,
  );
  succeeded(await stage.deploy('v1', { 'health-timeout': '90s' }));
  await stage.serving();
});
afterAll(() => stage?.close());

async function addressOf(service: string): Promise<string> {
  const id = `$(docker ps -q --filter label=com.docker.compose.service=${service})`;
  return (
    await stage.host.root(`docker inspect --format '{{.NetworkSettings.Networks.acme_edge.IPAddress}}' ${id}`)
  ).trim();
}

async function makeHole(): Promise<void> {
  await stage.host.root(`docker rm -f filler-${fillers}`);
  fillers -= 1;
}

let edition = 1;
function changeReports(tag = 'v1'): void {
  edition += 1;
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace(/EDITION: "\d+"/, `EDITION: "${edition}"`)
      .replace(/backend:\S+ # reports/, `backend:${tag} # reports`),
  );
}

/** Every answer for a second, by its status. */
function answers(): Promise<string> {
  return stage.host.root(
    "for i in 1 2 3 4 5 6 7 8 9 10; do curl -sk -o /dev/null -m 3 -w '%{http_code}\\n' https://localhost/reports/; sleep 0.1; done | sort -u",
  );
}

it('a recreated service with another address is found by nginx, and by callers that know only the former one', async () => {
  const former = await addressOf('reports');
  await makeHole();
  changeReports();
  let led = Promise.resolve('');
  const result = await stage.deploy(
    'v1',
    {},
    {
      onLine: (line) => {
        if (!line.includes('watch: 0 of')) return;
        led = stage.host.root(
          `nsenter -t $(docker inspect --format '{{.State.Pid}}' filler-1) -n curl -s -m 3 http://${former}:8080/ || :`,
        );
      },
    },
  );
  succeeded(result);
  expect(await addressOf('reports')).not.toBe(former);
  expect(await led).toBe('v1\n');
  expect(await answers()).toBe('200\n');
  await expectNothingLeft(stage);
});

it('a service whose new release fails is found at the address where it came back', {
  tags: ['exhaustive'],
}, async () => {
  const former = await addressOf('reports');
  await makeHole();
  changeReports('v3-crash');
  const result = await stage.deploy('v1');
  expect(annotation(result)).toMatch(/^RB-START-CRASHED: /);
  expect(await addressOf('reports')).not.toBe(former);
  expect(await answers()).toBe('200\n');
  await expectNothingLeft(stage);
});

it('a service that moved for a release that is worse under real traffic is found at the address where it came back', {
  tags: ['exhaustive'],
}, async () => {
  await makeHole();
  changeReports();
  const result = await stage.deploy('backend=v3-error500\nworker=v1');
  expect(annotation(result)).toMatch(/^RB-WATCH-WORSE: /);
  expect(await answers()).toBe('200\n');
  await expectNothingLeft(stage);
});

it('a service that did not run is found at the address of its new container', { tags: ['exhaustive'] }, async () => {
  await stage.host.root(
    'docker stop -t 1 acme-reports-1 2>/dev/null || docker stop -t 1 $(docker ps -q --filter label=com.docker.compose.service=reports)',
  );
  await makeHole();
  changeReports();
  succeeded(await stage.deploy('v1'));
  expect(await answers()).toBe('200\n');
});

it('a recreated service is found on a host that refuses the redirect, too', { tags: ['exhaustive'] }, async () => {
  const mend = await interpose(stage, {
    tool: 'docker',
    when: '*--pid=host*',
    first: 'echo "authorization denied by plugin" >&2; exit 125',
  });
  const former = await addressOf('reports');
  await makeHole();
  changeReports();
  const result = await stage.deploy('v1');
  changeReports('v3-crash');
  await makeHole();
  const worse = await stage.deploy('v1');
  await mend();
  succeeded(result);
  expect(await addressOf('reports')).not.toBe(former);
  expect(annotation(worse)).toMatch(/^RB-START-CRASHED: /);
  expect(await answers()).toBe('200\n');
});
