/** The timeline of a procedure as a Mermaid gantt, which GitHub renders. Source: mermaid.js.org/syntax/gantt. */
import type { TimelineEntry } from './report';

/** Times count from the first step, so that the axis shows minutes and seconds. */
export function gantt(timeline: readonly TimelineEntry[]): string {
  const start = timeline[0]?.begin ?? 0;
  const lines = ['gantt', '  dateFormat x', '  axisFormat %M:%S'];
  for (const [index, entry] of timeline.entries()) {
    const begin = entry.begin - start;
    // A bar without width would not be drawn.
    const end = Math.max(entry.end - start, begin + 1);
    lines.push(`  section ${name(entry.step)}`);
    lines.push(`  ${name(seconds(end - begin))} :${TAG[entry.status]}s${index}, ${begin}, ${end}`);
    for (const [number, mark] of entry.marks.entries()) {
      // The sign in front keeps a text like "title" or "weekend friday" from being a keyword.
      lines.push(`  → ${name(mark.text)} :milestone, s${index}m${number}, ${mark.at - start}, 0ms`);
    }
  }
  return lines.join('\n');
}

const TAG: Record<TimelineEntry['status'], string> = { done: 'done, ', failed: 'crit, ', reversed: 'active, ' };

/** Letters, digits and a few signs: what a title may hold without meaning something to Mermaid. */
function name(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N} .+()/-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);
  return plain === '' ? 'step' : plain;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
