/** The timeline of a procedure as a Mermaid gantt, which GitHub renders. Source: mermaid.js.org/syntax/gantt. */
import type { TimelineEntry } from './report';

/** Milliseconds; a chart of a shorter run shows no more than a line does. */
const CHARTED = 30_000;
/** Pixels of the chart where GitHub shows it, of the margin beside a section's name, and of the longest name. */
const WIDTH = 850;
const MARGIN = 25;
const LONGEST = 250;
/** Of a mark, wherever the chart is as narrow as that. */
const SHORTEST = 80;

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
  const padding = MARGIN + Math.max(0, ...timeline.map(({ step }) => width(name(step, LONGEST))));
  // Mermaid writes a mark to the left of its place where a padding and a half are not left to the right of it.
  const room = Math.max(SHORTEST, (WIDTH - 2.5 * padding) / 2);
  const lines = [
    // Else the bars begin below long names.
    `%%{init: {"gantt": {"leftPadding": ${padding}}}}%%`,
    'gantt',
    '  dateFormat x',
    `  axisFormat ${(timeline.at(-1)?.end ?? 0) - start < 60_000 ? '%-S s' : '%-M:%S'}`,
  ];
  for (const [index, entry] of timeline.entries()) {
    const begin = entry.begin - start;
    // A bar without width would not be drawn.
    const end = Math.max(entry.end - start, begin + 1);
    lines.push(`  section ${name(entry.step, LONGEST)}`);
    lines.push(`  ${name(seconds(end - begin), room)} :${TAG[entry.status]}s${index}, ${begin}, ${end}`);
    for (const [number, mark] of entry.marks.entries()) {
      // The sign in front keeps a text like "title" or "weekend friday" from being read as a keyword.
      lines.push(`  → ${name(mark.text, room)} :milestone, s${index}m${number}, ${mark.at - start}, 0ms`);
    }
  }
  return lines.join('\n');
}

const TAG: Record<TimelineEntry['status'], string> = { done: 'done, ', failed: 'crit, ', reversed: 'active, ' };

/** Letters, digits and a few signs: what a title may hold without meaning something to Mermaid. */
function name(text: string, pixels: number): string {
  const plain = text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N} .+()/-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain === '') return 'step';
  const letters = [...plain];
  while (width(letters.join('')) > pixels) letters.pop();
  return letters.length < [...plain].length ? `${letters.join('').trim()}…` : plain;
}

/** Pixels that a text takes at most, in Mermaid's 11 of a letter. */
function width(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/[a-ln-vx-z0-9 .()/-]/.test(letter) ? 8 : 12), 0);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
