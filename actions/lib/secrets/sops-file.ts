/** What a SOPS file tells without any key. Pure. Source: `stores` of getsops/sops. */
import { isMap, parse, parseDocument } from 'yaml';
import { UserError } from '../errors';

export interface SopsFile {
  readonly kind: 'dotenv' | 'yaml' | 'json';
  /** Public keys of age that can decrypt it, as the file lists them. */
  readonly recipients: readonly string[];
  /** Names of the values, which are never encrypted, in the order of the file. */
  readonly names: readonly string[];
}

/** Members that SOPS writes into each file, whatever it encrypts. */
const NEEDED = ['mac', 'lastmodified', 'version'] as const;
const ENCRYPTED = /ENC\[AES256_GCM,/;
/** A value, and nothing but its ciphertext. */
const WHOLE = /^ENC\[AES256_GCM,[^\]]*\]$/;

/** Whether SOPS has encrypted values in it; the file may be damaged. */
export function isEncrypted(text: string): boolean {
  return /^[^#\n]*[=:]\s*"?ENC\[AES256_GCM,data:/m.test(text);
}

/**
 * @param path of the file, for messages
 * @throws {UserError} RB-SOPS-FORMAT, RB-SOPS-DAMAGED, RB-SOPS-RECIPIENT
 */
export function readSopsFile(text: string, path: string): SopsFile {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const file = lines.some((line) => /^(?:sops_\w+|[A-Za-z_][\w.-]*)=/.test(line))
    ? dotenv(lines, text, path)
    : structured(text, path);
  if (file.recipients.length > 0) return file;
  throw new UserError('RB-SOPS-RECIPIENT', {
    what: `${path} has no age recipient: no age key decrypts it`,
    why: 'it was encrypted for PGP, or for the key service of a cloud, only',
    remedy: `add one: sops rotate -i --add-age age1… ${path}`,
  });
}

function dotenv(lines: readonly string[], text: string, path: string): SopsFile {
  if (lines.some((line) => line.endsWith('\r')))
    throw new UserError('RB-SOPS-FORMAT', {
      what: `${path} has the line ends of Windows, which SOPS takes for a part of the values`,
      why: 'Git may have put them there when the file was checked out',
      remedy: `write \`${path} text eol=lf\` into .gitattributes, and take the file from the repository anew`,
    });
  const own = lines.filter((line) => line.startsWith('sops_'));
  const has = (name: string): boolean => own.some((line) => line.startsWith(`sops_${name}=`) && !line.endsWith('='));
  if (!NEEDED.every(has)) throw own.length > 0 || ENCRYPTED.test(text) ? damaged(path) : plain(path);
  const recipients = own.flatMap((line) => /^sops_\w*age__list_\d+__map_recipient=(.+)$/.exec(line)?.[1] ?? []);
  const names = lines.filter((line) => !line.startsWith('sops_')).map((line) => line.slice(0, line.indexOf('=')));
  return { kind: 'dotenv', recipients, names };
}

/**
 * Names whose values anybody can read in the file: its rule (`encrypted_regex`, `unencrypted_suffix`, …) leaves them
 * out. SOPS encrypts no empty value, which tells nothing either.
 */
export function namesInClear(text: string, { kind }: Pick<SopsFile, 'kind'>): string[] {
  if (kind === 'dotenv')
    return text.split('\n').flatMap((line) => {
      const [, name = '', value = ''] = /^([^#=]+)=(.+)$/.exec(line) ?? [];
      return name === '' || name.startsWith('sops_') || WHOLE.test(value) ? [] : [name];
    });
  const isClear = (value: unknown): boolean =>
    typeof value === 'object' && value !== null
      ? Object.values(value).some(isClear)
      : value !== null && value !== '' && !WHOLE.test(String(value));
  const tree = parse(text) as Record<string, unknown>;
  return Object.keys(tree).filter((name) => name !== 'sops' && isClear(tree[name]));
}

/** A key that is not one of age. */
export interface OtherKey {
  readonly title: string;
  /** As `.sops.yaml` names it. */
  readonly id: string;
}

/** By the names that SOPS gives them: where each kind has its identifier. */
const OTHERS: Readonly<Record<string, readonly [member: string, title: string]>> = {
  pgp: ['fp', 'PGP key'],
  kms: ['arn', 'AWS key'],
  gcp_kms: ['resource_id', 'Google key'],
  azure_kv: ['vault_url', 'Azure vault'],
  hc_vault: ['vault_address', 'key service'],
};

/** Keys beside those of age that can decrypt the file. */
export function otherKeysIn(text: string, { kind }: Pick<SopsFile, 'kind'>): OtherKey[] {
  const own = kind === 'dotenv' ? null : ((parse(text) as { sops?: Record<string, unknown> }).sops ?? {});
  const groups = own === null ? [] : [own, ...((own.key_groups ?? []) as Record<string, unknown>[])];
  return Object.entries(OTHERS).flatMap(([name, [member, title]]) => {
    const line = new RegExp(`^sops_(?:key_groups__list_\\d+__map_)?${name}__list_\\d+__map_${member}=(.+)$`, 'gm');
    const ids =
      own === null
        ? [...text.matchAll(line)].map(([, id = '']) => id)
        : groups.flatMap((group) =>
            ((group[name] ?? []) as Record<string, unknown>[]).map((one) => String(one[member])),
          );
    return ids.map((id) => ({ title: `the ${title} ${id}`, id }));
  });
}

interface Group {
  readonly age?: readonly { readonly recipient?: unknown }[] | null;
}

function structured(text: string, path: string): SopsFile {
  if (/^\[sops\]\s*$/m.test(text))
    throw new UserError('RB-SOPS-FORMAT', {
      what: `${path} is an INI file`,
      why: 'the file stands for an env file: names with values, without sections',
      remedy: 'encrypt an env file, YAML or JSON',
    });
  // A name that stands twice is told apart from damage.
  const document = parseDocument(text, { uniqueKeys: false });
  let found: unknown = null;
  try {
    if (document.errors.length === 0) found = document.toJS();
  } catch {
    // An alias that leads nowhere.
  }
  const tree = typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  const own = tree.sops as (Group & Record<string, unknown> & { key_groups?: readonly Group[] | null }) | undefined;
  if (typeof own !== 'object' || own === null) throw ENCRYPTED.test(text) ? damaged(path) : plain(path);
  if (!NEEDED.every((name) => Boolean(own[name]))) throw damaged(path);
  const keys = isMap(document.contents) ? document.contents.items.map(({ key }) => String(key)) : [];
  const names = keys.filter((name) => name !== 'sops');
  const kind = text.trimStart().startsWith('{') ? 'json' : 'yaml';
  if (kind === 'json' && names.join() === 'data') throw binary(path);
  refuseChanged(tree, path);
  const groups: readonly Group[] = [own, ...(own.key_groups ?? [])];
  return {
    kind,
    recipients: groups
      .flatMap(({ age }) => age ?? [])
      .flatMap(({ recipient }) => (recipient ? [String(recipient)] : [])),
    names,
  };
}

/**
 * SOPS keeps of a number or a date what YAML makes of it, and not its text: `1.0` becomes 1, and a date gets a time.
 *
 * @throws {UserError} RB-SOPS-FORMAT
 */
function refuseChanged(tree: Readonly<Record<string, unknown>>, path: string): void {
  const changed = Object.entries(tree).flatMap(([name, value]) => {
    const type = /,type:(float|time)\]$/.exec(String(value))?.[1];
    return type === undefined ? [] : [`${name} is ${type === 'float' ? 'a number with a point' : 'a date'}`];
  });
  if (changed.length === 0) return;
  throw new UserError('RB-SOPS-FORMAT', {
    what: `${path}: ${changed.join('; ')}`,
    why: 'SOPS does not keep the text of such a value, and a container would get another one',
    remedy: `put it in quotes with \`sops edit ${path}\``,
  });
}

/** SOPS takes a file with another extension as one text: `.env.enc`, `.env.production`. */
function binary(path: string): UserError {
  return new UserError('RB-SOPS-FORMAT', {
    what: `${path} was encrypted as one text, and not as names with values`,
    why: 'by its name SOPS did not see that it is an env file: only `.env` at the end of a name tells that',
    remedy: `decrypt it, and encrypt it again: sops decrypt --input-type binary --output-type binary ${path}, then sops encrypt --input-type dotenv --output-type dotenv FILE`,
  });
}

function plain(path: string): UserError {
  return new UserError('RB-SOPS-FORMAT', {
    what: `${path} is not encrypted by SOPS`,
    why: 'it has none of the fields that SOPS writes into a dotenv, YAML or JSON file: it is another file, or a secret in clear text',
    remedy: `name the encrypted file; if this one was committed in clear text, replace every secret in it`,
  });
}

function damaged(path: string): UserError {
  return new UserError('RB-SOPS-DAMAGED', {
    what: `${path} is cut off or damaged`,
    why: 'a field that SOPS writes into each file (MAC, version, time) is missing',
    remedy: 'take its last undamaged version from the history of the repository',
  });
}
