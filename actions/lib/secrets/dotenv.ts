/**
 * The only reader and the only writer of env files. Pure.
 *
 * Three languages read such a file, and each treats quotes, blanks, `#` and `$` in its own way: SOPS
 * (`stores/dotenv/store.go` of getsops/sops: a line is a name, `=`, and the rest unchanged), Compose
 * (`dotenv/parser.go` of compose-spec/compose-go) and shells. A value that they would not all pass to the container
 * byte for byte is refused: by the number of its line, or by its name where that is certainly a name, and never by its
 * value.
 */
import { UserError } from '../errors';
import { expandEscapes, expandVariables } from './compose-grammar';

interface EnvEntry {
  readonly name: string;
  /** The value that the container gets. */
  readonly value: string;
  /** The raw text after the `=`. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface EnvProblem {
  /** Counted from 1. */
  readonly line: number;
  /** Complete, e.g. `A on line 3 ends in a blank`. */
  readonly said: string;
  readonly kind: 'invalid' | 'duplicate';
}

interface EnvReading {
  readonly entries: readonly EnvEntry[];
  readonly problems: readonly EnvProblem[];
}

const NAME = /^[A-Za-z_][\w.-]*$/;
/** Characters of a name. Longer text before a `=` may be a part of a value. */
const LONGEST_NAME = 128;
/** Bytes of `NAME=VALUE` that Linux passes to a process (MAX_ARG_STRLEN, with the byte at its end). */
const LONGEST = 131_071;
/** Prefix of names that SOPS uses itself. */
const RESERVED = /^sops_/;
/** Text that Compose, SOPS and shells read alike without quotes. */
const BARE = /^[\w./:@%+,=-]*$/;
const CONTROL = /\p{Cc}/u;

/** Reads the file, and lists everything that is wrong with it, in the order of its lines. */
export function readEnv(text: string): EnvReading {
  const entries = new Map<string, EnvEntry>();
  const problems: EnvProblem[] = [];
  const lines = text.split('\n');
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    if (content === '' || content.startsWith('#')) continue;
    const problem = (said: string, kind: EnvProblem['kind'] = 'invalid') => problems.push({ line, said, kind });
    const read = readLine(content, entries);
    if ('refused' in read) {
      problem(
        read.name === undefined ? `line ${line} ${read.refused}` : `${read.name} on line ${line} ${read.refused}`,
      );
      // The following lines belong to an unfinished value, so text that looks like a name there may be a secret.
      if (read.open) break;
      continue;
    }
    const before = entries.get(read.name);
    if (before !== undefined) problem(`${read.name} stands on line ${before.line} and on line ${line}`, 'duplicate');
    else entries.set(read.name, { ...read, line });
  }
  return { entries: [...entries.values()], problems };
}

/**
 * @param from the origin of the text, for messages: `the env file of …`
 * @returns names with the values that the container gets, in the order of the lines
 * @throws {UserError} RB-ENV-INVALID, RB-ENV-DUPLICATE with everything that is wrong
 */
export function parseEnv(text: string, from: string): ReadonlyMap<string, string> {
  const { entries, problems } = readEnv(text);
  if (problems.length === 0) return new Map(entries.map(({ name, value }) => [name, value]));
  throw refusal(problems, from);
}

/**
 * One line without its line break. SOPS and Compose since 2.20 read it alike; so do shells, except for backticks beside
 * quotes and for line breaks.
 *
 * @param from the origin of name and value, for messages
 * @throws {UserError} RB-ENV-INVALID
 */
