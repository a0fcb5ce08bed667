/** What the user of the workflows already has on the host, read over the operator's own SSH. Changes nothing there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors';
import { quote } from '../host/quote';
import { sectionsOf, sectionsScript } from '../stack/sections';

/** What that user needs. Paths are absolute. */
export interface Wanted {
  readonly user: string;
  /** A line as in `id_ed25519.pub`; empty: there is no key yet. */
  readonly publicKey: string;
  /** Folders to write to; made if they do not exist. */
  readonly folders: readonly string[];
  /** Folders to write to, if they exist. */
  readonly inner: readonly string[];
  /** Files to read, if they exist. */
  readonly files: readonly string[];
  /** Folders of these actions, to write to with everything in them, if they exist. */
  readonly trees: readonly string[];
}

export interface AccessLook {
  /** The user who looked. */
  readonly me: string;
  /** Whether the user who looked is root, or becomes root without a password. */
  readonly root: boolean;
  readonly tool: 'useradd' | 'adduser' | null;
  /** Version of the engine, or the error in its place. */
  readonly docker: string;
  readonly dockerGroup: boolean;
  readonly known: boolean;
  readonly inGroup: boolean;
  /** Docker answers that user without the group docker; only known if the same user looked. */
  readonly answers: boolean;
  readonly hasKey: boolean;
  /** Path → `ready` for that user, `missing`, or which change it needs. */
  readonly places: ReadonlyMap<string, 'ready' | 'missing' | 'folder' | 'file' | 'tree'>;
  /** The host's own public keys, `type base64`. */
  readonly hostKeys: readonly string[];
}

export function accessLookScript({ user, publicKey, folders, inner, files, trees }: Wanted): string {
  const lists = { FOLDERS: [...folders, ...inner], FILES: files, TREES: trees };
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `LOGIN=${quote(user)} KEY=${quote(publicKey.split(' ')[1] ?? '')}`,
    ...Object.entries(lists).map(([name, paths]) => `${name}=${quote(paths.join('\n'))}`),
    sectionsScript(),
    readFileSync(join(__dirname, 'access-look.sh'), 'utf8'),
  ].join('\n');
}

/** @throws {UserError} RB-COMMAND-FAILED where the script did not come to its end */
export function parseAccessLook(output: string): AccessLook {
  const sections = sectionsOf(output);
  if (!sections.has('end'))
    throw new UserError('RB-COMMAND-FAILED', {
      what: 'the host was not read to the end',
      why: output.trim().split('\n').at(-1)?.slice(0, 200) || 'it said nothing',
      remedy: 'see that this user can run `sh -s` over ssh, without a program in between that prints or ends',
    });
  const lines = (name: string): readonly string[] => (sections.get(name) ?? []).filter((line) => line !== '');
  const yes = (name: string): boolean => lines(name)[0] === 'yes';
  const [tool] = lines('tools');
  const places = lines('places').map((line): [string, 'ready' | 'missing' | 'folder' | 'file' | 'tree'] => {
    const [state = '', path = ''] = line.split('\t');
    return [path, state as 'ready' | 'missing' | 'folder' | 'file' | 'tree'];
  });
  return {
    me: lines('me')[0] ?? '',
    root: yes('root'),
    tool: tool === 'useradd' || tool === 'adduser' ? tool : null,
    docker: lines('docker')[0] ?? '',
    dockerGroup: lines('group').length > 0,
    known: yes('known'),
    inGroup: lines('groups').includes('docker'),
    answers: yes('answers'),
    hasKey: yes('key'),
    places: new Map(places),
    hostKeys: lines('keys').map((line) => line.split(' ').slice(0, 2).join(' ')),
  };
}
