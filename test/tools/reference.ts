/** The keys of `runbook.yml` for editors (JSON Schema) and for people (a page), from the one place where they stand. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { runbookSchema } from '../../actions/lib/config/schema';

/** What is used of JSON Schema (draft 2020-12). */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Of what people write. Zod leaves out defaults of values that it transforms; they are valid as written, too. */
export function jsonSchema(): JsonSchema {
  return z.toJSONSchema(runbookSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema: made }) => {
      const { def } = zodSchema._zod;
      if (def.type === 'default') made.default = (def as z.core.$ZodDefaultDef).defaultValue as never;
      const named = z.globalRegistry.get(zodSchema)?.default;
      if (named !== undefined) made.default = named as never;
    },
  }) as JsonSchema;
}

export interface Key {
  /** `backup.databases[].user` */
  readonly path: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** All keys below a key, those that hold others before these. */
export function keysOf(schema: JsonSchema, path: string): Key[] {
  const { properties = {}, required = [], items, additionalProperties: named } = schema;
  const own = Object.entries(properties).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [{ path: at, required: required.includes(name), schema: value }, ...keysOf(value, at)];
  });
  return [...own, ...(items ? keysOf(items, `${path}[]`) : []), ...(named ? keysOf(named, `${path}.NAME`) : [])];
}

/** `duration`, `list of services`, a whole number from 1 to 65535. */
function typeOf(schema: JsonSchema): string {
  const { title, type, anyOf, items } = schema;
  const alternatives = anyOf ?? (Array.isArray(type) ? type.map((one: string) => ({ ...schema, type: one })) : []);
  if (alternatives.some((one) => one.type === 'null'))
    return `${typeOf(alternatives.find((one) => one.type !== 'null') ?? {})} or \`null\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (title !== undefined) return title;
  if (type === 'array') return `list: ${typeOf(items ?? {})}`;
  if (type === 'object') return 'mapping';
  if (type === 'integer' || type === 'number')
    return `${type === 'integer' ? 'whole number' : 'number'}${range(schema)}`;
  return type === 'boolean' ? '`true`, `false`' : 'text';
}

function range({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const from =
    minimum !== undefined ? ` from ${minimum}` : exclusiveMinimum !== undefined ? ` over ${exclusiveMinimum}` : '';
  return `${from}${maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`}`;
}

function defaultOf({ required, schema }: Key): string {
  if (required) return '**required**';
  return schema.default === undefined || schema.type === 'object' ? '' : `\`${written(schema.default)}\``;
}

/** On one line, as in the file. */
function written(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** One table for the keys at the top, one for each section. */
export function reference(table: Table): string {
  const schema = jsonSchema();
  const all = Object.entries(schema.properties ?? {});
  const keys = (found: readonly Key[]): string =>
    table(
      ['key', 'type', 'default', 'what it means'],
      found.map((key) => [`\`${key.path}\``, typeOf(key.schema), defaultOf(key), key.schema.description ?? '']),
    );
  const top = all.filter(([, value]) => value.type !== 'object');
  const sections = all.filter(([, value]) => value.type === 'object');
  return [
    '<!-- generated from lib/config/sections by `npm run docs` -->\n\n# Keys of runbook.yml\n',
    'The file lies beside the Compose files in the repository; the input `config` names another place. Without the file, or a key, the defaults hold. A key that is not here is refused, with its line and the key that is probably meant.\n',
    'A **duration** is a number of seconds, or a text as `30s`, `5m`, `1h`; at most 24 hours. A **path** is relative to the folder of the file and stays below it. A **service** is named as in the Compose file. For editors there is a JSON Schema: [runbook.schema.json](lib/config/runbook.schema.json).\n',
    `## At the top\n\n${keys(top.map(([path, value]) => ({ path, required: false, schema: value })))}\n`,
    ...sections.map(([name, value]) => `## ${name}\n\n${value.description ?? ''}\n\n${keys(keysOf(value, name))}\n`),
  ].join('\n');
}
