/** What a run of this action made, and how its report shows it. */
import { sayMib } from '../lib/bytes';
import type { Block, Line } from '../lib/procedure/blocks';

/** What became of a backup in one place. */
export interface PlaceFacts {
  readonly name: string;
  /** Backups there, oldest first. */
  readonly kept: readonly { readonly id: string; readonly bytes: number }[];
  readonly removed: readonly { readonly id: string; readonly why: string }[];
  /** Other backups there that this run must not remove, a sentence each. */
  readonly others: readonly string[];
  /** `null`: none. */
  readonly lastVerified: string | null;
}

/** A backup that was restored into a throwaway server and throwaway volumes. */
export interface DrillFacts {
  readonly backup: string;
  readonly place: string;
  /** From the first byte read to the last row counted. */
  readonly seconds: number;
  /** What came back of each kind, and what is in it: `4 tables`, `90 rows`. */
  readonly counts: readonly (readonly [things: string, content: string])[];
}

export interface BackupFacts {
  /** `null`: only a drill. */
  readonly made: {
    readonly id: string;
    /** From the start to the proof. */
    readonly seconds: number;
    readonly parts: readonly {
      readonly name: string;
      readonly file: string;
      readonly bytes: number;
      /** Before it was packed; `null` where that says nothing. */
      readonly plainBytes: number | null;
      readonly tables: number | null;
      readonly rows: number | null;
    }[];
  } | null;
  readonly places: readonly PlaceFacts[];
  readonly drill: DrillFacts | null;
}

export function blocksOf({ made, places, drill }: BackupFacts): Block[] {
  return [
    ...(made === null ? [] : madeBlocks(made, drill !== null)),
    ...places.flatMap((place) => [placeBlock(place), ...sizes(place)]),
    ...(drill === null ? [] : drillBlocks(drill)),
  ];
}

function madeBlocks({ id, seconds, parts }: NonNullable<BackupFacts['made']>, isLoaded: boolean): Block[] {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const before = parts.reduce((sum, { plainBytes }) => sum + (plainBytes ?? 0), 0);
  const rate = seconds > 0 ? `, ${sayMib(before / seconds)}/s` : '';
  const ratio = bytes > 0 && before > 0 ? `, packed ${(before / bytes).toFixed(1)} to 1` : '';
  const loaded = isLoaded ? ', and loaded in the drill below' : '; it was not loaded: a drill shows whether it can be';
  return [
    { kind: 'heading', text: ['Backup ', { code: id }] },
    {
      kind: 'text',
      text: `${sayMib(bytes)} in ${seconds.toFixed(1)} s${rate}${ratio}. Every process succeeded, every archive was read to its end${loaded}.`,
    },
    {
      kind: 'table',
      head: ['what', 'file', 'on the server', 'packed', 'counted in its snapshot'],
      rows: parts.map(({ name, file, bytes: size, plainBytes, tables, rows }): Line[] => [
        name,
        { code: file },
        plainBytes === null ? '' : sayMib(plainBytes),
        sayMib(size),
        tables === null ? '' : `${tables} tables, ${rows ?? 0} rows`,
      ]),
    },
  ];
}

function placeBlock({ name, kept, removed, others, lastVerified }: PlaceFacts): Block {
  const verified: Line =
    lastVerified === null ? ['none is verified'] : ['the last verified one is ', { code: lastVerified }];
  return {
    kind: 'list',
    lead: [{ strong: name }, `: ${kept.length} backups, `, ...verified, '.'],
    items: [...others, ...removed.map(({ id, why }): Line => ['removed ', { code: id }, `: ${why}`])],
  };
}

/** Of the last 30 there. */
function sizes({ kept }: PlaceFacts): Block[] {
  const last = kept.slice(-30);
  if (last.length < 2) return [];
  const values = last.map(({ id, bytes }) => ({ label: id.slice(4, 8), value: bytes / 2 ** 20 }));
  return [{ kind: 'bars', title: 'Size of the last backups (MiB)', unit: 'MiB', values }];
}

function drillBlocks({ backup, place, seconds, counts }: DrillFacts): Block[] {
  const came = counts.map(([things, content]) => `${things} with ${content}`).join(' and ');
  return [
    { kind: 'heading', text: 'Restore drill' },
    {
      kind: 'text',
      text: [
        { code: backup },
        ` from ${place} was restored into throwaway servers and volumes in `,
        { strong: `${seconds.toFixed(1)} s` },
        `: ${came}, as its manifest counted them.`,
      ],
    },
  ];
}
