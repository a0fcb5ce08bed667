/** Fills parts of a backup beside the live data, or where none is, and compares them with the counts of the backup. */
import { type Loaded, type LoadTools, load } from '../restore/load';
import type { Filling } from './kind';
import { eachKind } from './kinds';
import type { Parts } from './wanted';

/** The result of the load. */
interface LoadedParts {
  /** Differences that were accepted: sentences without their full stop. */
  readonly accepted: readonly string[];
  /** Numbers of restored parts of each kind, and of their contents: `4 tables`, `90 rows`. */
  readonly counts: readonly (readonly [things: string, content: string])[];
}

/** Whether {@link loadParts} fills any of these parts. */
export function isLoadable(parts: Parts): boolean {
  return eachKind((kind) => kind.targets !== null && kind.parts(parts).length > 0).includes(true);
}

/**
 * Leaves out parts of kinds that cannot stand beside live data.
 *
 * @param accepted tables as `schema.table` that may differ
 * @throws {UserError} RB-RESTORE-DIFFERS, and the errors of {@link load}
 */
export async function loadParts(
  stack: string,
  parts: Parts,
  filling: Filling,
  tools: LoadTools,
  accepted: readonly string[],
): Promise<LoadedParts> {
  const all = eachKind((kind) => {
    const own = kind.targets === null ? [] : kind.parts(parts);
    return {
      targets: kind.targets?.(own, filling) ?? [],
      settle: (loaded: readonly Loaded[]): LoadedParts => ({
        accepted: own.flatMap((part, index) =>
          kind.compare(part, loaded[index], accepted).map((text) => `${kind.title(part)}, ${text}`),
        ),
        counts: own.length === 0 ? [] : [kind.came(own, loaded)],
      }),
    };
  });
  const loaded = await load(
    stack,
    all.flatMap(({ targets }) => targets),
    tools,
  );
  let from = 0;
  const settled = all.map(({ targets, settle }) => {
    from += targets.length;
    return settle(loaded.slice(from - targets.length, from));
  });
  return { accepted: settled.flatMap((one) => one.accepted), counts: settled.flatMap((one) => one.counts) };
}
