/** Backups as the Markdown of a job summary. */
import { plain, table } from './summary';

export interface ListedBackup {
  readonly id: string;
  readonly createdAt: string;
  readonly release: string | null;
  readonly databases: readonly { readonly database: string; readonly bytes: number }[];
}

/** @param backups oldest first; the newest stands on top */
export function renderBackups(backups: readonly ListedBackup[]): string {
  if (backups.length === 0) return '## Backups\n\nThere is none of this stack there.\n';
  const rows = backups
    .toReversed()
    .map(({ id, createdAt, release, databases }) => [
      `<code>${plain(id)}</code>`,
      plain(createdAt),
      plain(release ?? 'none'),
      plain(databases.map(({ database, bytes }) => `${database} (${(bytes / 2 ** 20).toFixed(1)} MiB)`).join(', ')),
    ]);
  return `## Backups\n\n${table(['backup', 'created', 'release', 'databases'], rows)}\n`;
}
