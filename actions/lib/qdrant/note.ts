/**
 * Notes what a restore has begun on a Qdrant server, in a file on the host, which outlives the runner and describes the
 * way back. Each service has one file while a restore is under way, and one that `undo` reads.
 */
import { z } from 'zod';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';

const savedSchema = z.object({ name: z.string(), size: z.number(), checksum: z.string().nullable() });

/** A database or folder that exists only if the swap of databases and volumes was committed. */
const witnessSchema = z.union([
  z.object({ service: z.string(), user: z.string(), live: z.string(), database: z.string() }),
  z.object({ volume: z.string(), folder: z.string() }),
]);

const schema = z.object({
  service: z.string(),
  kind: z.enum(['restore', 'undo']),
  /** The host's time when the restore began, as `YYYYMMDDTHHMMSSZ`; the same ID as for databases and volumes. */
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  /** ID of the backup. */
  backup: z.string().nullable(),
  /**
   * `saving`: nothing is changed. `changing`: collections that were begun may be in any state. `swapping`: all is
   * changed, and stays if the swap was committed. `kept`: the change stays. `back`: the former collections are live
   * again.
   */
  phase: z.enum(['saving', 'changing', 'swapping', 'kept', 'back']),
  /** Name of the uploaded file among a collection's snapshots. */
  upload: z.string(),
  collections: z.array(
    z.object({
      name: z.string(),
      /** Snapshot of the collection that was live; `null`: there was no such collection. */
      saved: savedSchema.nullable(),
      begun: z.boolean(),
    }),
  ),
  /** The collection of which a snapshot is being made, and the snapshots that it had before; `null`: none. */
  making: z
    .object({ name: z.string(), present: z.array(z.string()) })
    .nullable()
    .default(null),
  /** Alias → the collection that it stood for; `null`: it did not exist. Only aliases that change. */
  aliases: z.record(z.string(), z.string().nullable()),
  /** Collections that are removed at the end. */
  removed: z.array(z.string()),
  witness: witnessSchema.nullable(),
});

export type Note = Readonly<z.infer<typeof schema>>;
export type Witness = z.infer<typeof witnessSchema>;

interface Notes {
  /** Notes of runs that were interrupted or are under way. */
  readonly pending: readonly Note[];
  /** The note of each service's last restore, for an undo. */
  readonly done: readonly Note[];
}

/** @param root `<directory>/.runbook` @throws {UserError} RB-QDRANT-FAILED, RB-CONNECTION-LOST */
export async function readNotes(host: Host, root: string): Promise<Notes> {
  const outcome = await host.run(
    `cd ${quote(folderOf(root))} 2>/dev/null || exit 0
for word in pending done; do for f in *."$word"; do [ ! -f "$f" ] || { printf '%s ' "$word"; tr -d '\\n' <"$f"; echo; }; done; done`,
  );
  if (outcome.outcome === 'unknown') throw lost(outcome.reason);
  const found: Record<'pending' | 'done', Note[]> = { pending: [], done: [] };
  for (const line of outcome.stdout.split('\n')) {
    const word = /^(pending|done) /.exec(line)?.[1] as 'pending' | 'done' | undefined;
    if (word !== undefined) found[word].push(parse(line.slice(word.length + 1), root));
  }
  return found;
}

/** Returns once the note is on the disk. @throws {UserError} RB-QDRANT-FAILED, RB-CONNECTION-LOST */
export async function writeNote(host: Host, root: string, note: Note): Promise<void> {
  const file = quote(pathOf(root, note.service, 'pending'));
  await done(
    host,
    `umask 077; mkdir -p ${quote(folderOf(root))} && cat >${file}.new && { sync ${file}.new 2>/dev/null || sync; } && mv ${file}.new ${file}`,
    `${JSON.stringify(note)}\n`,
  );
}

/**
 * Closes the pending note; with `done` it becomes the note that an undo reads. @throws {UserError} as {@link writeNote}
 */
export async function closeNote(host: Host, root: string, service: string, become: 'done' | 'nothing'): Promise<void> {
  const file = quote(pathOf(root, service, 'pending'));
  await done(host, become === 'done' ? `mv ${file} ${quote(pathOf(root, service, 'done'))}` : `rm -f ${file}`);
}

/** Removes the note that an undo reads: nothing is left to go back to. @throws {UserError} as {@link writeNote} */
export async function forgetDone(host: Host, root: string, service: string): Promise<void> {
  await done(host, `rm -f ${quote(pathOf(root, service, 'done'))}`);
}

/** Path of a note; messages show it to a person who gives up a Qdrant server. */
export function pathOf(root: string, service: string, word: keyof Notes): string {
  return `${folderOf(root)}/${service}.${word}`;
}

function folderOf(root: string): string {
  return `${root}/qdrant`;
}

function parse(text: string, root: string): Note {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new UserError('RB-QDRANT-FAILED', {
      what: `a note of an earlier restore of Qdrant in ${folderOf(root)} cannot be read`,
      why: 'it was changed, or another version of the action wrote it',
      remedy: 'run the version that wrote it; or find out which data Qdrant serves, and remove the file',
    });
  }
}

async function done(host: Host, script: string, input = ''): Promise<void> {
  const outcome = await host.run(script, { input });
  if (outcome.outcome === 'unknown') throw lost(outcome.reason);
  if (outcome.code === 0) return;
  throw new UserError('RB-QDRANT-FAILED', {
    what: 'the host cannot store the note that is needed to bring Qdrant back',
    why: outcome.stderr.trim() || `exit status ${outcome.code}`,
    remedy: 'see that its disk has room and that the directory belongs to the SSH user, and run it again',
  });
}

function lost(reason: string): UserError {
  return new UserError('RB-CONNECTION-LOST', {
    what: 'the connection to the host was lost during the restore of Qdrant',
    why: reason,
    remedy: 'run it again: the next restore first puts right what this restore left',
  });
}
