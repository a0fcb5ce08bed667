/** Hosts whose login prints something, or runs something else, before a script. */
import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { connect } from '../../../actions/lib/host/connect';
import type { Host } from '../../../actions/lib/host/host';
import { startSshd } from './sshd';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** @param command what sshd runs in place of each command; `$SSH_ORIGINAL_COMMAND` is the command */
async function hostThatRuns(command: string): Promise<Host> {
  const sshd = await startSshd({ config: [`ForceCommand ${command}`] });
  stops.push(() => sshd.stop());
  const host = await connect(sshd);
  stops.push(() => host.close());
  return host;
}

const GREETING = 'seq 5000; echo Welcome; echo "it is $(date)" >&2; eval "$SSH_ORIGINAL_COMMAND"';

it('what a login prints is no output of a script', async () => {
  const host = await hostThatRuns(GREETING);
  expect(await host.run('echo out; cat', { input: 'given' })).toMatchObject({ code: 0, stdout: 'out\ngiven' });

  const session = await host.open('read -r line; echo "got $line"');
  session.write('word');
  const lines: string[] = [];
  for await (const line of session.lines) lines.push(line);
  expect(lines).toEqual(['got word']);

  const chunks: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const streamed = await host.stream('head -c 300000 /dev/zero', sink);
  expect(streamed).toEqual({
    bytes: 300_000,
    sha256: createHash('sha256').update(Buffer.alloc(300_000)).digest('hex'),
  });
  expect(Buffer.concat(chunks).length).toBe(300_000);
});

it('a host that runs another command is refused with what that said', async () => {
  const host = await hostThatRuns('echo This account is currently not available.; exit 1');
  await expect(host.run('true')).rejects.toMatchObject({
    code: 'RB-HOST-UNSUITABLE',
    details: { why: 'This account is currently not available.' },
  });
});

it('a login that needs a line of the input for itself does not run a part of the script', async () => {
  const host = await hostThatRuns('read -r line; eval "$SSH_ORIGINAL_COMMAND"');
  expect(await host.run('echo ran')).not.toMatchObject({ code: 0, stdout: expect.stringContaining('ran') });
});
