import { expect, it } from 'vitest';
import { parseRunbook } from '../../../actions/lib/config/load';
import { type JsonSchema, jsonSchema, keysOf } from '../../tools/reference';

it('every key of runbook.yml says what it means', () => {
  const keys = keysOf(jsonSchema(), '');
  expect(keys.map(({ path }) => path)).toEqual(expect.arrayContaining(['stack', 'backup.qdrant[].port']));
  expect(keys.filter(({ schema }) => !/^[A-Z`].*\.$/.test(schema.description ?? '')).map(({ path }) => path)).toEqual(
    [],
  );
});

it('a key that is written with its default says nothing else than the file without it', () => {
  const written = defaultsOf(jsonSchema());
  expect(written).toMatchObject({ stack: 'app', watch: { duration: 10 }, backup: { keep: { days: 30 } } });
  const { envFileNamed, ...runbook } = parseRunbook(JSON.stringify(written), 'runbook.yml');
  expect(envFileNamed).toBe(true);
  expect(runbook).toEqual({ ...parseRunbook('', 'runbook.yml'), envFileNamed: undefined });
});

/** All defaults, as somebody writes them; not of what is optional as a whole. */
function defaultsOf({ properties = {} }: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => {
      if (schema.properties !== undefined) return schema.default === undefined ? [] : [[name, defaultsOf(schema)]];
      return schema.default === undefined ? [] : [[name, schema.default]];
    }),
  );
}