export function writeEntry(name: string, value: string, from = 'a new value'): string {
  const named = refusedName(name) === null;
  const refused = named ? refusedValue(name, value) : 'a name must consist of letters, digits and `_`';
  if (refused !== null)
    throw refusal([{ line: 1, said: named ? `${name} ${refused}` : refused, kind: 'invalid' }], from);
  if (BARE.test(value)) return `${name}=${value}`;
  if (!/['\\]/.test(value) && !CONTROL.test(value)) return `${name}='${value}'`;
  const escaped = value.replace(/[\\"$\n\r]/g, (sign) => ESCAPED[sign] ?? `\\${sign}`);
  return `${name}="${escaped}"`;
}

/** A file of such lines. @throws {UserError} RB-ENV-INVALID */
export function writeEnv(values: ReadonlyMap<string, string>, from?: string): string {
  return [...values].map(([name, value]) => `${writeEntry(name, value, from)}\n`).join('');
}

const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

type Read =
  | { readonly name: string; readonly value: string; readonly text: string }
  | { readonly name?: string; readonly refused: string; readonly open?: boolean };

function readLine(content: string, before: ReadonlyMap<string, EnvEntry>): Read {
  const equals = content.indexOf('=');
  if (content.startsWith('\ufeff')) return { refused: 'begins with a byte order mark: save the file without one' };
  if (content.trim() === '') return { refused: 'holds blanks only: empty it' };
  if (content.endsWith('\r')) return { refused: 'ends in a carriage return: save the file with line breaks of Unix' };
  if (equals < 0)
    return { refused: 'has no `=`: a value stands on one line, in double quotes with \\n for each line break' };
  const name = content.slice(0, equals);
  if (/^export\s/.test(name)) return { refused: 'begins with `export`: SOPS takes that for a part of the name' };
  const refused = refusedName(name);
  if (refused !== null) return { refused };
  const text = content.slice(equals + 1);
  const value = /^["']/.test(text) ? quoted(text, before) : bare(text, before);
  if (typeof value !== 'string') return { name, ...value };
  const wrong = refusedValue(name, value);
  return wrong === null ? { name, value, text } : { name, refused: wrong };
}

/** Does not quote the text itself: a text that is not a name may be a value. */
function refusedName(name: string): string | null {
  if (RESERVED.test(name))
    return 'has a name that SOPS keeps for itself: the file is encrypted, or the name has to be another one';
  if (NAME.test(name) && name.length <= LONGEST_NAME) return null;
  return 'has before its `=` what is not a name of letters, digits and `_`, without blanks around it';
}

function refusedValue(name: string, value: string): string | null {
  if (value.includes('\0')) return 'holds a NUL byte';
  if (!value.isWellFormed() || value.includes('\ufffd')) return 'is not UTF-8';
  if (Buffer.byteLength(`${name}=${value}`) > LONGEST)
    return `is longer than ${LONGEST} bytes, which no process can be given`;
  return null;
}

type Refused = { readonly refused: string; readonly open?: boolean };

function bare(text: string, before: ReadonlyMap<string, EnvEntry>): string | Refused {
  // An unfinished key: the rest of it is on the next lines.
  if (/-----BEGIN [^-]+-----/.test(text) && !/-----END [^-]+-----/.test(text))
    return {
      refused: 'begins a key of several lines: write it on one, in double quotes with \\n for each line break',
      open: true,
    };
  if (/^[\s\u0085]|[\s\u0085]$/u.test(text))
    return {
      refused: 'has blanks around its value, which Compose strips: remove them, or put the value in quotes',
    };
  if (text.includes(' #'))
    return {
      refused:
        'has ` #`, where Compose ends the value and SOPS does not: put the value in quotes, and a comment on a line of its own',
    };
  if (text.includes('\\n'))
    return {
      refused:
        'has \\n without quotes, which SOPS reads as a line break and Compose as two characters: put the value in double quotes for line breaks, in single ones for the two characters',
    };
  return expanded(text, before);
}

function quoted(text: string, before: ReadonlyMap<string, EnvEntry>): string | Refused {
  const quote = text.charAt(0);
  const end = endOfQuote(text);
  if (end < 0)
    return {
      refused: `begins with a ${quote} that is not closed on its line: write \\n in double quotes for each line break`,
      open: true,
    };
  if (!/^\s*(?:#.*)?$/.test(text.slice(end + 1))) return { refused: 'continues behind its closing quote' };
  const inside = text.slice(1, end);
  if (quote === "'")
    return inside.includes("\\'")
      ? { refused: "has \\' in single quotes, which versions of Compose read differently: put it in double quotes" }
      : inside;
  if (/(?<!\\)(?:\\\\)*\\0/.test(inside)) return { refused: 'has an octal escape (\\0): write the character itself' };
  return expanded(expandEscapes(inside), before);
}

/** Finds the end of a quoted value as Compose does: a backslash escapes the next quote, in single quotes too. */
function endOfQuote(text: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[0]) return at;
  }
  return -1;
}

function expanded(text: string, before: ReadonlyMap<string, EnvEntry>): string | Refused {
  const value = expandVariables(text, (name) => before.get(name)?.value);
  if (value !== null) return value;
  return {
    refused:
      'has a `$` that Compose would replace: put the value in single quotes (or write \\$ in double ones); `${NAME}` is taken where NAME stands on a line before',
  };
}

function refusal(problems: readonly EnvProblem[], from: string): UserError {
  const onlyTwice = problems.every(({ kind }) => kind === 'duplicate');
  return new UserError(onlyTwice ? 'RB-ENV-DUPLICATE' : 'RB-ENV-INVALID', {
    what: `${from}: ${problems.map(({ said }) => said).join('; ')}`,
    why: onlyTwice
      ? 'only one of the values would be used'
      : 'SOPS, Compose and shells would read it differently, and the container would get another value',
    remedy: onlyTwice ? 'remove the wrong line' : 'correct these lines',
  });
}
