/**
 * Finds callers that use the name of a single container, such as `shop-api-1`. A container that starts beside the old
 * one gets another number, so such a caller would not find it. Docker's links use a container's name, too. Pure.
 */
import type { UploadedFile } from '../../config/files';
import type { ComposeModel, ComposeService } from '../compose-model';
import type { ServiceTraits } from '../model';
import { COLLECTORS, isCollectors } from './callers';

/** Comments in files of settings: a name in them calls nothing. */
const COMMENTS = /^\s*(?:#|\/\/).*$/gm;

/** @param files uploaded files other than Compose files */
export function namedBy(
  service: string,
  model: ComposeModel,
  stack: string,
  files: readonly Pick<UploadedFile, 'path' | 'content'>[],
): Pick<ServiceTraits, 'namedBy' | 'calledNames'> {
  const others = Object.entries(model.services).filter(([name]) => name !== service);
  const linking = others.find(([, other]) => linksOf(other).some((link) => link.split(':')[0] === service));
  if (linking !== undefined)
    return {
      namedBy: `\`links\` of ${linking[0]} lead to the name of its container; without them it is found by the name of the service`,
    };
  const number = '[1-9]\\d{0,2}';
  const called = new RegExp(
    `(?<![\\w.-])${escaped(stack)}([-_])${escaped(service)}\\1${number}(?![\\w-])(?!\\.\\w)`,
    'g',
  );
  const texts: [string, string][] = [
    ...others.flatMap(([name, other]): [string, string][] =>
      COLLECTORS.test(String(other.image ?? '')) ? [] : [[name, JSON.stringify(other)]],
    ),
    ...Object.entries((model.configs ?? {}) as Record<string, { content?: string }>).map(
      ([key, { content = '' }]): [string, string] => [`configs.${key}`, content.replace(COMMENTS, '')],
    ),
    ...files.flatMap(({ path, content }): [string, string][] =>
      isCollectors(path, model) ? [] : [[path, content.toString('utf8').replace(COMMENTS, '')]],
    ),
  ];
  const found = new Map<string, string>();
  for (const [where, text] of texts)
    for (const [name] of text.matchAll(called)) if (!found.has(name)) found.set(name, where);
  const [first] = found;
  if (first === undefined) return {};
  return {
    namedBy: `${first[1]} calls its container by the name ${first[0]}`,
    calledNames: Object.fromEntries(found),
  };
}

function linksOf({ links }: ComposeService): readonly string[] {
  return (links ?? []) as readonly string[];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
