import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { besideId, besideName, ident, literal, maintenance } from '../../../actions/lib/postgres/names';
import { connection } from '../../../actions/lib/stack/psql';

const ID = '20260102T030405Z';
const database = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => {
  const bytes = Buffer.byteLength(name);
  return bytes <= 63 && !name.includes('\0') && name.isWellFormed();
});
const kind = fc.constantFrom('restore' as const, 'before' as const, 'undone' as const);

describe('names beside the live one', () => {
  it('fit into an identifier and lead back to their ID, for their database and kind alone', () => {
    fc.assert(
      fc.property(database, kind, (name, of) => {
        const beside = besideName(name, of, ID);
        expect(Buffer.byteLength(beside)).toBeLessThanOrEqual(63);
        expect(besideId(beside, name, of)).toBe(ID);
        for (const other of ['restore', 'before', 'undone'] as const)
          if (other !== of) expect(besideId(beside, name, other)).toBeNull();
      }),
    );
  });

  it('differ for databases that differ', () => {
    fc.assert(
      fc.property(database, database, kind, (a, b, of) => {
        fc.pre(a !== b);
        expect(besideName(a, of, ID)).not.toBe(besideName(b, of, ID));
      }),
    );
    const long = 'a'.repeat(60);
    expect(besideName(`${long}x`, 'restore', ID)).not.toBe(besideName(`${long}y`, 'restore', ID));
  });

  it.each([
    'app',
    'app_restore_',
    'app_restore_2026',
    'app_restore_20260102T030405Z_old',
    'my_app_restore_20260102T030405Z',
  ])('%s is no database that a restore was filling for app', (name) =>
    expect(besideId(name, 'app', 'restore')).toBeNull(),
  );
});

it('SQL quotes names and values', () => {
  expect(ident('a"b')).toBe('"a""b"');
  expect(literal("it's")).toBe("'it''s'");
  expect(literal('back\\slash')).toBe("E'back\\\\slash'");
  expect(connection('host=evil user=x')).toBe("dbname='host=evil user=x'");
  expect(connection("it's \\")).toBe("dbname='it\\'s \\\\'");
});

it('an exchange works from a database that is not exchanged', () => {
  expect(maintenance(['app'])).toBe("dbname='postgres'");
  expect(maintenance(['app', 'postgres'])).toBe("dbname='template1'");
});
