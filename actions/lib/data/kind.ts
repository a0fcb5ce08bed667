/** What a database, a volume and a Qdrant have in common: in a backup, and in a restore. */
import type { DumpItem } from '../backup/dump-told';
import type { DatabasePart, Manifest, Part } from '../backup/manifest';
import type { BackupSettings, DumpFormat } from '../config/runbook';
import type { Facts, Server, ServerFacts } from '../postgres/facts';
import type { Witness } from '../qdrant/note';
import type { Meeting } from '../restore/check';
import type { Archive, Loaded, LoadTarget } from '../restore/load';
import type { Leftovers, ServerSwap, VolumeSwap } from '../restore/swap-script';
import type { VolumeFacts } from '../volumes/facts';

/** Name of the kind's list in a manifest and in `backup` of the runbook file, and of the input that selects from it. */
export type Key = 'databases' | 'volumes' | 'qdrant';

/** Sizes of live data. */
interface Sizes {
  readonly servers: ReadonlyMap<string, Pick<ServerFacts, 'databases'>>;
  readonly volumes: ReadonlyMap<string, Pick<VolumeFacts, 'bytes'>>;
}

/** Figures of a part for a backup's summary. */
interface Counted {
  /** Bytes before the part was packed; `null` where these tell nothing. */
  readonly plainBytes: number | null;
  readonly tables: number | null;
  readonly rows: number | null;
}

export interface DataKind<P extends Part> {
  readonly key: Key;
  /** Heading in tables. */
  readonly heading: string;
  /** Noun for one part: `the backup has no NOUN name`. */
  readonly noun: string;
  readonly parts: (manifest: Pick<Manifest, Key>) => readonly P[];
  /**
   * Files that come with the parts, each with its title: roles belong to a server, and no archive of a database has
   * them.
   */
  readonly extras: (manifest: Pick<Manifest, 'globals'>) => readonly (Part & { readonly title: string })[];
  /** Name for people. */
  readonly name: (part: P) => string;
  /** A name that no other part of the kind has; people may type it as well. */
  readonly fullName: (part: P) => string;
  /** Name in a list of all kinds. */
  readonly title: (part: P) => string;
  /** Full names of what the runbook file wants in each backup. */
  readonly configured: (settings: Pick<BackupSettings, Key>) => readonly string[];
  readonly counted: (part: P) => Counted;
  /** Bytes of the live data. @param name the full name */
  readonly size: (name: string, sizes: Sizes) => number;
  /**
   * Bytes of the part in the next backup, estimated. @param last the part in the last backup @param now bytes of live
   * data
   */
  readonly room: (last: P | undefined, now: number) => number;
  /**
   * Compares what was loaded with what the manifest counted.
   *
   * @param accepted tables as `schema.table` that may differ
   * @returns the differences that were accepted
   * @throws {UserError} RB-RESTORE-DIFFERS
   */
  readonly compare: (part: P, loaded: Loaded | undefined, accepted: readonly string[]) => readonly string[];
  /** The items of a dump for these; `null`: a backup gets this kind in another way. */
  readonly items: ((what: Dumpable, dumping: Dumping) => readonly DumpItem[]) | null;
  /** @throws {UserError} for whatever makes a restore of these parts impossible or unsafe */
  readonly check: (parts: readonly P[], meeting: Meeting) => void;
  /** What a part holds, and what is live in its place: a sentence without its full stop; `null`: reported elsewhere. */
  readonly facing: (part: P, seen: Seen) => string | null;
  /** The targets to fill, one for each part; `null`: this kind can only be filled when it is live. */
  readonly targets: ((parts: readonly P[], filling: Filling) => readonly LoadTarget[]) | null;
  /** Numbers of restored parts and of their contents: `4 tables`, `90 rows`. @param loaded one for each part */
  readonly came: (parts: readonly P[], loaded: readonly Loaded[]) => readonly [things: string, content: string];
  /**
   * How restored data stands beside the live data until an exchange; `null`: it cannot, and is changed before the
   * exchange.
   */
  readonly beside: Beside | null;
}

/** What a backup dumps: the servers that answer, and volumes by name. */
export interface Dumpable {
  readonly servers: readonly Server[];
  readonly volumes: readonly string[];
}

/** How the dump is made. */
export interface Dumping {
  readonly format: DumpFormat;
  /** Makes the name of a file from these words, the last of them its suffix; no other file has this name. */
  readonly nameOf: (...words: readonly string[]) => string;
  readonly seen: Pick<Seen, 'volumes'> & { readonly facts: Pick<Facts, 'servers'> };
}

/** Where parts of a backup are filled, and how. */
export interface Filling {
  readonly facts: Pick<Facts, 'now' | 'servers' | 'unpacks'>;
  /** @param unpacks whether what reads a part on the host can unpack zstd */
  readonly archive: (part: Part, unpacks: boolean) => Archive;
  /** Whether nothing is live there, so that restored data may have the names in the backup. */
  readonly alone: boolean;
  /** The volume that is filled for a volume of the backup. */
  readonly volumeFor: (name: string) => string;
  /** See the inputs of restore. */
  readonly locale: 'ask' | 'backup' | 'live';
  readonly tablespaces: 'keep' | 'default';
}

/** Factor on the size in the last backup: data grows, and may become harder to pack. */
export const GROWTH = 1.2;

/** A database that is exchanged, or will be. */
export type Named = Pick<DatabasePart, 'service' | 'user' | 'database'> & Partial<Pick<DatabasePart, 'properties'>>;

/** The data of an exchange. */
export interface Subjects {
  readonly databases: readonly Named[];
  /** Names of volumes and directories. */
  readonly volumes: readonly string[];
}

/** The state of this data on the host. */
export interface Seen {
  readonly facts: Pick<Facts, 'now' | 'servers'>;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
}

/** Names that change in an exchange. */
export interface Swapped {
  readonly servers: readonly ServerSwap[];
  readonly volumes: readonly VolumeSwap[];
}

/** Data that a restore put aside. */
interface Former {
  /** The restore's ID. */
  readonly id: string;
  readonly subjects: Partial<Subjects>;
  readonly fullName: string;
  /** `acme: back to acme_before_…` */
  readonly line: string;
}

/** Data that a restore or an undo put aside, and that still exists. */
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

/** What can be exchanged by renaming. Each function leaves out data of other kinds. */
export interface Beside {
  /** Data that the last restores put aside. */
  readonly former: (of: Subjects, seen: Seen) => readonly Former[];
  readonly kept: (of: Subjects, seen: Seen, stack: string) => readonly Kept[];
  /**
   * The renames that bring in data with this ID: `restore`: restored data; `before`: data that was live before a
   * restore.
   */
  readonly swapped: (of: Subjects, seen: Seen, from: 'restore' | 'before', id: string) => Partial<Swapped>;
  /**
   * Something that exists after the commit, and neither before it nor after a reversal; `null`: this kind is not
   * exchanged.
   */
  readonly witness: (swapped: Swapped) => Witness | null;
  /** What a restore of these does, one line each for the person who approves it. */
  readonly planned: (of: Subjects, seen: Seen) => readonly string[];
  readonly moves: (swapped: Swapped, stack: string, seen: Seen) => readonly Move[];
  /** What a restore with this ID was filling. */
  readonly filled: (of: Subjects, id: string) => Partial<Leftovers>;
  /** What earlier restores were filling, if it still exists. */
  readonly left: (of: Subjects, seen: Seen) => Partial<Leftovers>;
}
