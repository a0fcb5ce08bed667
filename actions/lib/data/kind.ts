/** What a database, a volume and a Qdrant have in common: in a backup, and in what brings one back. */
import type { DumpItem } from '../backup/dump-told';
import type { DatabasePart, Manifest, Part } from '../backup/manifest';
import type { BackupSettings, DumpFormat } from '../config/runbook';
import type { Facts, Server, ServerFacts } from '../postgres/facts';
import type { Witness } from '../qdrant/note';
import type { Meeting } from '../restore/check';
import type { Archive, Loaded, LoadTarget } from '../restore/load';
import type { Leftovers, ServerSwap, VolumeSwap } from '../restore/swap-script';
import type { VolumeFacts } from '../volumes/facts';

/** Its list in a manifest and in `backup` of the runbook file, and the input that names some of it. */
export type Key = 'databases' | 'volumes' | 'qdrant';

/** Sizes of what is live. */
interface Sizes {
  readonly servers: ReadonlyMap<string, Pick<ServerFacts, 'databases'>>;
  readonly volumes: ReadonlyMap<string, Pick<VolumeFacts, 'bytes'>>;
}

/** What a backup's summary says of a part. */
interface Counted {
  /** Before it was packed; `null` where that says nothing. */
  readonly plainBytes: number | null;
  readonly tables: number | null;
  readonly rows: number | null;
}

export interface DataKind<P extends Part> {
  readonly key: Key;
  /** As tables head it. */
  readonly heading: string;
  /** Before the name of one: `the backup has no NOUN name`. */
  readonly noun: string;
  readonly parts: (manifest: Pick<Manifest, Key>) => readonly P[];
  /** Files that come with the parts, each with its title: roles are of a server, in no archive of a database. */
  readonly extras: (manifest: Pick<Manifest, 'globals'>) => readonly (Part & { readonly title: string })[];
  /** As a person names it. */
  readonly name: (part: P) => string;
  /** That no other part of its kind has; may be typed as well. */
  readonly fullName: (part: P) => string;
  /** In a list of all kinds. */
  readonly title: (part: P) => string;
  /** Full names of what the runbook file wants in each backup. */
  readonly configured: (settings: Pick<BackupSettings, Key>) => readonly string[];
  readonly counted: (part: P) => Counted;
  /** Bytes that it has now. @param name in full */
  readonly size: (name: string, sizes: Sizes) => number;
  /** Bytes that it will take in the next backup. @param last its part of the last one @param now bytes that it has */
  readonly room: (last: P | undefined, now: number) => number;
  /**
   * Whether what was loaded is what the manifest counted.
   *
   * @param accepted tables as `schema.table` that may differ
   * @returns the differences that were accepted
   * @throws {UserError} RB-RESTORE-DIFFERS
   */
  readonly compare: (part: P, loaded: Loaded | undefined, accepted: readonly string[]) => readonly string[];
  /** What a dump makes of these; `null`: a backup gets it in another way. */
  readonly items: ((what: Dumpable, dumping: Dumping) => readonly DumpItem[]) | null;
  /** @throws {UserError} what speaks against bringing these back */
  readonly check: (parts: readonly P[], meeting: Meeting) => void;
  /** What a part is, and what is live in its place: a sentence without its full stop; `null`: that is told elsewhere. */
  readonly facing: (part: P, seen: Seen) => string | null;
  /** What is filled with these parts, a target for each; `null`: nothing of this kind can be before it is live. */
  readonly targets: ((parts: readonly P[], filling: Filling) => readonly LoadTarget[]) | null;
  /** What came back, and what is in it: `4 tables`, `90 rows`. @param loaded one for each part */
  readonly came: (parts: readonly P[], loaded: readonly Loaded[]) => readonly [things: string, content: string];
  /** How it stands beside the live data until an exchange; `null`: nothing can, and it is changed before the exchange. */
  readonly beside: Beside | null;
}

