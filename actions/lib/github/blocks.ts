/** Parts of a report as Markdown. */
import type { Block, Line, Span } from '../procedure/blocks';
import { code, fence, plain, table } from './markdown';

/** Characters of a line that are shown. */
const LONGEST_LINE = 500;

export function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `### ${renderLine(block.text)}`;
    case 'text':
      return renderLine(block.text);
    case 'list': {
      const items = block.items.map((item) => `- ${renderLine(item)}`);
      return [...(block.lead === undefined ? [] : [renderLine(block.lead)]), ...items].join('\n');
    }
    case 'table':
      return table(
        block.head.map(plain),
        block.rows.map((row) => row.map(renderLine)),
      );
    case 'log': {
      const lines = block.lines.map((line) => line.slice(0, LONGEST_LINE)).join('\n');
      const text = block.lines.length === 0 ? 'No line.' : fence('text', lines);
      return [`<details open><summary>${plain(block.title)}</summary>`, '', text, '', '</details>'].join('\n');
    }
    case 'bars':
      return fence(
        'mermaid',
        [
          'xychart-beta',
          `  title ${quoted(block.title)}`,
          `  x-axis [${block.values.map(({ label }) => quoted(label)).join(', ')}]`,
          `  y-axis ${quoted(block.unit)}`,
          `  bar [${block.values.map(({ value }) => value.toFixed(2)).join(', ')}]`,
        ].join('\n'),
      );
  }
}

export function renderLine(line: Line): string {
  return (Array.isArray(line) ? (line as readonly Span[]) : [line as Span]).map(renderSpan).join('');
}

function renderSpan(span: Span): string {
  if (typeof span === 'string') return plain(span);
  return 'code' in span ? code(span.code) : `**${plain(span.strong)}**`;
}

/** Mermaid's text, which has no way to write a quote. */
function quoted(text: string): string {
  return `"${text.replace(/["\s]+/g, ' ')}"`;
}
