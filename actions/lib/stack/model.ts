/** What runs (State), what should run (Release), the way between (Plan): plain JSON, to be stored, printed and hashed. */
import type { Strategy } from '../config/runbook';
import type { Replacement, Unfinished } from '../steps/journal';
import type { Adjusted } from './adjusted';
import type { BrokenOff } from './broken-off';
import type { Closed } from './closed';
import type { Drift } from './drift';
import type { ObservedFreeze } from './freeze';
import type { Commit } from './history';
import type { InterruptedRestore } from './interrupted';
import type { Limits } from './limits';
import type { MigrationRecord } from './migration-record';
import type { Origin } from './origin';
import type { SeenProxy } from './proxy-files';
import type { HostResource, Shared, SharedChange } from './resources';
import type { Told } from './told';
import type { Unreadable } from './unreadable';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = string;

/** What the planner must know of a service beyond its identity; holds no secret. */
export interface ServiceTraits {
  readonly containerName: string | null;
  readonly hostPorts: readonly number[];
  /** `host`, `none`, `service:x`, `container:x`, or `null` for networks of the project. */
  readonly networkMode: string | null;
  /** Service → Compose's condition, e.g. `service_healthy`. */
  readonly dependsOn: Readonly<Record<string, string>>;
  /** Service whose container it shares → what it shares, e.g. `network namespace`, `volumes`. */
  readonly shares: Readonly<Record<string, string>>;
  /** Services with which it is started anew (`depends_on: {x: {restart: true}}`), those of `shares` left out. */
  readonly restartsWith: readonly string[];
  /** Its hooks, e.g. `post_start`. */
  readonly hooks: readonly string[];
  readonly networks: readonly string[];
  /** Addresses that the Compose files give its container, e.g. `address 172.30.0.10`: each can exist only once. */
  readonly fixed: readonly string[];
  /** Volumes and folders that the container may write to. */
  readonly writableVolumes: readonly string[];
  /** Mounts as `type:source:target`, sorted, also by `volumes_from`. A volume's source: its key, and any `/subpath`. */
  readonly volumes: readonly string[];
  /** Files of its secrets and configs below the stack's directory that no run uploads; left out if there are none. */
  readonly hostFiles?: readonly string[] | undefined;
  /** Paths at which its container would see `.runbook`; an empty folder covers each, unless it was adopted. */
  readonly runbookAt?: readonly string[];
  readonly stopSignal: string | null;
  /** Seconds between the stop signal and SIGKILL. */
  readonly stopGracePeriod: number;
  readonly hasHealthcheck: boolean;
  /** Bytes that one container must get (`deploy.resources.reservations.memory`); 0: not given. */
  readonly memoryReservation: number;
  readonly restart: string | null;
  /** Left out if it is not known what its running containers were made with. */
  readonly limits?: Limits | undefined;
  /** Why only one container may run, by its command and its name; left out if there is no reason. */
  readonly once?: string | undefined;
  /** Nothing in the files names the service as one that is called; left out if something does. */
  readonly unnamed?: true | undefined;
  /** What calls a container by a name that only a container made in its place gets; left out if nothing does. */
  readonly namedBy?: string | undefined;
  /** Container name that something calls → what calls it; left out if there is none, or in records of older versions. */
  readonly calledNames?: Readonly<Record<string, string>> | undefined;
}

/** One service of a release. */
export interface ReleaseService {
  /** The image as in the Compose file, with its tag: `ghcr.io/acme/api:v2`. */
  readonly image: string;
  /** Digest of the registry's manifest; `null` for an image that was built or loaded on the host. */
  readonly digest: Digest | null;
  /** The image's local ID, known once it was on the host. */
  readonly imageId: Digest | null;
  readonly replicas: number;
  /** SHA-256 over everything that makes the container, except for image and replicas. */
  readonly definition: string;
  /** Uploaded files that the container mounts: path below the stack's directory, and content's SHA-256. */
  readonly mounts: Readonly<Record<string, string>>;
  /** The release in which this service got its present image, definition and mounts. */
  readonly since: string;
  readonly traits: ServiceTraits;
  /** Compose's `config-hash` of the containers that were adopted; they carry no label of ours. */
  readonly configHash: string | null;
  /** Left out if all values are those of the files. */
  readonly adjusted?: Adjusted;
}

