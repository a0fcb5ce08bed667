/** The files for proxies in the repository, and the site's name in them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defaultOf, type Project, type Service } from './compose';

const NAME = /^(?:https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?::\d+)?$/i;
/** Bytes; larger files were not written by people. */
const LARGEST = 200_000;
/** Comments are left out: a name in them is an example. */
const COMMENT = /(^|\s)#.*$/gm;

/** Texts of the files that a service mounts from the repository. @param proxy name of the service */
export function filesOf(folder: string, { services }: Project, proxy: string): string[] {
  const service = services.find(({ name }) => name === proxy);
  if (service === undefined) return [];
  return service.mounts
    .filter(({ source, kind }) => kind === 'bind' && source.startsWith('.'))
    .flatMap(({ source }) => textsAt(join(folder, source)))
    .map((text) => filled(text.replace(COMMENT, '$1'), service));
}

/** `{$SITE}` and `{$SITE:default}` of a Caddyfile, `${SITE}` of a template for nginx, where the Compose files give the value. */
function filled(text: string, { environment }: Service): string {
  return text.replace(
    /\{\$(\w+)(?::([^{}]*))?\}|\$\{(\w+)\}/g,
    (all, caddy?: string, missing?: string, nginx?: string) =>
      defaultOf(environment.get(caddy ?? nginx ?? '') ?? '') ?? missing ?? all,
  );
}

function textsAt(path: string): string[] {
  if (!existsSync(path)) return [];
  const facts = statSync(path);
  if (facts.isDirectory())
    return readdirSync(path)
      .filter((name) => /\.(conf|conf\.template|caddy|cfg)$|^Caddyfile$/.test(name))
      .sort()
      .flatMap((name) => textsAt(join(path, name)));
  return facts.isFile() && facts.size <= LARGEST ? [readFileSync(path, 'utf8')] : [];
}

/** @param texts from {@link filesOf} @returns the first name of the first site that answers itself; `null`: none is written there */
export function siteIn(texts: readonly string[]): string | null {
  const sites = texts.flatMap(sitesIn);
  // A site that only redirects says nothing about the application.
  return (sites.find(({ redirects }) => !redirects) ?? sites[0])?.name ?? null;
}

/**
 * nginx's `server_name`, the address before a block of a Caddyfile, the name in a rule of HAProxy, Apache's
 * `ServerName`. Source: caddyserver.com/docs/caddyfile/concepts
 */
function sitesIn(text: string): { readonly name: string; readonly redirects: boolean }[] {
  const lines =
    /^[ \t]*(?:server_name\s+([^;]+);|([^\s{}()@*][^{}()\n]*)\{[ \t]*$|.*\bhdr\(host\)\s+(?:-i\s+)?(\S.*)$|servername\s+(\S+)$)/gim;
  return [...text.matchAll(lines)].flatMap(({ index, 1: nginx, 2: caddy, 3: haproxy, 4: apache }) => {
    const block = nginx !== undefined ? around(text, index) : caddy !== undefined ? blockAt(text, index) : '';
    const redirects =
      /^\s*(return\s+30\d|redir)\b/m.test(block) && !/_pass|\broot\b|location|reverse_proxy/.test(block);
    return (nginx ?? caddy ?? haproxy ?? apache ?? '').split(/[\s,]+/).flatMap((word) => {
      const name = NAME.exec(word)?.[1];
      return name === undefined ? [] : [{ name, redirects }];
    });
  });
}

/** The block that contains this place. */
function around(text: string, at: number): string {
  let depth = 0;
  for (let start = at; start >= 0; start -= 1) {
    if (text[start] === '}') depth += 1;
    else if (text[start] === '{') depth -= 1;
    if (depth < 0) return blockAt(text, start);
  }
  return '';
}

/** From the next brace to the one that closes it. */
function blockAt(text: string, at: number): string {
  const start = text.indexOf('{', at);
  let depth = 0;
  for (let end = start; end >= 0 && end < text.length; end += 1) {
    if (text[end] === '{') depth += 1;
    else if (text[end] === '}') depth -= 1;
    if (depth === 0) return text.slice(start, end + 1);
  }
  return '';
}
