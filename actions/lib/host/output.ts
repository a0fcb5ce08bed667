/** Output of a remote command as it comes: cut into lines, and its newest part kept. */
import { StringDecoder } from 'node:string_decoder';

/** A longer line (in characters) is passed on in pieces, so that a flood without line breaks stays bounded. */
const LONGEST_LINE = 1024 * 1024;

/** Cuts chunks into whole lines. Joins a character whose bytes lie in two chunks. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST_LINE) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return lines;
  }

  /** The last line, if it had no line break. */
  end(): string[] {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    return last === '' ? [] : [last];
  }
}

/** Keeps the newest bytes of a stream. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // Cuts only above twice the limit: then each byte is copied at most once more, however small the chunks.
    if (this.#size > 2 * this.#limit) this.#cut();
  }

  /** The text kept; starts with a whole character. */
  text(): string {
    this.#cut();
    const bytes = Buffer.concat(this.#chunks);
    let begin = 0;
    if (this.#dropped) while (begin < 3 && ((bytes[begin] ?? 0) & 0xc0) === 0x80) begin += 1;
    return bytes.toString('utf8', begin);
  }

  #dropped = false;

  #cut(): void {
    if (this.#size <= this.#limit) return;
    const newest = Buffer.concat(this.#chunks).subarray(this.#size - this.#limit);
    this.#chunks = [Buffer.from(newest)];
    this.#size = newest.length;
    this.#dropped = true;
  }
}
