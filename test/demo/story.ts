/** What a person wants to follow of an action's log, and the closing table. */

/** Said again and again while something goes on, or of use only to who looks for a fault. */
const NOISE: readonly RegExp[] = [
  /^::(end)?group::$|^::endgroup::/,
  /^(watch|drain|disk|connection|connected to|plan [0-9a-f]{64}|unchanged:)/,
  /\d+ of \d+ (healthy|running), (\d+ s|stable for \d+ of)/,
  /^file \S+: /,
  /^ {2}\| {1,2}Container /,
  /^ {2}\| pulling /,
];

/**
 * Retells a line of the log.
 *
 * @returns lines to show, indented; none for what the story does not need
 */
export function retell(line: string): string[] {
  if (NOISE.some((pattern) => pattern.test(line))) return [];
  const step = /^::group::(.*)$/.exec(line)?.[1];
  if (step !== undefined) return [`  ${step}`];
  const error = /^::error::(.*)$/.exec(line)?.[1];
  if (error !== undefined) return beginOf(lines(error)).map((text) => `    ${text}`);
  // The image's digest is for machines.
  return [`    ${line.replace(/^ {2}\| /, '').replace(/ \[\S+ [0-9a-f]{12}\]$/, '')}`];
}

/** A command's text as the runner shows it. */
function lines(text: string): string[] {
  return text.replaceAll('%0D', '').replaceAll('%0A', '\n').replaceAll('%25', '%').split('\n');
}

/** What happened, why, and what to do; the containers' last lines stand in the log of a real run. */
function beginOf(error: readonly string[]): string[] {
  const end = error.findIndex((text) => /^Last \d+ lines of /.test(text));
  return error.slice(0, end < 0 ? undefined : end);
}

/** Columns as wide as their widest cell; numbers to the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: readonly (string | number)[], like: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof like[column] === 'number' ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  return [line(head, rows[0] ?? head), line(rule, rule), ...rows.map((row) => line(row, row))].join('\n');
}
