/**
 * Finds everything in a text that may be an assignment, in each way that it could be read: for masks and hints, not for
 * values. Pure.
 */

interface Assignment {
  readonly name: string;
  /** The raw text in double quotes; may have several lines. */
  readonly double?: string;
  readonly single?: string;
  /** A value without quotes: the rest of the line. */
  readonly plain?: string;
}

const LINE =
  /^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*[=:][^\S\n]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|([^\n]*))/gm;

/** Finds assignments in env files of people and programs, and in similar files. */
export function assignmentsIn(text: string): readonly Assignment[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(LINE)].map(([, name = '', double, single, plain]) => ({
    name,
    double,
    single,
    plain,
  }));
}
