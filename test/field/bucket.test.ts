/** A bucket that other hosts write to, that moves objects away, that gives no right to remove, or that killed runs left. */
import { expect, it } from 'vitest';
import { ID, manifestOf, place, server } from '../lab/backup/bucket';

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
