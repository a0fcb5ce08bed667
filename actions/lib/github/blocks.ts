/** Parts of a report as Markdown. */
import type { Block, Line, Span } from '../procedure/blocks';
import { expectedTimeline, gantt, timeLine } from '../procedure/timeline';
import { code, fence, plain, table } from './markdown';

/** Characters of a line that are shown. */
const LONGEST_LINE = 500;

/**
 * Measures of Mermaid's bar chart: pixels of the axis and of a letter; letters of the title, of the unit, and of a
 * label.
 */
const AXIS = 600;
const LETTER = 11;
const TITLE = 50;
const UNIT = 20;
const LABEL = 6;

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
    case 'times': {
      const timeline = expectedTimeline(block.parts);
      const line = plain(timeLine(timeline));
      const chart = fence('mermaid', gantt(timeline));
      return [renderLine(block.lead), `<details><summary>Expected: ${line}</summary>`, chart, '</details>'].join(
        '\n\n',
      );
    }
    case 'bars':
      return fence(
        'mermaid',
        [
          'xychart-beta',
          `  title ${quoted(shortened(block.title, TITLE))}`,
          `  x-axis [${labelsOf(block.values.map(({ label }) => label))
            .map(quoted)
            .join(', ')}]`,
          `  y-axis ${quoted(shortened(block.unit, UNIT))}`,
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

/**
 * Shows only so many labels that none overlaps the next. Mermaid draws bars with the same label at one place, so
 * characters without width make hidden and equal labels different.
 */
function labelsOf(labels: readonly string[]): readonly string[] {
  const each = Math.floor(AXIS / Math.max(1, labels.length));
  const short = labels.map((label) => shortened(label, Math.max(LABEL, Math.floor(each / LETTER))));
  const widest = Math.max(1, ...short.map((label) => label.length)) + 1;
  const step = Math.max(1, Math.ceil((widest * LETTER) / Math.max(1, each)));
  // The newest value is the last, and always has its label.
  const named = short.map((label, index) => ((labels.length - 1 - index) % step === 0 ? label : ''));
  return named.map((label, index) => {
    const before = named.slice(0, index).filter((one) => one === label).length;
    return label + '\u200b'.repeat(before + (label === '' ? 1 : 0));
  });
}

function shortened(text: string, most: number): string {
  const letters = [...text.replace(/["\s]+/g, ' ').trim()];
  return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('')}…`;
}

/** A string for Mermaid, which cannot escape a quote. */
function quoted(text: string): string {
  return `"${text.replace(/["\s]+/g, ' ')}"`;
}
