/**
 * nginx's configuration files as directives with their places in the text. Source: ngx_conf_read_token in
 * ngx_conf_file.c; blocks of Lua as OpenResty's ngx_http_lua_lex.c reads them.
 */

export interface Directive {
  readonly name: string;
  /** Arguments as nginx reads them: without quotes. */
  readonly args: readonly string[];
  /** `null`: the directive has no block. */
  readonly block: readonly Directive[] | null;
  /** Offsets in the text: of its first character, and after the `{` of its block (-1: it has none). */
  readonly from: number;
  readonly open: number;
}

/** The text is not a configuration of nginx: a bracket is not closed, or a quote does not end. */
export class NginxSyntaxError extends Error {}

/** @throws {NginxSyntaxError} */
export function parseNginx(text: string): readonly Directive[] {
  return new Parser(text).whole();
}

const BLANK = /[ \t\r\n]/;
const ENDS_WORD = /[ \t\r\n;{]/;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Directive[] {
    const found = this.#block();
    if (this.#at < this.#text.length) throw this.#wrong('a } too many');
    return found;
  }

  /** Reads up to the closing `}`, or to the end of the text. */
  #block(): Directive[] {
    const found: Directive[] = [];
    for (;;) {
      this.#blanks();
      if (this.#at >= this.#text.length || this.#text[this.#at] === '}') return found;
      found.push(this.#directive());
    }
  }

  #directive(): Directive {
    const from = this.#at;
    const words: string[] = [];
    for (;;) {
      this.#blanks();
      const next = this.#text[this.#at];
      if (next === undefined || next === '}') throw this.#wrong(`${words[0] ?? 'a directive'} has no end`);
      if (next === ';' || next === '{') {
        this.#at++;
        const [name = '', ...args] = words;
        if (next === ';') return { name, args, block: null, from, open: -1 };
        return { name, args, from, open: this.#at, block: this.#blockOf(name) };
      }
      words.push(this.#word());
    }
  }

  #blockOf(name: string): Directive[] {
    if (/_by_lua_block$/.test(name)) {
      this.#lua();
      return [];
    }
    const block = this.#block();
    if (this.#text[this.#at] !== '}') throw this.#wrong(`the block of ${name} has no end`);
    this.#at++;
    return block;
  }

  /** Skips blanks and comments; a `#` within a word is a part of the word. */
  #blanks(): void {
    for (;;) {
      const next = this.#text[this.#at];
      if (next === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end + 1;
      } else if (next !== undefined && BLANK.test(next)) this.#at++;
      else return;
    }
  }

  #word(): string {
    const first = this.#text[this.#at]!;
    if (first === '"' || first === "'") return this.#quoted(first);
    const begin = this.#at;
    let variable = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const next = this.#text[this.#at]!;
      // The bracket in `${name}` does not open a block.
      if (next === '{' && variable) continue;
      if (ENDS_WORD.test(next)) break;
      variable = next === '$';
      if (next === '\\') this.#at++;
    }
    return plain(this.#text.slice(begin, this.#at));
  }

  #quoted(quote: string): string {
    const begin = ++this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const next = this.#text[this.#at]!;
      if (next === '\\') this.#at++;
      else if (next === quote) return plain(this.#text.slice(begin, this.#at++));
    }
    throw this.#wrong('a quote has no end');
  }

  /**
   * Skips Lua up to the `}` that closes the block: brackets in its strings, long brackets and comments do not count.
   */
  #lua(): void {
    let depth = 1;
    const token = /--\[(=*)\[.*?\]\1\]|--[^\n]*|\[(=*)\[.*?\]\2\]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}]/gs;
    token.lastIndex = this.#at;
    for (let found = token.exec(this.#text); found !== null; found = token.exec(this.#text)) {
      if (found[0] === '{') depth++;
      else if (found[0] === '}') depth--;
      if (depth > 0) continue;
      this.#at = token.lastIndex;
      return;
    }
    throw this.#wrong('a block of Lua has no end');
  }

  #wrong(what: string): NginxSyntaxError {
    return new NginxSyntaxError(`line ${this.#text.slice(0, this.#at).split('\n').length}: ${what}`);
  }
}

function plain(word: string): string {
  return word.replace(/\\(["'\\])/g, '$1');
}
