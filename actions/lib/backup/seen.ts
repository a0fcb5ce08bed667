/** How old the last backup is that this host knows to be good, by what it shows of its own folder. Pure. */
import { z } from 'zod';
import type { MigrationRecord } from '../stack/migration-record';
import type { SeenBackups } from '../stack/seen-backups';
import { isAhead } from './clock';
import { installationOf, ownerOf, parseNote } from './installation';
import { timeOf } from './retention';

/** What a manifest begins with. */
const beginning = z.object({
  stack: z.string(),
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  installation: z.object({ uid: z.string(), host: z.string(), machine: z.string() }).nullable().default(null),
  verified: z.boolean().default(false),
  databases: z.array(z.object({ service: z.string(), database: z.string() })).optional(),
});

interface Wanted {
  readonly stack: string;
  /** Databases that it has to have. */
  readonly databases: readonly { readonly service: string; readonly database: string }[];
  readonly migrations: readonly MigrationRecord[];
  /** Milliseconds since the epoch, by the host's clock. */
  readonly now: number;
}

export interface LastBackup {
  readonly id: string;
  /** Seconds. */
  readonly age: number;
  /** Databases that it does not have, e.g. `db/app`. */
  readonly lacks: readonly string[];
  /** Seconds from one such backup to the next, the usual ones; `null`: there are too few to tell. */
  readonly rhythm: number | null;
}

/** Backups from which a rhythm is told. */
const FEW = 3;

/** The newest verified backup of this installation, and of the data that is live: not from before a restore. */
export function lastVerified(seen: SeenBackups, { stack, databases, migrations, now }: Wanted): LastBackup | null {
  const all = seen.manifests.flatMap(({ head, databases: lines }) => readBeginning(head, lines, stack));
  const { host, machine, noted } = seen;
  const installation = installationOf({ host, machine, noted: parseNote(noted ?? '') }, all);
  const good = all.filter(
    (one) =>
      one.verified &&
      ownerOf(one, installation, true) === 'own' &&
      !isAhead(one.id, now) &&
      !migrations.some(({ swap }) => swap !== undefined && swap >= one.id),
  );
  const rated = good.map(({ id, has }) => ({
    id,
    age: Math.max(0, (now - timeOf(id)) / 1000),
    lacks: databases.map(({ service, database }) => `${service}/${database}`).filter((name) => !has.has(name)),
  }));
  const found = rated.findLast(({ lacks }) => lacks.length === 0) ?? rated.at(-1);
  return found === undefined ? null : { ...found, rhythm: rhythmOf(good.map(({ id }) => timeOf(id) / 1000)) };
}

interface Beginning extends Omit<z.output<typeof beginning>, 'databases'> {
  /** `service/database` */
  readonly has: ReadonlySet<string>;
}

/** @param head up to its databases, or all of it @param lines those that name the databases */
function readBeginning(head: string, lines: string, stack: string): Beginning[] {
  for (const text of [head, `${head.trimEnd().replace(/,$/, '')}}`]) {
    try {
      const { databases, ...found } = beginning.parse(JSON.parse(text));
      if (found.stack !== stack) return [];
      const names = databases ?? namesIn(lines);
      return [{ ...found, has: new Set(names.map(({ service, database }) => `${service}/${database}`)) }];
    } catch {
      // The other form of it, or no manifest.
    }
  }
  return [];
}

function namesIn(lines: string): { service: string; database: string }[] {
  const words = [...lines.matchAll(/"(service|database)": ("(?:[^"\\]|\\.)*")/g)];
  const values = words.map(([, key, value]) => ({ key, value: JSON.parse(value ?? '""') as string }));
  return values.flatMap(({ key, value }, index) => {
    const next = values[index + 1];
    return key === 'service' && next?.key === 'database' ? [{ service: value, database: next.value }] : [];
  });
}

function rhythmOf(times: readonly number[]): number | null {
  if (times.length < FEW) return null;
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null;
}
