/** Releases that fail: the one before serves on, and the message says what to do. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { total } from '../load/report';
import { expectNeverWorse } from './failed-try';
import { interpose } from './interpose';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());
afterEach(async () => {
  stage.restoreFiles();
  await stage.host.registry.restore();
});

describe('a deploy is turned back when the new image', () => {
  it('crashes at start', async () => {
    const message = await expectNeverWorse(stage, {
      code: 'RB-START-CRASHED',
      log: 'fatal: config key FEATURE_TABLE is missing',
      try: () => stage.deploy('backend=v3-crash'),
    });
    // Its exit status is not known any more once Docker has started it again.
    expect(message).toMatch(/exit status 3|it ended and was started again/);
  });

  it('never becomes healthy', { tags: ['exhaustive'] }, async () => {
    await expectNeverWorse(stage, {
      code: 'RB-UNHEALTHY',
      log: 'backend v3-unhealthy starts',
      try: () => stage.deploy('backend=v3-unhealthy', { 'health-timeout': '10s' }),
    });
  });

  it('does not become healthy in time', { tags: ['exhaustive'] }, async () => {
    const message = await expectNeverWorse(stage, {
      code: 'RB-UNHEALTHY',
      log: 'listening on 8080',
      try: () => stage.deploy('backend=v2-slowstart', { 'health-timeout': '2s' }),
    });
    expect(message).toContain('0 of 1');
  });

  it('is healthy but answers 500 through nginx', async () => {
    const message = await expectNeverWorse(stage, {
      code: 'RB-WATCH-WORSE',
      log: 'backend v3-error500 starts',
      seen: true,
      try: () => stage.deploy('backend=v3-error500'),
    });
    expect(message).toMatch(/answered 500|answers were 5xx/);
  });

  it('has no healthcheck and dies after 3 s', { tags: ['exhaustive'] }, async () => {
    stage.stableFor('5s');
    await expectNeverWorse(stage, {
      code: 'RB-START-CRASHED',
      log: 'fatal: lost connection to the cache',
      try: () => stage.deploy('backend=v3-dies'),
    });
  });

  it('dies only when it serves', { tags: ['exhaustive'] }, async () => {
    await expectNeverWorse(stage, {
      code: ['RB-START-CRASHED', 'RB-WATCH-WORSE'],
      log: 'fatal: lost connection to the cache',
      seen: true,
      try: () => stage.deploy('backend=v3-dies-serving', { 'watch-duration': '6s' }),
    });
  });

  it('fails and hangs on SIGTERM: its container is removed quickly', { tags: ['exhaustive'] }, async () => {
    stage.edit('runbook.yml', (text) => text.replace('health-path: /healthz', 'health-path: /slow?seconds=60'));
    stage.edit('docker-compose.prod.yml', (text) => text.replace(/^ {2}backend:\n/m, '$&    stop_grace_period: 4m\n'));
    const begun = performance.now();
    await expectNeverWorse(stage, {
      code: 'RB-UNHEALTHY',
      log: 'backend v3-hangs starts',
      try: () => stage.deploy('backend=v3-hangs', { 'health-timeout': '3s' }),
    });
    // Its grace period alone would be longer.
    expect(performance.now() - begun).toBeLessThan(240_000);
  });

  it('is a worker that crashes: the old container is back', { tags: ['exhaustive'] }, async () => {
    const before = await stage.running();
    stage.stableFor('5s');
    const result = await stage.deploy('worker=v2-crash');
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('::error::RB-START-CRASHED');
    expect(result.stdout).toContain('fatal: cannot parse queue URL');
    const others = (list: typeof before) => list.filter(({ service }) => service !== 'worker');
    expect(others(await stage.running())).toEqual(others(before));
    expect(await stage.images('worker')).toEqual(['v1']);
    expect(await stage.current()).toBe('1-v1');
  });
});

describe('a deploy is refused when an image cannot be pulled', () => {
  it('because the tag does not exist', async () => {
    const message = await expectNeverWorse(stage, {
      code: 'RB-IMAGE-NOT-FOUND',
      try: () => stage.deploy('backend=v99'),
    });
    expect(message).toContain('acme/backend:v99');
  });

  it('because the registry is down', { tags: ['exhaustive'] }, async () => {
    await expectNeverWorse(stage, {
      code: 'RB-REGISTRY-UNREACHABLE',
      try: async () => {
        await stage.host.registry.stop();
        return stage.deploy('backend=v4');
      },
    });
  });

  it('because the registry refuses the login', { tags: ['exhaustive'] }, async () => {
    await stage.host.registry.start({ login: { user: 'ci', password: 'right' } });
    await expectNeverWorse(stage, {
      code: 'RB-REGISTRY-LOGIN',
      try: () =>
        stage.deploy('backend=v4', {
          registry: stage.host.registry.address,
          'registry-user': 'ci',
          'registry-password': 'wrong-password',
        }),
    });
  });

  it('because it has another digest', { tags: ['exhaustive'] }, async () => {
    const other = await stage.host.registry.digest('acme/backend', 'v1');
    await expectNeverWorse(stage, {
      code: 'RB-DIGEST-MISMATCH',
      try: () => stage.deploy(`backend=v4@${other}`),
    });
  });

  it('because its content is not what the digest names', { tags: ['exhaustive'] }, async () => {
    await stage.host.registry.corrupt('acme/backend', 'v5', 'layer');
    await expectNeverWorse(stage, {
      code: 'RB-DIGEST-MISMATCH',
      try: () => stage.deploy('backend=v5'),
    });
  });
});

describe('a deploy is refused for', () => {
  it('an invalid Compose file', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) =>
      text.replace('image: localhost:5000/acme/frontend', 'imgae: localhost:5000/acme/frontend'),
    );
    const message = await expectNeverWorse(stage, { code: 'RB-COMPOSE-INVALID', try: () => stage.deploy('v2') });
    expect(message).toContain('imgae');
  });

  it('a required variable that is unset', async () => {
    stage.edit('.env.production', (text) => text.replace(/^POSTGRES_PASSWORD=.*$/m, ''));
    const message = await expectNeverWorse(stage, { code: 'RB-VARIABLE-UNSET', try: () => stage.deploy('v2') });
    expect(message).toContain('POSTGRES_PASSWORD');
  });

  it('a broken nginx configuration', async () => {
    const old = await stage.host.root('cat /srv/stack/nginx/plain/*');
    stage.edit('nginx/plain/default.conf', (text) =>
      text.replace('proxy_pass http://backend:8080;', 'proxy_pas http://backend:8080;'),
    );
    await expectNeverWorse(stage, {
      code: 'RB-PROXY-CONFIG',
      log: 'unknown directive "proxy_pas"',
      try: () => stage.deploy('v2'),
    });
    expect(await stage.host.root('cat /srv/stack/nginx/plain/*')).toBe(old);
  });

  it('an nginx configuration that the running nginx would not see', { tags: ['exhaustive'] }, async () => {
    await stage.host.root('cd /srv/stack/nginx && mv plain gone && cp -a gone plain && rm -r gone');
    stage.edit('nginx/plain/default.conf', (text) => `# edited\n${text}`);
    await expectNeverWorse(stage, {
      code: 'RB-PROXY-CONFIG',
      log: 'nginx/plain/default.conf',
      try: () => stage.deploy('v1'),
    });
    const nginx = '$(docker ps -q --filter label=com.docker.compose.service=nginx)';
    await stage.host.root(`docker restart ${nginx}`);
    succeeded(await stage.deploy('v1'));
    expect(await stage.host.root(`docker exec ${nginx} head -n 1 /etc/nginx/conf.d/default.conf`)).toContain(
      '# edited',
    );
  });
});

it('a port that another process has is refused', { tags: ['exhaustive'] }, async () => {
  stage.edit('docker-compose.prod.yml', (text) =>
    text.replace('\n  frontend:\n', '\n  frontend:\n    ports: ["8099:80"]\n'),
  );
  const listener = await stage.host.root(
    `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 8099, Listen => 1) or die; sleep 600' >/dev/null 2>&1 & echo $!`,
  );
  try {
    const message = await expectNeverWorse(stage, { code: 'RB-PORT-TAKEN', try: () => stage.deploy('v2') });
    expect(message).toContain('8099');
  } finally {
    await stage.host.root(`kill ${listener}`);
  }
});

it('a caller that refuses the rules turns the release back, and the other callers lose their rules', {
  tags: ['exhaustive'],
}, async () => {
  const mend = await interpose(stage, {
    tool: 'iptables-restore',
    folder: '/usr/local/sbin',
    when: '*--noflush*',
    first: `[ -e /run/taken ] && { echo "iptables-restore: line 3: RULE_APPEND failed" >&2; exit 4; }
: >/run/taken`,
  });
  await expectNeverWorse(stage, {
    code: 'RB-REDIRECT-REFUSED',
    log: 'RULE_APPEND failed',
    try: () => stage.deploy('v2'),
  }).finally(mend);
});

it('a proxy that restarts beside the new release resolves its services again when the release is removed', {
  tags: ['exhaustive'],
}, async () => {
  let again: Promise<string> | undefined;
  const onLine = (line: string) => {
    if (line.startsWith('backend: 0 of 1 healthy')) again ??= stage.host.root('docker restart -t 0 acme-nginx-1');
  };
  const result = await stage.deploy('backend=v3-unhealthy', { 'health-timeout': '20s' }, { onLine });
  await again;
  expect(result.code, result.shown).toBe(1);
  // Longer than nginx remembers that somebody did not answer.
  await stage.host.root('date -u +%FT%TZ >/tmp/since');
  for (let second = 0; second < 15; second++) await stage.serving(3);
  const errors = await stage.host.root('docker logs --since "$(cat /tmp/since)" acme-nginx-1 2>&1 | grep error || :');
  expect(errors).toBe('');
  expect(await stage.attempts()).toBe('');
});

it('a disk that is full as the rules are removed is reported, and the next run removes them', {
  tags: ['exhaustive'],
}, async () => {
  const mend = await interpose(stage, {
    tool: 'sort',
    when: "''",
    first: `grep -q remove-redirect /srv/stack/.runbook/steps/*/operation 2>/dev/null && { echo "sort: write failed: No space left on device" >&2; exit 2; }`,
  });
  const result = await stage.deploy('v2').finally(mend);
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-REDIRECT-REFUSED: .*could not be removed[\s\S]*^What to do: /m);
  expect(await stage.redirected()).toContain('DNAT');
  succeeded(await stage.deploy('v2'));
  expect(await stage.redirected()).toBe('');
  succeeded(await stage.rollback({ release: '1-v1' }));
});

it('a disk that does not take the commit turns the release back', { tags: ['exhaustive'] }, async () => {
  const mend = await interpose(stage, {
    tool: 'sync',
    when: '*/.current.part',
    first: 'echo "sync: error syncing $1: Input/output error" >&2; exit 1',
  });
  const load = await stage.load();
  const result = await stage.deploy('v2').finally(mend);
  const report = await load.stop();
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-DISK-FULL: [\s\S]*^What to do: /m);
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  expect(await stage.current()).toBe('1-v1');
  for (const service of ['backend', 'worker']) expect(await stage.images(service)).toEqual(['v1']);
  expect(await stage.remains()).toBe('');
});
