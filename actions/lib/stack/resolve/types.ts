/** The request to resolve a release on a host, and the result. */
import type { UploadedFile } from '../../config/files';
import type { Runbook } from '../../config/runbook';
import type { ComposeModel } from '../compose-model';
import type { Digest, Release, ReleaseService, State } from '../model';
import type { Origin } from '../origin';

export interface RegistryLogin {
  /** As image references name it: `ghcr.io`, `localhost:5000`; `docker.io` for Docker Hub. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

export interface ResolveRequest {
  readonly runbook: Pick<Runbook, 'stack' | 'directory' | 'compose' | 'envFile' | 'profiles'>;
  readonly files: readonly UploadedFile[];
  /** Whether the repository has a file at a path below the stack's directory, or a folder that is not empty. */
  readonly inRepository: (path: string) => boolean;
  /** Files on the host as observed (path → SHA-256): content that is there already is not sent again. */
  readonly present: Readonly<Record<string, string>>;
  /** Service → tag, `sha256:…` or `tag@sha256:…`. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Services whose tag is looked up in the registry again: those being deployed. The others keep the digest
   * that `current` has for them while their image reference is the same, so a moved tag of the database
   * does not restart it. Services in `versions` always count as named here.
   */
  readonly refresh: readonly string[];
  /** Only these services change; every other service stays as in `current`. `null`: all change. */
  readonly only: readonly string[] | null;
  readonly current: Release | null;
  /** Images, and the tags for them in the files, are those of this release. */
  readonly imagesOf?: Release;
  /** No registry is asked for these: what is started and missing on the host is pulled by its digest later. */
  readonly asksNone?: true;
  /** Images on the host as observed. */
  readonly images: State['images'];
  /** The stack's directory without symbolic links; empty where it does not exist. */
  readonly physicalDirectory: string;
  readonly logins: readonly RegistryLogin[];
  /** Whether the staging folder stays for `store_blobs`; `false` for a dry run. */
  readonly keepStaging: boolean;
  readonly signal?: AbortSignal;
  /** Milliseconds for all of it. Default 120,000. */
  readonly timeout?: number;
}

/** A service of a release, without what only the release decides. */
export type ResolvedService = Omit<ReleaseService, 'since' | 'configHash'>;

export interface ResolvedImage {
  /** The reference to pull: `repository@sha256:…`, or the local name if there is no digest. */
  readonly ref: string;
  readonly digest: Digest | null;
  /** Local ID when the host has it already. */
  readonly imageId: Digest | null;
  /** Compressed layers for the host's platform, sizes in bytes; empty if local or if the registry did not say. */
  readonly layers: readonly { readonly digest: Digest; readonly size: number }[];
  /** The commit that it was built from, where the registry's manifest says so. */
  readonly origin?: Origin;
  /** Whether nothing has to be pulled. */
  readonly local: boolean;
}

export interface Resolved {
  readonly services: Readonly<Record<string, ResolvedService>>;
  /**
   * Images pinned, paths absolute, profiles gone; input of {@link import('./pin').pin}. Holds secrets: never log it.
   */
  readonly model: ComposeModel;
  readonly images: readonly ResolvedImage[];
  /** Path → SHA-256 of every uploaded file. */
  readonly files: Readonly<Record<string, string>>;
  /** Text of `files.list` for the store. */
  readonly filesList: string;
  /** Bytes of file content that had to be sent. */
  readonly sent: number;
  readonly warnings: readonly string[];
  /** Folder on the host with `blobs/` for `store_blobs`; `null` when it was not kept. */
  readonly staging: string | null;
}
