/** The messages of the bundled action, where the run itself goes wrong. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { runAction } from '../run-action';

/** A host that nobody reaches. */
const nowhere = {
  ...{ 'ssh-host': '127.0.0.1', 'ssh-port': '1', 'ssh-user': 'deploy' },
  'ssh-key': generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'ssh-known-hosts': '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVhqM9HqZ7o8fVqT3YJtYVQ2xZsUq0dYkNwF0w1m6aV',
};

it('a run tells a chat that it began, and why it failed; one that was killed tells it by its post step', async () => {
  const got: string[] = [];
  const server = createServer(async (request, response) => {
    got.push((JSON.parse(await text(request)) as { text: string }).text);
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const workspace = mkdtempSync(join(tmpdir(), 'runbook-notify-'));
  const inputs = {
    ...nowhere,
    release: '1-v1',
    'notify-url': `http://127.0.0.1:${port}/canary`,
  };
  try {
    const result = await runAction('rollback', inputs, workspace);
    expect(result.code).toBe(1);
    expect(got).toEqual([
      expect.stringMatching(
        /^▶️ Roll back to 1-v1: \S+ on 127\.0\.0\.1\nhttps:\/\/github\.com\/acme\/stack\/actions\/runs\/1/,
      ),
      expect.stringMatching(/^❌ Roll back to 1-v1 failed: RB-HOST-UNREACHABLE: /),
    ]);
    expect(result.shown).not.toContain('/canary');
    // The main step came to its end, and has said so.
    await runAction('rollback', inputs, workspace, undefined, { step: { post: result.state } });
    expect(got).toHaveLength(2);
    await runAction('rollback', inputs, workspace, undefined, { step: { post: {} } });
    expect(got[2]).toMatch(/^⚠️ A run cancelled: RB-CANCELLED: /);
  } finally {
    server.close();
    rmSync(workspace, { recursive: true });
  }
});

it('a scheduled backup whose runbook file cannot be read opens an issue, and so does one that was killed', async () => {
  const opened: string[] = [];
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    response.writeHead(request.method === 'GET' ? 200 : 201, { 'content-type': 'application/json' });
    response.end(request.method === 'GET' ? '[]' : '{}');
    if (request.method !== 'GET') opened.push((JSON.parse(sent) as { body: string }).body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const env = { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const workspace = mkdtempSync(join(tmpdir(), 'runbook-issue-'));
  writeFileSync(join(workspace, 'runbook.yml'), 'stack: acme\nbackup: { databases: [{ usr: acme }] }\n');
  const inputs = { ...nowhere, 'github-token': 'ghs_1', 'report-failures': 'true' };
  try {
    const result = await runAction('backup', inputs, workspace, undefined, { env });
    expect(result.code).toBe(1);
    expect(opened).toEqual([expect.stringContaining('RB-CONFIG-INVALID')]);
    await runAction('backup', inputs, workspace, undefined, { env, step: { post: {} } });
    expect(opened).toEqual([expect.anything(), expect.stringContaining('RB-CANCELLED')]);
  } finally {
    server.close();
    rmSync(workspace, { recursive: true });
  }
});
