/**
 * What a restore has begun on a Qdrant, in a file on the host: it outlives the runner, and says the way back. One file
 * for each service while it is under way, and one that `undo` reads.
 */
import { z } from 'zod';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';

const savedSchema = z.object({ name: z.string(), size: z.number(), checksum: z.string().nullable() });

/** What proves that the swap of databases and volumes was committed: it left this behind. */
const witnessSchema = z.union([
  z.object({ service: z.string(), user: z.string(), live: z.string(), database: z.string() }),
  z.object({ volume: z.string(), folder: z.string() }),
]);

const schema = z.object({
  service: z.string(),
  kind: z.enum(['restore', 'undo']),
  /** The host's time when it began, as `YYYYMMDDTHHMMSSZ`; the same for databases and volumes. */
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  /** Of the backup. */
  backup: z.string().nullable(),
  /**
   * `saving`: nothing is changed. `changing`: what was begun may be anything. `swapping`: all is changed, and stays if
   * the swap was committed. `kept`: it stays. `back`: the former collections are there again.
   */
  phase: z.enum(['saving', 'changing', 'swapping', 'kept', 'back']),
  /** Name that uploads have among a collection's snapshots. */
  upload: z.string(),
  collections: z.array(
    z.object({
      name: z.string(),
      /** Of what was live; `null`: there was no such collection. */
      saved: savedSchema.nullable(),
      begun: z.boolean(),
    }),
  ),
  /** What a snapshot is being made of, and which snapshots it had before; `null`: nothing. */
  making: z
    .object({ name: z.string(), present: z.array(z.string()) })
    .nullable()
    .default(null),
  /** Alias → the collection that it stood for; `null`: none. Only those that change. */
  aliases: z.record(z.string(), z.string().nullable()),
  /** Collections that go in the end. */
  removed: z.array(z.string()),
  witness: witnessSchema.nullable(),
});

export type Note = Readonly<z.infer<typeof schema>>;
export type Witness = z.infer<typeof witnessSchema>;

interface Notes {
  /** Of a run that was interrupted, or is under way. */
  readonly pending: readonly Note[];
  /** Of each service's last restore, for who wants to go back. */
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

/** Puts it on the disk before anything else happens. @throws {UserError} RB-QDRANT-FAILED, RB-CONNECTION-LOST */
export async function writeNote(host: Host, root: string, note: Note): Promise<void> {
  const file = quote(pathOf(root, note.service, 'pending'));
  await done(
    host,
    `umask 077; mkdir -p ${quote(folderOf(root))} && cat >${file}.new && { sync ${file}.new 2>/dev/null || sync; } && mv ${file}.new ${file}`,
    `${JSON.stringify(note)}\n`,
  );
}

/** Closes the pending note; with `done` an undo can go back by it. @throws {UserError} as {@link writeNote} */
export async function closeNote(host: Host, root: string, service: string, become: 'done' | 'nothing'): Promise<void> {
  const file = quote(pathOf(root, service, 'pending'));
  await done(host, become === 'done' ? `mv ${file} ${quote(pathOf(root, service, 'done'))}` : `rm -f ${file}`);
}

/** There is nothing to go back to any more. @throws {UserError} as {@link writeNote} */
export async function forgetDone(host: Host, root: string, service: string): Promise<void> {
  await done(host, `rm -f ${quote(pathOf(root, service, 'done'))}`);
}

/** For a person who gives a Qdrant up. */
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