/** The immutable record of what should run. Stored as `releases/<id>/release.json`. */
export interface Release {
  readonly format: 1;
  /** `<number>-<label>`, e.g. `7-v1.4.0`; numbers never repeat within a stack. */
  readonly id: string;
  readonly stack: string;
  readonly version: string;
  /** ID of the release that this one brings back with secrets rotated since; left out if it brings back none. */
  readonly back?: string | undefined;
  readonly services: Readonly<Record<string, ReleaseService>>;
  /** Uploaded files (Compose files and env file included): path below the directory → SHA-256 of a blob. */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the resolved Compose file's blob: pinned by digest, nothing left to interpolate. */
  readonly compose: string;
  /** Networks and volumes that its services use; `null` if an earlier version left them to Compose. */
  readonly shared: Shared | null;
  /** Name of the schema that the migration leads to, see `schemaName`; in earlier versions the digest of its image. */
  readonly schema: string | null;
  /** False if the release before cannot use the schema of this one. */
  readonly schemaCompatible: boolean;
  /** The site is closed: its proxy answers 503. */
  readonly maintenance: boolean;
  /** Until when and why the site is closed; left out if it is open. */
  readonly closed?: Closed | undefined;
  readonly createdAt: string;
  readonly createdBy: string;
  /** URL of the run, or a text in its place. */
  readonly run: string;
  /** The commit of its version; left out where the run did not know it, as one that a person started. */
  readonly origin?: Origin | undefined;
  readonly adopted: boolean;
  /** Version of the action that wrote the record; empty: a version that did not note it. */
  readonly writer: string;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Local ID of the container's image, and the reference with which the container was created. */
  readonly imageId: Digest;
  readonly image: string;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  readonly exitCode: number;
  readonly restarts: number;
  /** Compose's `config-hash` label. */
  readonly configHash: string;
  /** Our label; `null` if no release of ours made the container. */
  readonly release: string | null;
  readonly definition: string | null;
  readonly oneOff: boolean;
  /** Whether the container is a stand-in, which serves in place of its service's container. */
  readonly standIn: boolean;
  /** `names`: those by which others on the network find the container; left out if Docker does not tell them. */
  readonly networks: Readonly<Record<string, { readonly ip: string; readonly ip6: string; names?: readonly string[] }>>;
  /** Ports of the host that lead to the container, e.g. `443/tcp`. */
  readonly published: readonly string[];
  /** Volumes and folders of the host that the container mounts, read-only ones included. */
  readonly mounts: readonly Mount[];
  /** Whether it has a volume without a name, which only Compose's own recreation hands on. */
  readonly anonymousVolume: boolean;
  /** IDs or names of containers whose namespaces it shares. */
  readonly joins: readonly string[];
  /** The known proxy that runs in the container, by its processes; left out if there is none. */
  readonly proxy?: SeenProxy;
  /** TCP ports that it listens on, loopback left out. */
  readonly listens: readonly number[];
  /** UDP ports that its image or its service declares; left out if there are none. */
  readonly udp?: readonly number[];
  readonly memory: { readonly used: number };
  readonly limits?: Limits;
}

