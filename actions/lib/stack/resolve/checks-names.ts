/** Services that the runbook file names and the Compose files do not have: what it says of them would hold for nobody. */
import type { UploadedFile } from '../../config/files';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';

type Named = Pick<Runbook, 'services' | 'proxy' | 'migration'>;

/** What is meant where the runbook file names none: a stack need not have it. */
const UNSAID = { proxy: 'nginx', migration: 'migrate' } as const;

/**
 * A name counts as known where any uploaded YAML file has a key of it: a service of a profile that is not active, or of a
 * file that another one includes or extends, is not in what Compose tells.
 *
 * @param services that Compose tells
 * @throws {UserError} RB-SERVICE-UNKNOWN
 */
export function checkServiceNames(
  { services: settings, proxy, migration }: Named,
  services: readonly string[],
  files: readonly UploadedFile[],
): void {
  const texts = files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ content }) => content.toString('utf8'));
  const named: (readonly [where: string, name: string | null])[] = [
    ...Object.keys(settings).map((name) => ['services', name] as const),
    ['proxy.service', proxy.service === UNSAID.proxy ? null : proxy.service],
    ['migration.service', migration.service === UNSAID.migration ? null : migration.service],
  ];
  const unknown = named.filter(
    ([, name]) => name !== null && !services.includes(name) && !texts.some((text) => hasKey(text, name)),
  );
  if (unknown.length === 0) return;
  throw new UserError('RB-SERVICE-UNKNOWN', {
    what: `the runbook file names ${unknown.map(([where, name]) => `${JSON.stringify(name)} (${where})`).join(', ')}, and the Compose files have no such service`,
    why: `they have ${services.join(', ')}; settings for another name would have no effect`,
    remedy: 'correct the name, or remove it from the runbook file',
  });
}

function hasKey(text: string, name: string): boolean {
  const literally = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:^|[\\s{,])(["']?)${literally}\\1\\s*:`, 'm').test(text);
}
