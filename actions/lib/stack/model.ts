/**
 * The vocabulary of the engine: what runs (State), what should run (Release), the way between (Plan).
 * All of it is plain JSON, so that it can be stored, printed and hashed.
 */
import type { Strategy } from '../config/runbook';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = string;

/** What one service of a release is. */
export interface ReleaseService {
  /** As the Compose file says it, tag included: `ghcr.io/acme/api:v2`. */
  readonly image: string;
  /** Of the registry's manifest; `null` for an image that was built or loaded on the host. */
  readonly digest: Digest | null;
  /** The image's local ID, known once it was on the host. */
  readonly imageId: Digest | null;
  readonly replicas: number;
  /** SHA-256 over everything that makes the container, but for image and replicas. */
  readonly definition: string;
  /** Uploaded files that the container mounts: path below the stack's directory, and content's SHA-256. */
  readonly mounts: Readonly<Record<string, string>>;
  /** The release in which this service got its present image, definition and mounts. */
  readonly since: string;
}

/** The immutable record of what should run. Stored as `releases/<id>/release.json`. */
export interface Release {
  readonly format: 1;
  /** `<number>-<label>`, e.g. `7-v1.4.0`; numbers never repeat within a stack. */
  readonly id: string;
  readonly stack: string;
  readonly version: string;
  readonly services: Readonly<Record<string, ReleaseService>>;
  /** Uploaded files (Compose files and env file included): path below the directory → SHA-256 of a blob. */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the resolved Compose file's blob: pinned by digest, nothing left to interpolate. */
  readonly compose: string;
  /** Names the schema that this release's migration leads to: the migration's image digest. */
  readonly schema: string | null;
  /** False when the schema of this release cannot be used by the one before. */
  readonly schemaCompatible: boolean;
  /** Maintenance page on: the proxy answers 503. */
  readonly maintenance: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  /** URL of the run, or what stands for it. */
  readonly run: string;
  readonly adopted: boolean;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** Local ID of the image that it runs. */
  readonly imageId: Digest;
  /** Image reference it was created with. */
  readonly image: string;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  readonly exitCode: number;
  readonly restarts: number;
  readonly pid: number;
  /** Compose's `config-hash` label. */
  readonly configHash: string;
  /** Our labels, when a release of ours created it. */
  readonly release: string | null;
  readonly definition: string | null;
  readonly oneOff: boolean;
  readonly networks: Readonly<Record<string, { readonly ip: string; readonly ip6: string }>>;
  readonly memory: { readonly limit: number; readonly used: number };
}

/** What one round trip told about the host. Sizes are bytes. */
export interface State {
  readonly engine: { readonly docker: string; readonly compose: string; readonly root: string; readonly iptables: boolean; readonly rootless: boolean; readonly reason: string | null };
  readonly uptime: number;
  readonly bootId: string;
  readonly memoryAvailable: number;
  readonly diskFree: number;
  /** Whether the stack's directory exists and can be written. */
  readonly directory: 'ready' | 'missing' | 'unwritable';
  readonly containers: readonly Container[];
  /** Current release, or `null` when this host has none yet. */
  readonly current: Release | null;
  /** Retained releases, oldest first. */
  readonly releases: readonly Release[];
  /** Image reference or ID → local image ID, for what the releases and the files name. */
  readonly images: Readonly<Record<string, Digest>>;
  /** Uploaded files' present content on the host, path → SHA-256; absent files are not listed. */
  readonly files: Readonly<Record<string, string>>;
  /** TCP ports that something on the host listens on. */
  readonly ports: readonly number[];
  /** Journal entry without an end, when a procedure was interrupted. */
  readonly unfinished: { readonly procedure: string; readonly run: string; readonly release: string | null } | null;
}

export interface Downtime {
  readonly seconds: number;
  readonly why: string;
}

export type ChangeKind = 'create' | Strategy | 'scale' | 'remove';

/** What happens to one service. */
export interface ServiceChange {
  readonly service: string;
  readonly kind: ChangeKind;
  /** Why it changes, in words: "image v1 → v2", "environment or definition", "nginx/app.conf". */
  readonly reasons: readonly string[];
  readonly from: { readonly image: string; readonly digest: Digest | null; readonly replicas: number } | null;
  readonly to: { readonly image: string; readonly digest: Digest | null; readonly replicas: number } | null;
  readonly downtime: Downtime | null;
}

/** Something changed by hand since the current release. */
export interface Drift {
  readonly service: string;
  readonly what: string;
}

/** The ordered changes from the observed state to a release. Pure data. */
export interface Plan {
  readonly format: 1;
  readonly stack: string;
  readonly from: string | null;
  readonly to: string;
  /** In the order in which they are carried out. */
  readonly changes: readonly ServiceChange[];
  /** Uploaded files that will differ: path → what happens. */
  readonly files: Readonly<Record<string, 'add' | 'change' | 'remove'>>;
  readonly unchanged: readonly string[];
  readonly drift: readonly Drift[];
  /** Reload of the proxy that the files or the cutover need. */
  readonly reloadsProxy: boolean;
}