/** A mount of a container, as Docker reports it. */
export interface Mount {
  readonly type: 'volume' | 'bind';
  /** Name of the volume, with `/subpath` where only that is mounted; or the path on the host. */
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

/** The facts of the host that one round trip reads. Sizes are bytes. */
export interface State {
  readonly engine: {
    readonly docker: string;
    readonly compose: string;
    /** Docker's data directory. */
    readonly root: string;
    /** Why connections cannot be redirected here; `null`: they can. */
    readonly redirectRefused: string | null;
    /** Why connections to published ports cannot be redirected, although others can; `null`: they can. */
    readonly portsRefused: string | null;
  };
  /** A hash that identifies this machine: of its ID and its own SSH keys. */
  readonly machine: string;
  readonly memoryAvailable: number;
  readonly diskFree: number;
  /** Whether the stack's directory exists and can be written. */
  readonly directory: 'ready' | 'missing' | 'unwritable';
  /** Path of the stack's directory without symbolic links; empty if it does not exist. */
  readonly physicalDirectory: string;
  readonly containers: readonly Container[];
  /** By their names in Docker; volumes without a name are left out. */
  readonly networks: Readonly<Record<string, HostResource>>;
  readonly volumes: Readonly<Record<string, HostResource>>;
  /** The current release; `null`: this host has none yet. */
  readonly current: Release | null;
  /** Retained releases, oldest first. */
  readonly releases: readonly Release[];
  /** Releases that were current one after the other, oldest first; the last is {@link current}. */
  readonly history: readonly Commit[];
  /** Names of the folders of all releases, including those that cannot be read. */
  readonly folders: readonly string[];
  /** Releases that were current once and that this version cannot read. */
  readonly unreadable: readonly Unreadable[];
  /** Image reference or ID → local image ID. */
  readonly images: Readonly<Record<string, Digest>>;
  /** Uploaded files' present content on the host, path → SHA-256; absent files are not listed. */
  readonly files: Readonly<Record<string, string>>;
  /** Permission bits of these files, in octal: path → `600`. */
  readonly modes?: Readonly<Record<string, string>>;
  /** TCP ports that something on the host listens on. */
  readonly ports: readonly number[];
  /** Migrations that ran here, and restores, oldest first; see `appliedOf`. */
  readonly migrations: readonly MigrationRecord[];
  /** A migration after these that began and did not succeed, as far as is recorded. */
  readonly brokenOff?: BrokenOff | null;
  /** The procedure that was interrupted; `null`: there is none. */
  readonly unfinished: Unfinished | null;
  /** Service → its last replacement that the journal knows of. */
  readonly replacements: Readonly<Record<string, Replacement>>;
  readonly told?: Told;
  /** An interrupted restore that is not settled; `null`: there is none. */
  readonly interrupted: InterruptedRestore | null;
  readonly freeze: ObservedFreeze;
}

export interface Downtime {
  /** Expected seconds, a whole number. */
  readonly seconds: number;
  readonly why: string;
  /** The last replacement, which shows how long it took; not part of the plan's hash. */
  readonly last: Replacement | null;
  /** Set if the host is the cause of the downtime, or `runbook.yml` asks for none: it must be allowed first. */
  readonly code: 'RB-MEMORY-SHORT' | 'RB-REDIRECT-REFUSED' | 'RB-DOWNTIME-REFUSED' | null;
}

/** `create`: no container runs yet. `scale`: only the number changes. `reload`: only files of the proxy change. */
type ChangeKind = 'create' | Strategy | 'scale' | 'reload' | 'remove';

/** What happens to one service. */
export interface ServiceChange {
  readonly service: string;
  readonly kind: ChangeKind;
  /** Why it changes, in words: "image v1 → v2", "environment or definition", "nginx/app.conf". */
  readonly reasons: readonly string[];
  readonly from: { readonly image: string; readonly digest: Digest | null; readonly replicas: number } | null;
  readonly to: { readonly image: string; readonly digest: Digest | null; readonly replicas: number } | null;
  /** IDs of running containers that stay. */
  readonly keep: readonly string[];
  /** Number of new containers. */
  readonly start: number;
  /** IDs of running containers that are removed. */
  readonly retire: readonly string[];
  readonly downtime: Downtime | null;
  /** Paths at which its containers, running or not, have volumes without a name, which new containers take over. */
  readonly unnamed: readonly string[];
  /** Services that share its containers or start anew with them, and go back with it; in the order of their start. */
  readonly tied: readonly string[];
}

/** The ordered changes from the observed state to a release. Pure data. */
export interface Plan {
  readonly format: 1;
  readonly stack: string;
  readonly from: string | null;
  readonly to: string;
  /** SHA-256 over the target's services, files and Compose file. */
  readonly content: string;
  /** Networks and volumes that are made before anything starts. */
  readonly shared: readonly SharedChange[];
  /** In the order in which they are carried out. */
  readonly changes: readonly ServiceChange[];
  /** Uploaded files that will differ: path → what happens. */
  readonly files: Readonly<Record<string, 'add' | 'change' | 'remove'>>;
  readonly unchanged: readonly string[];
  readonly drift: readonly Drift[];
  /** Sentences on things that do not happen although people may expect them. */
  readonly notes: readonly string[];
}
