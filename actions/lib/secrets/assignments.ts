/** Whatever in a text may be an assignment, read in every way that it could be meant: for masks and hints, not for values. Pure. */

interface Assignment {
  readonly name: string;
  /** What stands in double quotes, as it is; maybe of several lines. */
  readonly double?: string;
  readonly single?: string;
  /** Without quotes: the rest of the line. */
  readonly plain?: string;
}

const LINE =
  /^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*[=:][^\S\n]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|([^\n]*))/gm;

/** Of env files as people and programs have them, and of files that look like them. */
export function assignmentsIn(text: string): readonly Assignment[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(LINE)].map(([, name = '', double, single, plain]) => ({
    name,
    double,
    single,
    plain,
  }));
}
