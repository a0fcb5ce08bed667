/** The timeline of a procedure as a Mermaid gantt, which GitHub renders. Source: mermaid.js.org/syntax/gantt. */
import type { TimelineEntry } from './report';

/** Milliseconds; a chart of a shorter run shows no more than a line does. */
const CHARTED = 30_000;
/** Pixels of a letter of a section's name, and of the margin beside it. */
const LETTER = 8;
const MARGIN = 25;

/** Whether a run took so long that its parts are worth a chart. */
export function isCharted(timeline: readonly TimelineEntry[]): boolean {
  return (timeline.at(-1)?.end ?? 0) - (timeline[0]?.begin ?? 0) >= CHARTED;
}

/** The steps with their seconds, one after the other; those that took no time are left out. */
export function timeLine(timeline: readonly TimelineEntry[]): string {
  return timeline
    .filter(({ begin, end }) => end - begin >= 50)
    .map(({ step, begin, end }) => `${step} ${seconds(end - begin)}`)
    .join(' · ');
}

/** Times count from the first step, so that the axis shows minutes and seconds. */
export function gantt(timeline: readonly TimelineEntry[]): string {
  const start = timeline[0]?.begin ?? 0;
  const widest = Math.max(0, ...timeline.map(({ step }) => name(step).length));
  const lines = [
    // Else the bars begin below long names.
    `%%{init: {"gantt": {"leftPadding": ${widest * LETTER + MARGIN}}}}%%`,
    'gantt',
    '  dateFormat x',
    `  axisFormat ${(timeline.at(-1)?.end ?? 0) - start < 60_000 ? '%-S s' : '%-M:%S'}`,
  ];
  for (const [index, entry] of timeline.entries()) {
    const begin = entry.begin - start;
    // A bar without width would not be drawn.
    const end = Math.max(entry.end - start, begin + 1);
    lines.push(`  section ${name(entry.step)}`);
    lines.push(`  ${name(seconds(end - begin))} :${TAG[entry.status]}s${index}, ${begin}, ${end}`);
    for (const [number, mark] of entry.marks.entries()) {
      // The sign in front keeps a text like "title" or "weekend friday" from being read as a keyword.
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
