/** Keys as people write them (`health-path`) and as the code reads them (`healthPath`). */
import { z } from 'zod';

type CamelName<K> = K extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelName<Tail>>}` : K;
type Camel<T> = { [K in keyof T as CamelName<K>]: T[K] };

/** The deeply read-only result of a schema: the type of a section. */
export type Read<T> = T extends z.ZodType ? DeepReadonly<z.output<T>> : DeepReadonly<T>;
type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A mapping with exactly these keys; its value has their names in camel case. Each key has its description. */
export function keys<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape).transform((written) => camel(written));
}

/** Renames one level: the keys inside values are renamed by the schema of the value, or chosen by people. */
function camel<T extends object>(written: T): Camel<T> {
  const entries = Object.entries(written).map(([name, value]) => [
    name.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries) as Camel<T>;
}
