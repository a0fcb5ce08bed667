/** Backups as the Markdown of a job summary. */
import type { BackupFacts, DrillFacts, PlaceFacts } from '../procedure/report';
import { fence, plain, table } from './markdown';

/** What a run of the action backup made, as parts of a job summary. */
export function renderBackup({ made, places, drill }: BackupFacts): string[] {
  return [
    ...(made === null ? [] : [renderMade(made, drill !== null)]),
    ...places.flatMap((place) => [renderPlace(place), chart(place)]),
    ...(drill === null ? [] : [renderDrill(drill)]),
  ];
}

function renderMade({ id, seconds, parts }: NonNullable<BackupFacts['made']>, isLoaded: boolean): string {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const before = parts.reduce((sum, { plainBytes }) => sum + (plainBytes ?? 0), 0);
  const rate = seconds > 0 ? `, ${mib(before / seconds)}/s` : '';
  const ratio = bytes > 0 && before > 0 ? `, packed ${(before / bytes).toFixed(1)} to 1` : '';
  const rows = parts.map(({ name, file, bytes: size, plainBytes, tables, rows: count }) => [
    plain(name),
    `<code>${plain(file)}</code>`,
    plainBytes === null ? '' : mib(plainBytes),
    mib(size),
    tables === null ? '' : `${tables} tables, ${count ?? 0} rows`,
  ]);
  return [
    `### Backup <code>${plain(id)}</code>`,
    `${mib(bytes)} in ${seconds.toFixed(1)} s${rate}${ratio}. Every process ended well, every archive was read to its end${isLoaded ? ', and loaded in the drill below' : '; it was not loaded: whether it can be, a drill shows'}.`,
    table(['what', 'file', 'on the server', 'packed', 'counted in its snapshot'], rows),
  ].join('\n\n');
}

function renderPlace({ name, kept, removed, others, lastVerified }: PlaceFacts): string {
  const gone = removed.map(({ id, why }) => `- removed <code>${plain(id)}</code>: ${plain(why)}`);
  const verified =
    lastVerified === null ? 'none is verified' : `the last verified one is <code>${plain(lastVerified)}</code>`;
  return [
    `**${plain(name)}**: ${kept.length} backups, ${verified}.`,
    ...others.map((text) => `- ${plain(text)}`),
    ...gone,
  ].join('\n');
}

/** Sizes of the last 30 there. */
function chart({ kept }: PlaceFacts): string {
  const last = kept.slice(-30);
  if (last.length < 2) return '';
  const sizes = last.map(({ bytes }) => (bytes / 2 ** 20).toFixed(2));
  return fence(
    'mermaid',
    [
      'xychart-beta',
      '  title "Size of the last backups (MiB)"',
      `  x-axis [${last.map(({ id }) => `"${id.slice(4, 8)}"`).join(', ')}]`,
      '  y-axis "MiB"',
      `  bar [${sizes.join(', ')}]`,
    ].join('\n'),
  );
}

function renderDrill({ backup, place, seconds, tables, rows, volumes, entries }: DrillFacts): string {
  const more = volumes > 0 ? ` and ${volumes} volumes with ${entries} files, folders and links` : '';
  return [
    '### Restore drill',
    `<code>${plain(backup)}</code> from ${plain(place)} came back in what was thrown away afterwards in **${seconds.toFixed(1)} s**: ${tables} tables with ${rows} rows${more}, as its manifest counted them.`,
  ].join('\n\n');
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
