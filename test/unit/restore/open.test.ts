import { Readable } from 'node:stream';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../actions/lib/backup/manifest';
import type { Source } from '../../../actions/lib/backup/source';
import { opensWhatIsSealed, tryToOpen } from '../../../actions/lib/restore/open';

let [own, other] = ['', ''];
let sealed: Buffer;
/** The identity of a hardware key, as age-plugin-yubikey writes it. */
const PLUGIN = 'AGE-PLUGIN-YUBIKEY-1QGSRQQYZWFZ8A5S3QNEYW';

beforeAll(async () => {
  [own, other] = [await generateX25519Identity(), await generateX25519Identity()];
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(own));
  sealed = Buffer.from(await encrypter.encrypt(Buffer.from('create role app;\n'.repeat(1000))));
});

const manifest = (file: string): Manifest =>
  ({
    id: '20260101T020000Z',
    databases: [],
    globals: [{ file, bytes: 9 }],
    volumes: [],
    qdrant: [],
  }) as unknown as Manifest;
const source = (content: Buffer): Source => ({
  name: 's3://x/acme',
  list: async () => [],
  survey: async () => ({ manifests: [], unreadable: [] }),
  incomplete: async () => [],
  path: () => null,
  read: async () => Readable.from([content], { objectMode: false }),
});

describe('what is at hand', () => {
  it('opens what was sealed to it, and is said to', async () => {
    expect(await tryToOpen(source(sealed), manifest('globals.sql.age'), `# a key\n${own}\n`)).toContain(
      'the identity opens it',
    );
  });

  it('is found missing, or of somebody else, before the night', async () => {
    const look = (identity: string | null) => tryToOpen(source(sealed), manifest('globals.sql.age'), identity);
    await expect(look(null)).rejects.toThrow(/RB-IDENTITY: .*no identity was given/);
    await expect(look(other)).rejects.toThrow(/RB-IDENTITY: /);
  });

  it('opens by any line of a file whose other lines cannot be used', async () => {
    const look = (identity: string) => tryToOpen(source(sealed), manifest('globals.sql.age'), identity);
    for (const line of [PLUGIN, 'nonsense', other.slice(0, -1)])
      expect(await look(`${line}\n${own}\n`)).toContain('the identity opens it');
    await expect(look(`${PLUGIN}\n${other}`)).rejects.toThrow(/RB-IDENTITY: .*AGE-PLUGIN-YUBIKEY-1… needs a program/s);
    await expect(look(PLUGIN)).rejects.not.toThrow(/QGSRQQ/);
    await expect(look(`nonsense\n${other}`)).rejects.toThrow(/some lines are not identities of age/);
    await expect(look(other)).rejects.toThrow(/it is encrypted to other recipients/);
  });

  it('reads what is not encrypted', async () => {
    expect(await tryToOpen(source(Buffer.from('x')), manifest('globals.sql'), null)).toContain('it is not encrypted');
  });

  it('is compared with the recipients of what leaves the host', async () => {
    const recipient = await identityToRecipient(own);
    expect(await opensWhatIsSealed(own, [recipient.toUpperCase()])).toBe(true);
    expect(await opensWhatIsSealed(`# two\n${other}\n${own}`, [recipient])).toBe(true);
    expect(await opensWhatIsSealed(other, [recipient])).toBe(false);
    expect(await opensWhatIsSealed(null, [recipient])).toBeNull();
    expect(await opensWhatIsSealed('AGE-PLUGIN-YUBIKEY-1XYZ', [recipient])).toBeNull();
    expect(await opensWhatIsSealed(other, [])).toBeNull();
  });
});
