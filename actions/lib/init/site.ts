/** The site's name, read from the files for the proxy in the repository. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './compose';

const NAME = /^(?:https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?::\d+)?$/i;
/** Bytes; larger files were not written by people. */
const LARGEST = 200_000;

/** @param proxy name of the service @returns the first name of the first site; `null`: none is written there */
export function siteIn(folder: string, { services }: Project, proxy: string | null): string | null {
  const mounts = services.find(({ name }) => name === proxy)?.mounts ?? [];
  for (const { source, kind } of mounts) {
    if (kind !== 'bind' || !source.startsWith('.')) continue;
    for (const text of textsAt(join(folder, source))) {
      const name = nameIn(text);
      if (name !== null) return name;
    }
  }
  return null;
}

function textsAt(path: string): string[] {
  if (!existsSync(path)) return [];
  const facts = statSync(path);
  if (facts.isDirectory())
    return readdirSync(path)
      .filter((name) => /\.(conf|conf\.template|caddy)$|^Caddyfile$/.test(name))
      .sort()
      .flatMap((name) => textsAt(join(path, name)));
  return facts.isFile() && facts.size <= LARGEST ? [readFileSync(path, 'utf8')] : [];
}

/** nginx's `server_name`, or the address before a block of a Caddyfile. Source: caddyserver.com/docs/caddyfile/concepts. */
function nameIn(text: string): string | null {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  const named = lines.flatMap((line) => {
    const [, names] = /^server_name\s+([^;]+);/.exec(line) ?? [];
    const [, sites] = /^([^\s{}()@*][^{}()]*)\{$/.exec(line) ?? [];
    return (names ?? sites ?? '').split(/[\s,]+/);
  });
  return named.map((word) => NAME.exec(word)?.[1] ?? null).find((word) => word !== null) ?? null;
}
