import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import type { Asked } from '../../../actions/lib/certificates/ask';
import { chainOf } from '../../../actions/lib/certificates/certificate';
import type { Scene } from '../../../actions/renew-certs/scene';
import { settle, untilServed } from '../../../actions/renew-certs/served';
import { testCa } from './make';

const ca = testCa();
afterAll(() => ca.close());

it('a proxy that names cert.pem, without the chain, is renewed all the same: its clients get no less than before', async () => {
  const { cert, key } = ca.pair({ san: 'DNS:shop.example' });
  const [own = ''] = cert.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/) ?? [];
  const server = createServer({ cert: own, key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const path = '/etc/letsencrypt/live/shop.example/cert.pem';
    const place = (file: string): Asked =>
      ({
        question: { name: 'shop.example', port, certificates: [file] },
        proxy: { container: { id: 'web', mounts: [] } },
        address: '127.0.0.1',
        port,
        lineage: 'shop.example',
      }) as unknown as Asked;
    const scene = {
      dial: (host: string, at: number) => Promise.resolve(connect(at, host)),
      found: { files: new Map(), state: null },
      asked: [place(path)],
    } as unknown as Scene;
    const next = chainOf(cert);
    expect(next).toHaveLength(2);
    expect(await untilServed(scene, [place(path)], next, new Map())).toBeNull();
    await settle(scene, 'shop.example', next);
    expect(scene.asked[0]?.problem).toBeNull();
    // A file that has the chain must be served with it.
    const [whole] = [place(path.replace('cert.pem', 'fullchain.pem'))];
    expect(await untilServed(scene, [whole!], next, new Map())).toMatch(/a chain of 1 certificates, which differs/);
  } finally {
    server.close();
  }
}, 60_000);
