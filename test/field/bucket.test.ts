/** A bucket that other hosts write to, that moves objects away, that gives no right to remove, or that killed runs left. */
import { expect, it } from 'vitest';
import { failure, ID, manifestOf, place, proxy, server } from '../e2e/backup/bucket';

it('gives one name of a backup to one host, though two ask in the same moment', async () => {
  for (let round = 0; round < 5; round++) {
    const id = ID.replace('010203', `01020${round}`);
    const [one, two] = await Promise.all([place().claim(id), place().claim(id)]);
    expect([one, two].filter((got) => got).length).toBeLessThanOrEqual(1);
    if (one !== two) {
      expect(await place().claim(id)).toBe(false);
      await place().publish(manifestOf(id));
      expect(await server.keys()).toContainEqual(expect.stringMatching(`${id}/manifest.json$`));
      expect((await server.keys()).filter((key) => key.includes('.claim-'))).toEqual([]);
      expect(await place().claim(id)).toBe(false);
    }
    await place().remove(id);
  }
});

const [OLD, NEW] = ['20260101T020000Z', '20260102T020000Z'];
const refuse = (code: string, on: RegExp): void => proxy.fault({ kind: 'refuse', status: 403, code }, on);

it('has a manifest in an archive class, or under a foreign key, or damaged: it says so, and the others count', async () => {
  for (const id of [OLD, NEW]) await place().publish(manifestOf(id));
  for (const [code, why] of [
    ['InvalidObjectState', 'archive class'],
    ['KMS.DisabledException', 'may not use'],
    ['AccessDenied', 'denies the access'],
  ] as const) {
    refuse(code, new RegExp(`^GET .*${OLD}/manifest.json`));
    const { manifests, unreadable } = await place().survey();
    expect(manifests.map(({ id }) => id)).toEqual([NEW]);
    expect(unreadable).toEqual([{ id: OLD, why: expect.stringContaining(why) }]);
    proxy.clear();
  }
  await server.put(`nightly/acme/${OLD}/manifest.json`, '{"stack": "acm');
  expect(await place().survey()).toMatchObject({
    manifests: [{ id: NEW }],
    unreadable: [{ id: OLD, why: expect.stringContaining('damaged') }],
  });
  await place().remove(OLD);
});

it('lets nothing be read at all: that is said once, and is no empty list', async () => {
  await place().publish(manifestOf(OLD));
  refuse('InvalidObjectState', /^GET .*manifest.json/);
  const { code, message } = await failure(place().survey());
  expect(code).toBe('RB-STORAGE-FAILED');
  expect(message).toContain('restore-object');
});

it('gives no right to remove: that is known, and no failure', async () => {
  await place().publish(manifestOf(OLD));
  refuse('AccessDenied', /^DELETE/);
  expect(await place().remove(OLD)).toBe(false);
  await place().publish(manifestOf(NEW));
  proxy.clear();
  expect((await place().list()).map(({ id }) => id)).toEqual([OLD, NEW]);
  expect(await place().remove(OLD)).toBe(true);
});

it('holds what a killed run left: that goes once it is old, and nothing that has a manifest or is young does', async () => {
  await place().publish(manifestOf(NEW));
  await server.put(`nightly/acme/${OLD}/db.zst`, 'half a backup');
  await server.put(`nightly/acme-two/${OLD}/db.zst`, "another stack's");
  const known = new Set([NEW]);
  const hour = 3600 * 1000;
  expect(await place().sweep(known, Date.now() - hour)).toEqual([]);
  expect(await place().sweep(known, Date.now() + hour)).toEqual([OLD]);
  expect((await server.keys()).filter((key) => !key.endsWith('/'))).toEqual([
    `nightly/acme-two/${OLD}/db.zst`,
    `nightly/acme/${NEW}/manifest.json`,
  ]);
  await place({}, {}, 'acme-two').remove(OLD);
});
