/** Variables of shell functions: whoever calls a function keeps its own, unless the function says what it sets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '../../../actions/lib');

interface Function {
  readonly name: string;
  /** The lines of comment before it. */
  readonly comment: string;
  readonly body: string;
}

/** Without comments, texts of here documents, and what stands in quotes: what is left are commands. */
function commandsOf(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^\s*#/.test(line)) continue;
    kept.push(line);
    const ends = [...line.matchAll(/<<-?\s*(['"\\]?)(\w+)\1/g)].map(([, , end]) => end);
    for (const end of ends) while (++at < lines.length && lines[at] !== end);
  }
  return unquoted(kept.join('\n'));
}

/** With `Q` for every text in quotes; commands within a text (`"$(…)"`) are left out with it. */
function unquoted(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\\') at++;
    else if (char === "'") at = text.indexOf("'", at + 1);
    else if (char === '"') at = endOfText(text, at + 1);
    else {
      out += char;
      continue;
    }
    out += 'Q';
    if (at < 0) break;
  }
  return out;
}

/** The place of the quote that ends a text which begins here. */
function endOfText(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
    else if (text.startsWith('$(', at)) at = endOfCommand(text, at + 2);
  }
  return text.length;
}

/** The place of the parenthesis that ends a command which begins here. */
function endOfCommand(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === "'") at = text.indexOf("'", at + 1);
    else if (char === '"') at = endOfText(text, at + 1);
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at;
  }
  return text.length;
}

function functionsOf(text: string): Function[] {
  const found = text.matchAll(/((?:^#.*\n)*)^(\w+)\(\) \{\n([\s\S]*?)\n\}$/gm);
  return [...found].map(([, comment = '', name = '', body = '']) => ({ name, comment, body: commandsOf(body) }));
}

/** Names that these commands give a value, but for those before a command and in a subshell of its own line. */
function setBy(commands: string): Set<string> {
  const words = commands.replace(/\$\(\(?[^()]*\)?\)/g, 'Q').replace(/\blocal [^\n;&|]*/g, '');
  const assigned = [
    ...words.matchAll(/(?:^|[;{|&]|\b(?:do|then|else)|!)[ \t]*((?:\w+=[^\s;&|]*[ \t]*)+)(?=$|[;&|}#])/gm),
  ]
    .flatMap(([, all = '']) => [...all.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)])
    .map(([, name = '']) => name);
  const looped = [...words.matchAll(/\bfor (\w+)\b/g)].map(([, name = '']) => name);
  const read = [...words.matchAll(/\bread -r ((?:\w+ ?)+)/g)].flatMap(([, names = '']) => names.trim().split(' '));
  return new Set([...assigned, ...looped, ...read].filter((name) => /^[A-Za-z]\w+$/.test(name) && name !== 'IFS'));
}

function localsOf(commands: string): Set<string> {
  const lines = [...commands.matchAll(/\blocal ([^\n;&|]*)/g)].map(([, words = '']) => words);
  return new Set(lines.flatMap((words) => words.split(/\s+/).map((word) => word.replace(/=.*/, ''))));
}

/** What a function sets, is not its own, and is named nowhere. */
function leaked({ comment, body }: Function, head: string): string[] {
  const locals = localsOf(body);
  const isNamed = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(head) || comment.includes(`\`${name}\``);
  return [...setBy(body)].filter((name) => !locals.has(name) && !isNamed(name));
}

/** From `# Shared:` on, and what is given by its name in capitals. */
function headOf(text: string): string {
  const head = /^(?:#.*\n)+/.exec(text)?.[0] ?? '';
  return `${/\bShared: [\s\S]*/.exec(head)?.[0] ?? ''} ${text.match(/^\w+=.*/gm)?.join(' ') ?? ''}`;
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sh'));

describe('a shell function', () => {
  it.each(files)('of %s sets no variable of its caller that it does not name', (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const found = functionsOf(text).map((one) => [one.name, leaked(one, headOf(text))] as const);
    expect(found.filter(([, names]) => names.length > 0)).toEqual([]);
  });
});