/** What a backup dumps: the servers that answer, and volumes by name. */
export interface Dumpable {
  readonly servers: readonly Server[];
  readonly volumes: readonly string[];
}

/** How it is dumped. */
export interface Dumping {
  readonly format: DumpFormat;
  /** A name for a file of these words, the last of them its suffix, that no other file has. */
  readonly nameOf: (...words: readonly string[]) => string;
  readonly seen: Pick<Seen, 'volumes'> & { readonly facts: Pick<Facts, 'servers'> };
}

/** Where parts of a backup are filled, and how. */
export interface Filling {
  readonly facts: Pick<Facts, 'now' | 'servers' | 'unpacks'>;
  /** @param unpacks whether what reads a part on the host can unpack zstd */
  readonly archive: (part: Part, unpacks: boolean) => Archive;
  /** Nothing is live there, so that what is new may have the names of the backup. */
  readonly alone: boolean;
  /** The volume that stands there for one of the backup. */
  readonly volumeFor: (name: string) => string;
  /** See the inputs of restore. */
  readonly locale: 'ask' | 'backup' | 'live';
  readonly tablespaces: 'keep' | 'default';
}

/** Of the last backup's size: data grows, and may pack worse. */
export const GROWTH = 1.2;

/** A database that is or will be exchanged. */
export type Named = Pick<DatabasePart, 'service' | 'user' | 'database'> & Partial<Pick<DatabasePart, 'properties'>>;

/** What an exchange is about. */
export interface Subjects {
  readonly databases: readonly Named[];
  /** Names of volumes and directories. */
  readonly volumes: readonly string[];
}

/** What the host says of them. */
export interface Seen {
  readonly facts: Pick<Facts, 'now' | 'servers'>;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
}

/** Names that change in an exchange. */
export interface Swapped {
  readonly servers: readonly ServerSwap[];
  readonly volumes: readonly VolumeSwap[];
}

/** What a restore put aside. */
interface Former {
  /** The restore's ID. */
  readonly id: string;
  readonly subjects: Partial<Subjects>;
  readonly fullName: string;
  /** `acme: back to acme_before_…` */
  readonly line: string;
}

/** What a restore or an undo put aside, and nobody has removed. */
export interface Kept {
  /** `database acme_before_… of db`, `folder .before-… in uploads` */
  readonly title: string;
  readonly bytes: number;
  /** A command for a person. */
  readonly removal: string;
}

/** One exchange of names, in words. */
export interface Move {
  readonly live: string;
  readonly incoming: string;
  readonly outgoing: string | null;
  /** What `incoming` is called after a reversal. */
  readonly reversed: string;
  /** `acme`, `in uploads` */
  readonly was: string;
  /** Where the data with one of these names is, and how it is removed: `acme_before_… now`. */
  readonly is: (name: string) => string;
  readonly removal: (name: string) => string;
}

/** Verbs of what is exchanged by its name. Whatever they are given of other kinds they pass over. */
export interface Beside {
  /** What the last restores put aside. */
  readonly former: (of: Subjects, seen: Seen) => readonly Former[];
  readonly kept: (of: Subjects, seen: Seen, stack: string) => readonly Kept[];
  /** What comes by `from`, the names of a restore or of what was live before one, with this ID. */
  readonly swapped: (of: Subjects, seen: Seen, from: 'restore' | 'before', id: string) => Partial<Swapped>;
  /** What is there after the commit, and neither before it nor after a reversal; `null`: none of this kind is exchanged. */
  readonly witness: (swapped: Swapped) => Witness | null;
  /** What a restore of these does, a line each for somebody who approves it. */
  readonly planned: (of: Subjects, seen: Seen) => readonly string[];
  readonly moves: (swapped: Swapped, stack: string, seen: Seen) => readonly Move[];
  /** What a restore with this ID was filling. */
  readonly filled: (of: Subjects, id: string) => Partial<Leftovers>;
  /** What earlier restores were filling, and is still there. */
  readonly left: (of: Subjects, seen: Seen) => Partial<Leftovers>;
}
