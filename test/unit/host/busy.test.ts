/** A real sshd that hangs up on new connections while others have not logged in yet. */
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { connect } from '../../../actions/lib/host/connect';
import { startSshd } from './sshd';

/** A connection that sshd waits for: it may still count the one by which it was found to listen, and refuse this one. */
async function admitted(port: number): Promise<Socket> {
  for (;;) {
    const socket = dial(port, '127.0.0.1');
    const said = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    if (String(said[0]).startsWith('SSH-2.0')) return socket;
    socket.destroy();
  }
}

it('a host that hangs up because too many connections begin is asked again', async () => {
  const sshd = await startSshd({ config: ['MaxStartups 1:100:1'] });
  const stranger = await admitted(sshd.port);
  let asked = 0;
  // The stranger goes when the host is asked for the second time.
  const between = createServer((client) => {
    asked += 1;
    if (asked === 2) stranger.destroy();
    const there = dial(sshd.port, '127.0.0.1');
    for (const [one, other] of [[client, there] as const, [there, client] as const]) {
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  try {
    between.listen(0, '127.0.0.1');
    await once(between, 'listening');
    const { port } = between.address() as AddressInfo;
    const host = await connect({ ...sshd, port, knownHosts: sshd.knownHosts.replace(`:${sshd.port} `, `:${port} `) });
    expect(host.counters.handshakes).toBeGreaterThan(1);
    expect(await host.run('true')).toMatchObject({ code: 0 });
    host.close();
  } finally {
    stranger.destroy();
    between.close();
    await sshd.stop();
  }
});
