/**
 * Decrypts a file of the repository on the runner. sops gets the key by its environment, which holds nothing else; the
 * decrypted values stay in memory.
 */
import { readFileSync } from 'node:fs';
import { UserError } from '../errors';
import { readAgeKey, recipientsOf } from './age-key';
import { parseEnv, writeEnv } from './dotenv';
import { runProgram } from './program';
import { readSopsFile, type SopsFile } from './sops-file';
import { findSops, requireRecipients, type SopsTool } from './sops-tool';
import { flatValues } from './structured';

export interface SecretsRequest {
  /** Absolute path. */
  readonly file: string;
  /** The path for messages. */
  readonly path: string;
  readonly ageKey: string;
}

export interface Secrets {
  /** An env file that Compose reads as it is meant. */
  readonly text: string;
  readonly values: ReadonlyMap<string, string>;
  readonly file: SopsFile;
  readonly tool: SopsTool;
}

/** Milliseconds. */
const PATIENCE = 60_000;

/**
 * @throws {UserError} RB-FILE-MISSING, RB-ENV-INVALID, RB-ENV-DUPLICATE, RB-SOPS-FORMAT, RB-SOPS-KEY, RB-SOPS-RECIPIENT,
 *   RB-SOPS-MAC, RB-SOPS-DAMAGED, RB-SOPS-OLD, RB-SOPS-UNAVAILABLE, RB-SOPS-TAMPERED, RB-SOPS-FAILED
 */
export async function decrypt(
  { file: absolute, path, ageKey }: SecretsRequest,
  find: () => Promise<SopsTool> = findSops,
): Promise<Secrets> {
  const identities = readAgeKey(ageKey);
  const own = await recipientsOf(identities);
  const file = readSopsFile(contentOf(absolute, path), path);
  refuseTwice(file.names, path);
  const tool = await find();
  requireRecipients(tool, file.recipients, path);
  const output = file.kind === 'dotenv' ? 'dotenv' : 'json';
  const result = await runProgram(
    tool.path,
    ['decrypt', '--input-type', file.kind, '--output-type', output, absolute],
    { env: { SOPS_AGE_KEY: identities.join('\n'), SOPS_DISABLE_VERSION_CHECK: '1' }, patience: PATIENCE },
  );
  if (result.code !== 0) throw failure(result.code, path, file.recipients, own);
  const decrypted = result.stdout.toString('utf8');
  const text = output === 'dotenv' ? decrypted : writeEnv(flatValues(decrypted, path), path);
  const values = parseEnv(text, path);
  if (values.size === 0 || values.size !== file.names.length) {
    throw new UserError('RB-SOPS-FAILED', {
      what: `${path} has ${file.names.length} names, and sops decrypted ${values.size} of them`,
      remedy: `look into it with \`sops edit ${path}\``,
    });
  }
  return { text, values, file, tool };
}

function contentOf(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('RB-FILE-MISSING', {
      what: `the SOPS file ${JSON.stringify(path)} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      remedy:
        'check out the repository before this step, and correct the input sops-file; it counts from the workspace',
    });
  }
}

/** SOPS encrypts a name that occurs twice, and says "MAC mismatch" where a person added the second one. */
function refuseTwice(names: readonly string[], path: string): void {
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  if (twice.length === 0) return;
  throw new UserError('RB-ENV-DUPLICATE', {
    what: `${path} has ${twice.join(', ')} twice`,
    why: 'two branches that each added it were merged, or it was added by hand; only one of the values would be used',
    remedy: `remove one of them with \`sops edit ${path}\`; if sops refuses that because of the MAC, take the file from before the merge and set the value again`,
  });
}

/** Explains the exit statuses of `cmd/sops/codes`. The output of sops is not shown: it may contain decrypted values. */
function failure(code: number | null, path: string, recipients: readonly string[], own: readonly string[]): UserError {
  if (code === 128) {
    const fits = recipients.some((one) => own.includes(one));
    return new UserError('RB-SOPS-KEY', {
      what: fits
        ? `${path} names the recipient of age-key, but age-key cannot decrypt it`
        : `age-key cannot decrypt ${path}: it is the key of ${own.join(', ')}`,
      why: fits
        ? 'the file was damaged or merged by hand, or needs keys of more than one group'
        : `the file is for ${recipients.map(kindOf).join(', ')}`,
      remedy: `give the key of one of its recipients, or add the key of this run as a recipient: sops rotate -i --add-age ${own[0]} ${path}`,
    });
  }
  if (code === 51 || code === 52) {
    return new UserError('RB-SOPS-MAC', {
      what: `the MAC of ${path} does not match its values`,
      why: 'it was edited without sops, or two branches that each changed a value were merged by Git; which values are right is not known',
      remedy:
        'take the file from before the merge and set the other values again with `sops edit`; never use --ignore-mac',
    });
  }
  if (code === 24 || code === 25) {
    return new UserError('RB-SOPS-DAMAGED', {
      what: `a value of ${path} cannot be decrypted although the key is right`,
      why: 'the file was edited without sops, merged by Git, or damaged',
      remedy:
        'take its last undamaged version from the history of the repository and set the values again with `sops edit`',
    });
  }
  return new UserError('RB-SOPS-FAILED', {
    what:
      code === null
        ? `sops could not be run on ${path}, or did not end in time`
        : `sops refuses ${path} with status ${code}`,
    why: 'its message is not shown here, as it may hold a secret',
    remedy: `run \`sops decrypt ${path}\` where you have a key`,
  });
}

function kindOf(recipient: string): string {
  if (recipient.startsWith('ssh-')) return 'an SSH key';
  if (recipient.startsWith('age1pq1')) return `${recipient.slice(0, 20)}… (post-quantum)`;
  return /^age1[0-9a-z]{58}$/.test(recipient) ? recipient : `${recipient.slice(0, 20)}… (a plugin's)`;
}
