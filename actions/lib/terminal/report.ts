/** A report, and a list, as plain text. Pure. */
import type { Block, Line, Span } from '../procedure/blocks';
import type { Listing } from '../procedure/define';
import type { Report } from '../procedure/report';
import { timeLine } from '../procedure/timeline';

const HEADLINE: Readonly<Record<Report['status'], string>> = {
  succeeded: 'DONE',
  unchanged: 'NOTHING TO DO',
  planned: 'PLAN',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

export function reportText(report: Report): string {
  const { status, title, verdict, stack, host, previousRelease, release, error, health, notes, blocks = [] } = report;
  const moved =
    previousRelease === release ? (release ?? 'none') : `${previousRelease ?? 'none'} → ${release ?? 'none'}`;
  const parts = [
    [
      `${HEADLINE[status]}: ${title}`,
      ...(verdict === undefined ? [] : [verdict]),
      ...(report.warnings ?? []).map((text) => `WARNING: ${text}`),
      `${stack} on ${host}, release ${moved}, ${report.seconds.toFixed(1)} s`,
    ],
    error === null ? [] : errorLines(error),
    report.recovered === null ? [] : ['Recovered first', ...report.recovered.lines.map(item)],
    ...blocks.map(blockLines),
    health.length === 0
      ? []
      : ['Health', ...health.map(({ service, text, ok }) => item(`${ok ? 'good' : 'BAD'} ${service}: ${text}`))],
    status === 'planned' || timeLine(report.timeline) === '' ? [] : [`Time: ${timeLine(report.timeline)}`],
    notes.length === 0 ? [] : ['To know', ...notes.map(item)],
  ];
  return said(parts);
}

export function listingText({ title, empty, head, rows }: Listing): string {
  return said([[title], rows.length === 0 ? [empty] : table(head, rows)]);
}

function errorLines({ code, what, why, remedy, log, logOf }: NonNullable<Report['error']>): string[] {
  return [
    `${code}: ${what}`,
    ...(why === undefined ? [] : [`Cause: ${why}`]),
    `What to do: ${remedy}`,
    ...(log.length === 0
      ? []
      : [`Last ${log.length} lines of ${logOf ?? 'the log'}:`, ...log.map((line) => `  | ${line}`)]),
  ];
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
    case 'text':
      return [lineText(block.text)];
    case 'list':
      return [
        ...(block.lead === undefined ? [] : [lineText(block.lead)]),
        ...block.items.map((one) => item(lineText(one))),
      ];
    case 'table':
      return table(block.head, block.rows);
    case 'log':
      return [
        `${block.title}:`,
        ...(block.lines.length === 0 ? ['  no line'] : block.lines.map((line) => `  | ${line}`)),
      ];
    case 'times':
      return [
        lineText(block.lead),
        ...block.parts.map(({ name, seconds }) => item(`${name}: ${seconds.toFixed(1)} s`)),
      ];
    case 'bars':
      return [
        `${block.title} (${block.unit})`,
        ...block.values.map(({ label, value }) => item(`${label}: ${value.toFixed(2)}`)),
      ];
  }
}

function table(head: readonly string[], rows: readonly (readonly Line[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map(lineText))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function lineText(line: Line): string {
  return (Array.isArray(line) ? (line as readonly Span[]) : [line as Span]).map(spanText).join('');
}

function spanText(span: Span): string {
  if (typeof span === 'string') return span;
  return 'code' in span ? span.code : span.strong;
}

function item(text: string): string {
  return `  - ${text}`;
}

/** Joins parts with an empty line before each. */
function said(parts: readonly (readonly string[])[]): string {
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('\n')}`)
    .join('\n');
}
