/** Refuses services that `runbook.yml` names and the Compose files do not have: their settings would have no effect. */
import type { UploadedFile } from '../../config/files';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';

type Named = Pick<Runbook, 'services' | 'proxy' | 'migration'>;

/** Services that are assumed where `runbook.yml` names none: a stack need not have them. */
const UNSAID = { proxy: 'nginx', migration: 'migrate' } as const;

/**
 * A name counts as known if any uploaded YAML file has it as a key: Compose does not list the services of profiles that
 * are not active, or of files that another file includes or extends.
 *
 * @param services services that Compose lists
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

/** Whether the text of a YAML file has this key anywhere. */
export function hasKey(text: string, name: string): boolean {
  const literally = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:^|[\\s{,])(["']?)${literally}\\1\\s*:`, 'm').test(text);
}
