/** Names that must stay readable even if a secret equals them: without them messages would say nothing. */
import { parse } from 'yaml';
import type { Runbook } from '../../config/runbook';
import type { Release } from '../model';

const KINDS = ['services', 'networks', 'volumes', 'secrets', 'configs'] as const;

/**
 * Names of the stack, its services, images and hosts.
 *
 * @param compose text of Compose files, which may be invalid
 */
export function namesOf(
  runbook: Runbook,
  { compose = [], releases = [] }: { readonly compose?: readonly string[]; readonly releases?: readonly Release[] },
): string[] {
  const { service, url, hostHeader } = runbook.proxy;
  const own = [
    runbook.stack,
    ...[service, runbook.migration.service, hostHeader, hostOf(url), hostOf(runbook.url)],
    ...[...runbook.versioned, ...runbook.profiles, ...Object.keys(runbook.services)],
    ...runbook.backup.databases.flatMap((one) => [one.service, one.database, one.user]),
  ];
  const known = releases.flatMap(({ id, version, services }) => [
    ...[id, version],
    ...Object.entries(services).flatMap(([name, { image }]) => [name, ...partsOf(image)]),
  ]);
  return [...new Set([...own, ...known, ...compose.flatMap(inFile)])].filter((name) => typeof name === 'string');
}

function inFile(text: string): string[] {
  let document: Record<string, unknown> | null;
  try {
    document = parse(text, { merge: true, logLevel: 'silent' });
  } catch {
    return [];
  }
  return KINDS.flatMap((kind) =>
    Object.entries((document?.[kind] ?? {}) as Record<string, Record<string, unknown> | null>).flatMap(
      ([name, entry]) => [
        name,
        ...[entry?.container_name, entry?.hostname].filter((value) => typeof value === 'string'),
        ...(typeof entry?.image === 'string' ? partsOf(entry.image) : []),
      ],
    ),
  );
}

/** The whole reference, and each part of it: of `host:5000/owner/name:tag`, `host`, `5000`, `owner`, … */
function partsOf(image: string): string[] {
  return [image, ...image.split(/[/:@]/)];
}

function hostOf(url: string | undefined): string {
  try {
    return new URL(url ?? '').hostname;
  } catch {
    return '';
  }
}
