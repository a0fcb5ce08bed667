/** Inputs of the action deploy as typed data. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collectFiles, type EnvSource, noEnvFile, type UploadedFile } from '../lib/config/files';
import { type CommonInputs, readCommon, readPath, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import { parseVersions } from '../lib/config/version';
import { readSops } from '../lib/secrets/inputs';
import type { SecretsRequest } from '../lib/secrets/sops';
import type { RegistryLogin } from '../lib/stack/resolve/types';

export interface DeployInputs extends CommonInputs {
  /** The input as given; empty: the running images stay, with the files and settings of this run. */
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly services: readonly string[] | null;
  readonly files: readonly UploadedFile[];
  /** Of the repository: the one of the runbook file, absolute. */
  readonly folder: string;
  readonly envSource: EnvSource;
  /** Where the env file is decrypted from; its content is not among the files yet. */
  readonly sops: SecretsRequest | null;
  readonly logins: readonly RegistryLogin[];
  readonly schemaCompatible: boolean;
  /** Seconds to wait for images that are not pushed yet. */
  readonly imageTimeout: number;
  /** Seconds until the checks of a pushed tag's commit must have passed. */
  readonly checksTimeout: number;
  /** Variables that a server reads only at its first start, and whose new values it has already. */
  readonly firstStart: readonly string[];
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-VERSION-INVALID, RB-FILE-MISSING */
export function readDeployInputs(get: GetInput, workspace: string): DeployInputs {
  const reader = new Reader(get);
  const wish = readWish(reader, workspace);
  const services = reader.list('services');
  const firstStart = reader.list('first-start');
  const checksTimeout = reader.seconds('checks-timeout', 1800);
  // Read by the part that shows the plan.
  reader.boolean('comment');
  reader.finish();
  const read = withCommon(wish, workspace);
  const versions = parseVersions(wish.version, read.runbook.versioned, read.runbook.tag);
  const named = services.length > 0 ? services : null;
  return { ...withFiles(wish, read, workspace), versions, services: named, firstStart, checksTimeout };
}

/** What leads to a version with its files, as the inputs say it. */
type Wish = ReturnType<typeof readWish>;

/** To be read before `reader.finish()`. */
export function readWish(reader: Reader, workspace: string) {
  const common = readCommon(reader);
  const version = reader.text('version');
  const schema = reader.choice('schema', ['compatible', 'breaking']);
  const imageTimeout = reader.seconds('image-timeout', 0);
  const logins = readLogin(reader);
  const named = readPath(reader, 'env-file', '');
  const files = reader.list('files');
  const envContent = reader.wired('env-content');
  const sops = readSops(reader, workspace);
  if (sops !== null && envContent !== null)
    reader.problem('sops-file and env-content are both given: one of them is the env file');
  return {
    common,
    version,
    schemaCompatible: schema === 'compatible',
    imageTimeout,
    logins,
    named,
    files,
    envContent,
    sops,
  };
}

/** Once all inputs are read. @throws {UserError} RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function withCommon({ common }: Wish, workspace: string): CommonInputs {
  return withRunbook(common, workspace);
}

/** @throws {UserError} RB-FILE-MISSING and what else speaks against the files */
export function withFiles(
  { common, version, schemaCompatible, imageTimeout, logins, named, files, envContent, sops }: Wish,
  { runbook, ...rest }: CommonInputs,
  workspace: string,
): Omit<DeployInputs, 'versions' | 'services' | 'firstStart' | 'checksTimeout'> {
  const folder = dirname(join(workspace, common.config));
  const envFile = named || runbook.envFile;
  // Without its content the env file on the host is used, unless an input names one.
  const committed = named !== '' || (envFile !== null && existsSync(join(folder, envFile)));
  const envSource = sops !== null ? 'sops' : envContent !== null ? 'input' : committed ? 'repository' : 'host';
  if (envSource === 'sops' && envFile === null) throw noEnvFile('sops-file');
  return {
    ...rest,
    runbook: { ...runbook, envFile, envFileNamed: named !== '' || runbook.envFileNamed },
    version,
    files: collectFiles({
      folder,
      directory: runbook.directory,
      profiles: runbook.profiles,
      compose: runbook.compose,
      files: [...runbook.files, ...files],
      envFile: envSource === 'host' || envSource === 'sops' ? null : envFile,
      envContent,
    }),
    folder,
    envSource,
    sops,
    logins,
    schemaCompatible,
    imageTimeout,
  };
}

/** One login, or several: the same line of each of the three inputs belongs together. */
function readLogin(reader: Reader): RegistryLogin[] {
  const lines = (name: string): string[] =>
    reader
      .text(name)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const registries = lines('registry');
  const users = lines('registry-user');
  // The password of one registry may have lines of its own, as a key in JSON has.
  const whole = reader.text('registry-password');
  const passwords = registries.length === 1 && whole !== '' ? [whole] : lines('registry-password');
  if (registries.length !== users.length || users.length !== passwords.length) {
    const several = Math.max(registries.length, users.length, passwords.length) > 1;
    const counts = several
      ? `: give one line for each registry in each of them (${registries.length}, ${users.length} and ${passwords.length} lines)`
      : '';
    reader.problem(`registry, registry-user and registry-password belong together${counts}`);
    return [];
  }
  for (const [index, registry] of registries.entries()) {
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/.test(registry))
      reader.problem(`registry is ${JSON.stringify(registry)}; write host or host:port, e.g. ghcr.io`);
    if (registries.indexOf(registry) !== index) reader.problem(`registry has ${registry} twice`);
  }
  return registries.map((registry, index) => ({
    registry,
    username: users[index] ?? '',
    password: passwords[index] ?? '',
  }));
}
