/** Volumes and directories of the host. */

import type { DumpItem } from '../backup/dump-told';
import type { VolumePart } from '../backup/manifest';
import { mib } from '../bytes';
import { quote } from '../host/quote';
import { checkVolumes, compareVolume } from '../restore/check';
import type { LoadTarget } from '../restore/load';
import type { VolumeSwap } from '../restore/swap-script';
import { besideFolder, besideFolderId } from '../volumes/names';
import { type Beside, type DataKind, GROWTH, type Seen } from './kind';

const beside: Beside = {
  former: ({ volumes }, seen) =>
    volumes.flatMap((name) =>
      (seen.volumes.get(name)?.beside ?? []).flatMap((folder) => {
        const id = besideFolderId(folder, 'before');
        if (id === null) return [];
        return [{ id, subjects: { volumes: [name] }, fullName: name, line: `${name}: back to ${folder}` }];
      }),
    ),
  kept: ({ volumes }, seen) =>
    volumes.flatMap((name) =>
      [...(seen.volumes.get(name)?.besideBytes ?? [])]
        .filter(([folder]) => besideFolderId(folder, 'before') !== null || besideFolderId(folder, 'undone') !== null)
        .map(([folder, bytes]) => ({
          title: `folder ${folder} in ${name}`,
          bytes,
          removal: removeCommand(name, folder, seen),
        })),
    ),
  swapped: ({ volumes }, { facts }, from, id) => ({
    volumes: volumes.map((name): VolumeSwap => {
      const aside = from === 'restore' ? 'before' : 'undone';
      const incoming = besideFolder(from, id);
      const reversed = from === 'restore' ? besideFolder('undone', id) : incoming;
      return { name, incoming, outgoing: besideFolder(aside, facts.now), reversed };
    }),
  }),
  witness: ({ volumes: [volume] }) => (volume === undefined ? null : { volume: volume.name, folder: volume.outgoing }),
  planned: ({ volumes }) => volumes.map((name) => `the content of ${name} is exchanged`),
  moves: ({ volumes }, _stack, seen) =>
    volumes.map(({ name, incoming, outgoing, reversed }) => ({
      live: name,
      incoming,
      outgoing,
      reversed,
      was: `in ${name}`,
      is: (folder: string) => `in its folder ${folder} now`,
      removal: (folder: string) => `To remove it: ${removeCommand(name, folder, seen)}`,
    })),
  filled: ({ volumes }, id) => ({ volumes: new Map(volumes.map((name) => [name, [besideFolder('restore', id)]])) }),
  left: (_of, { volumes }) => {
    const all = [...volumes].map(([name, { beside: folders }]) => {
      return [name, folders.filter((folder) => besideFolderId(folder, 'restore') !== null)] as const;
    });
    return { volumes: new Map(all.filter(([, folders]) => folders.length > 0)) };
  },
};

export const volume: DataKind<VolumePart> = {
  key: 'volumes',
  heading: 'volumes',
  noun: 'volume',
  parts: ({ volumes }) => volumes,
  extras: () => [],
  name: ({ name }) => name,
  fullName: ({ name }) => name,
  title: ({ name }) => name,
  configured: ({ volumes }) => volumes,
  counted: ({ volumeBytes }) => ({ plainBytes: volumeBytes, tables: null, rows: null }),
  size: (name, { volumes }) => volumes.get(name)?.bytes ?? 0,
  // New content may be impossible to compress, so it counts in full.
  room: (last, now) => (last?.bytes ?? 0) * GROWTH + Math.max(0, now - (last?.volumeBytes ?? last?.bytes ?? 0)),
  compare: (part, loaded) => {
    compareVolume(part, loaded?.entries ?? 0);
    return [];
  },
  items: ({ volumes }, { nameOf, seen }) =>
    volumes.map((name): DumpItem => {
      const file = nameOf('volume', name, 'tar');
      const bytes = seen.volumes.get(name)?.bytes ?? null;
      return {
        kind: 'volume',
        title: name,
        file,
        bytes,
        server: null,
        extra: false,
        hasFacts: false,
        begin: null,
        command: (index) => `read_volume ${index} ${quote(name)} ${quote(file)}`,
        entry: (part, { entries }) => ({ volumes: [{ ...part, name, entries, volumeBytes: bytes }] }),
      };
    }),
  check: checkVolumes,
  facing: ({ name, bytes, entries }, { volumes }) =>
    `${name}: ${entries} files, folders and links, ${mib(bytes)} MiB packed; ${mib(volumes.get(name)?.bytes ?? 0)} MiB now`,
  targets: (parts, { facts, archive, volumeFor }) =>
    parts.map((part): LoadTarget => {
      const incoming = besideFolder('restore', facts.now);
      const name = volumeFor(part.name);
      return {
        subject: name,
        incoming,
        rest: null,
        archive: archive(part, facts.unpacks),
        commands: (index, source) => [`fill_volume ${index} ${quote(name)} ${quote(incoming)} ${source} || exit 1`],
      };
    }),
  came: (parts) => {
    const entries = parts.reduce((sum, part) => sum + part.entries, 0);
    return [`${parts.length} volumes`, `${entries} files, folders and links`];
  },
  beside,
};

function removeCommand(name: string, folder: string, seen: Seen): string {
  return `sudo rm -rf ${pathOf(name, seen)}/${folder}`;
}

/** The folder's path, in the spelling for a shell. */
function pathOf(name: string, { volumes }: Seen): string {
  const source = volumes.get(name)?.source ?? name;
  return name.startsWith('/') ? quote(name) : `"$(docker volume inspect --format '{{.Mountpoint}}' ${source})"`;
}
