/** Parts of a backup filled beside what is live, or where nothing is, and compared with what the backup counted. */
import { type Loaded, type LoadTools, load } from '../restore/load';
import type { Filling } from './kind';
import { eachKind } from './kinds';
import type { Parts } from './wanted';

/** What came of it. */
interface LoadedParts {
  /** Differences that were accepted: sentences without their full stop. */
  readonly accepted: readonly string[];
  /** What came back of each kind, and what is in it: `4 tables`, `90 rows`. */
  readonly counts: readonly (readonly [things: string, content: string])[];
}

/** Whether any of these parts is filled by {@link loadParts}. */
export function isLoadable(parts: Parts): boolean {
  return eachKind((kind) => kind.targets !== null && kind.parts(parts).length > 0).includes(true);
}

/**
 * Parts of a kind that nothing can stand beside are passed over.
 *
 * @param accepted tables as `schema.table` that may differ
 * @throws {UserError} RB-RESTORE-DIFFERS, and what {@link load} throws
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
