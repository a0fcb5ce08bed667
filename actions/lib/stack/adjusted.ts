/**
 * Values that procedures such as scale set besides the Compose files, as a release records them, and in words. Pure.
 */

/** A value that a procedure set besides the Compose files. It holds until the Compose files change that value. */
export interface Adjustment<T> {
  readonly is: T;
  /** The value in the Compose files (of a variable its SHA-256); `null`: none. */
  readonly files: T | null;
  /** The procedure that set the value; `release` is the release in which it did. */
  readonly by: string;
  readonly release: string;
}

/** The values of a service that differ from its Compose files. */
export interface Adjusted {
  /** The service's `definition` without these values. */
  readonly definition: string;
  readonly replicas?: Adjustment<number>;
  /** Limit of one container, in bytes. */
  readonly memory?: Adjustment<number>;
  /** Limit of one container, in CPUs. */
  readonly cpus?: Adjustment<number>;
  readonly variables?: Readonly<Record<string, Adjustment<string>>>;
}

/** Differences between two records, except for the number of containers, in words: "memory limit 1 GiB, by scale". */
export function adjustmentReasons(was: Adjusted | undefined, wanted: Adjusted | undefined): string[] {
  const found: string[] = [];
  const limit = (
    what: string,
    text: (value: number) => string,
    a?: Adjustment<number>,
    b?: Adjustment<number>,
  ): void => {
    if (a?.is === b?.is) return;
    const now =
      b === undefined ? asFilesSay(`${what} limit`, text(a!.is), a!) : `${what} limit ${text(b.is)}${origin(b, text)}`;
    found.push(now);
  };
  limit('memory', bytesInWords, was?.memory, wanted?.memory);
  limit('CPU', String, was?.cpus, wanted?.cpus);
  const names = [...Object.keys(was?.variables ?? {}), ...Object.keys(wanted?.variables ?? {})];
  for (const name of [...new Set(names)].sort()) {
    const [a, b] = [was?.variables?.[name], wanted?.variables?.[name]];
    if (a?.is === b?.is) continue;
    found.push(b === undefined ? asFilesSay(name, a!.is, a!) : `${name}=${b.is}, by ${b.by}`);
  }
  return found;
}

/** "replicas 2 → 4, by scale; the Compose files say 2". */
export function replicasReason(
  was: { readonly replicas: number; readonly adjusted?: Adjusted },
  wanted: { readonly replicas: number; readonly adjusted?: Adjusted },
): string {
  const change = `replicas ${was.replicas} → ${wanted.replicas}`;
  const [before, now] = [was.adjusted?.replicas, wanted.adjusted?.replicas];
  if (now !== undefined) return change + origin(now, String);
  return before === undefined ? change : `${change}, as its Compose files say; ${before.by} had set ${before.is}`;
}

/** A sentence for each value that the release keeps from the one before, although the Compose files have another. */
export function keptNotes(service: string, was: Adjusted | undefined, wanted: Adjusted | undefined): string[] {
  const kept = <T>(what: string, text: (value: T) => string, a?: Adjustment<T>, b?: Adjustment<T>): string[] =>
    b === undefined || a === undefined || a.is !== b.is
      ? []
      : [
          `${service} keeps ${what} ${text(b.is)}, which ${b.by} set in release ${b.release}; its Compose files still say ${said(b, text)}.`,
        ];
  return [
    ...kept('its number of containers,', String, was?.replicas, wanted?.replicas),
    ...kept('its memory limit of', bytesInWords, was?.memory, wanted?.memory),
    ...kept('its CPU limit of', String, was?.cpus, wanted?.cpus),
    ...Object.entries(wanted?.variables ?? {}).flatMap(([name, { is, by, release }]) =>
      was?.variables?.[name]?.is === is
        ? [
            `${service} keeps ${name}=${is}, which ${by} set in release ${release}; its files still have the value from then.`,
          ]
        : [],
    ),
  ];
}

/** "512 MiB", "1.5 GiB". */
export function bytesInWords(bytes: number): string {
  const [unit, name] = bytes >= 2 ** 30 ? [2 ** 30, 'GiB'] : [2 ** 20, 'MiB'];
  return `${Number((bytes / unit).toFixed(2))} ${name}`;
}

function origin<T>(adjustment: Adjustment<T>, text: (value: T) => string): string {
  return `, by ${adjustment.by}; the Compose files say ${said(adjustment, text)}`;
}

function said<T>({ files }: Adjustment<T>, text: (value: T) => string): string {
  return files === null ? 'nothing' : text(files);
}

function asFilesSay(what: string, is: string, { by }: Pick<Adjustment<unknown>, 'by'>): string {
  return `${what} as its files say; ${by} had set ${is}`;
}
