/** The timeline of a procedure as a Mermaid gantt, which GitHub renders. Source: mermaid.js.org/syntax/gantt. */
import type { TimelineEntry } from './report';

/** Milliseconds; a chart of a shorter run shows no more than a line does. */
const CHARTED = 30_000;
/** Pixels of the chart where GitHub shows it, of the margin beside a section's name, and of the longest name. */
const WIDTH = 850;
const MARGIN = 25;
const LONGEST = 250;
/** Milliseconds in which an axis has less than a tick a second. */
const FEW = 10_000;
/** Pixels of a number after a name. */
const NUMBER = 40;
/** Of a mark, wherever the chart is as narrow as that. */
const SHORTEST = 80;

/** Whether a run took so long that its parts are worth a chart. */
export function isCharted(timeline: readonly TimelineEntry[]): boolean {
  return (timeline.at(-1)?.end ?? 0) - (timeline[0]?.begin ?? 0) >= CHARTED;
}

/** The steps with their seconds, one after the other, and their parts; those that took no time are left out. */
export function timeLine(timeline: readonly TimelineEntry[]): string {
  return timeline
    .filter(hasLength)
    .map(({ step, begin, end, parts = [] }) => {
      const within = parts.filter(hasLength).map((part) => `${part.name} ${seconds(part.end - part.begin)}`);
      return `${step} ${seconds(end - begin)}${within.length < 2 ? '' : ` (${within.join(', ')})`}`;
    })
    .join(' · ');
}

/** What nobody has carried out yet, as if it began now. @param parts seconds of each, one after the other */
export function expectedTimeline(
  parts: readonly { readonly name: string; readonly seconds: number }[],
): TimelineEntry[] {
  let at = 0;
  return parts.map(({ name: step, seconds }) => {
    const begin = at;
    at += Math.round(seconds * 1000);
    return { step, begin, end: at, status: 'expected', marks: [] };
  });
}

/** Milliseconds that are worth a word. */
function hasLength({ begin, end }: Pick<TimelineEntry, 'begin' | 'end'>): boolean {
  return end - begin >= 50;
}

/** Each step, or in its place its parts with the marks that came in them. */
function rowsOf(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  const rows = timeline.flatMap((entry) => {
    const parts = (entry.parts ?? []).filter(hasLength);
    if (parts.length < 2) return [entry];
    return parts.map((part, index): TimelineEntry => {
      const isLast = index === parts.length - 1;
      const until = parts[index + 1]?.begin ?? Number.POSITIVE_INFINITY;
      const marks = entry.marks.filter(({ at }) => (index === 0 || at >= part.begin) && at < until);
      const status = isLast || entry.status === 'reversed' ? entry.status : 'done';
      return { step: part.name, begin: part.begin, end: part.end, status, marks };
    });
  });
  // Mermaid takes sections of one name for one, wherever they stand.
  const names = rows.map(({ step }) => name(step, LONGEST));
  return rows.map((row, index) => {
    const before = names.slice(0, index).filter((one) => one === names[index]).length;
    return before === 0 ? row : { ...row, step: `${name(row.step, LONGEST - NUMBER)} ${before + 1}` };
  });
}

/** Times count from the first step, so that the axis shows minutes and seconds. */
export function gantt(steps: readonly TimelineEntry[]): string {
  const timeline = rowsOf(steps);
  const start = timeline[0]?.begin ?? 0;
  const span = (timeline.at(-1)?.end ?? 0) - start;
  const padding = MARGIN + Math.max(0, ...timeline.map(({ step }) => width(name(step, LONGEST))));
  // Mermaid writes a mark to the left of its place where a padding and a half are not left to the right of it.
  const room = Math.max(SHORTEST, (WIDTH - 2.5 * padding) / 2);
  const lines = [
    // Else the bars begin below long names.
    `%%{init: {"gantt": {"leftPadding": ${padding}}}}%%`,
    'gantt',
    '  dateFormat x',
    `  axisFormat ${span < 60_000 ? '%-S s' : '%-M:%S'}`,
    // Else several ticks have the name of one second.
    ...(span < FEW ? ['  tickInterval 1second'] : []),
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

const TAG: Record<TimelineEntry['status'], string> = {
  done: 'done, ',
  failed: 'crit, ',
  reversed: 'active, ',
  expected: '',
};

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
