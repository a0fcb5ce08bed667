/** A real sshd that hangs up on new connections while others have not logged in yet. */
import { connect as dial } from 'node:net';
import { expect, it } from 'vitest';
import { connect } from '../../../actions/lib/host/connect';
import { startSshd } from './sshd';

it('a host that hangs up because too many connections begin is asked again', async () => {
  const sshd = await startSshd({ config: ['MaxStartups 1:100:1'] });
  const stranger = dial(sshd.port, '127.0.0.1');
  try {
    await new Promise((resolve) => stranger.once('data', resolve));
    const connecting = connect(sshd);
    setTimeout(() => stranger.destroy(), 300);
    const host = await connecting;
    expect(host.counters.handshakes).toBeGreaterThan(1);
    expect(await host.run('true')).toMatchObject({ code: 0 });
    host.close();
  } finally {
    stranger.destroy();
    await sshd.stop();
  }
});
