/** Takes secrets out of text, in every form in which they are likely to turn up. */
import { CUT } from '../progress';

export interface Redactor {
  /** @returns the forms that are new */
  add(secret: string): readonly string[];
  /** Texts that stay readable even if a secret has the same value, also one that was added before. */
  keep(names: readonly string[]): void;
  apply(text: string): string;
  /** Every form known so far. */
  forms(): readonly string[];
}

/** Masking shorter pieces would remove ordinary words from the log. */
const SHORTEST = 4;
/** Lines of a longer secret, such as a key, are masked from this length on. */
const SHORTEST_LINE = 8;
/** Least length of an encoded secret inside a larger text: shorter ones turn up by chance. */
const SHORTEST_INSIDE = 8;
/** Characters per line of `base64` and of PEM. */
const WRAPS = [76, 64];
/** A shorter secret is masked only as a whole word: a PIN occurs in hashes and identifiers by chance. */
const SHORTEST_WITHIN = 6;
const SHOWN = '***';
const CUT_LINE = new RegExp(`^.*${CUT}$`, 'gm');
/**
 * What a screen does not show: colours and other escape sequences (ECMA-48), and control characters except line breaks
 * and tabs. A secret that such a piece breaks is readable all the same, once it is shown or the piece is removed.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|[ -/]+[0-~])|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  const kept = new Set<string>();
  let pattern: RegExp | null = null;
  const mask = (text: string): string => {
    // The longest form first, so that no piece of a longer secret stays.
    pattern ??= new RegExp(
      [...forms]
        .sort((a, b) => b.length - a.length)
        .map((form) =>
          form.length < SHORTEST_WITHIN ? `(?<![A-Za-z0-9])${literally(form)}(?![A-Za-z0-9])` : literally(form),
        )
        .join('|'),
      'g',
    );
    return text.replace(pattern, SHOWN).replace(CUT_LINE, (line) => withoutBeginning(line, forms));
  };
  return {
    add: (secret) => {
      const added = [...new Set(kept.has(secret.trim()) ? [] : formsOf(secret))].filter((form) => !forms.has(form));
      for (const form of added) forms.add(form);
      if (added.length > 0) pattern = null;
      return added;
    },
    keep: (names) => {
      for (const name of names) {
        kept.add(name);
        for (const form of forms.has(name) ? formsOf(name) : []) forms.delete(form);
      }
      pattern = null;
    },
    apply: (text) => {
      if (forms.size === 0) return text;
      const masked = mask(text);
      const seen = text.replace(UNSEEN, '');
      if (seen === text) return masked;
      const maskedAsSeen = mask(seen);
      return masked.replace(UNSEEN, '') === maskedAsSeen ? masked : maskedAsSeen;
    },
    forms: () => [...forms],
  };
}

/** The end of a line that was cut may be the beginning of a secret. */
function withoutBeginning(line: string, forms: ReadonlySet<string>): string {
  // Half a character is left where bytes were counted.
  const text = line.slice(0, -CUT.length).replace(/\ufffd+$/, '');
  let longest = 0;
  for (const form of forms) {
    let length = Math.min(form.length - 1, text.length);
    while (length > longest && length >= SHORTEST_WITHIN && !text.endsWith(form.slice(0, length))) length -= 1;
    if (length > longest && length >= SHORTEST_WITHIN) longest = length;
  }
  return longest === 0 ? line : `${text.slice(0, -longest)}${SHOWN}${CUT}`;
}

function formsOf(secret: string): string[] {
  const trimmed = secret.trim();
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim());
  const plain = [
    trimmed,
    ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----')) : []),
  ];
  return plain
    .filter((form) => form.length >= SHORTEST)
    .flatMap((form) => [
      form,
      JSON.stringify(form).slice(1, -1),
      ...urlForms(form),
      ...base64Forms(form),
      ...base64Forms(`${form}\n`),
    ]);
}

/** The forms by JavaScript, by RFC 3986 and by HTML forms: the URL standard's way and the older one. */
function urlForms(text: string): string[] {
  // A half of a surrogate pair has no encoding.
  if (!text.isWellFormed()) return [];
  const encoded = encodeURIComponent(text);
  const strict = encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return [encoded, strict, strict.replaceAll('%20', '+'), new URLSearchParams([['', text]]).toString().slice(1)];
}

/** The secret encoded alone, padded and wrapped as tools do, and encoded at any place within a longer text. */
function base64Forms(text: string): string[] {
  const alone = Buffer.from(text).toString('base64');
  return [alone, ...WRAPS.flatMap((width) => wrapped(alone, width)), ...alignments(text)].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/**
 * Long base64 is wrapped and a log is masked line by line, so each line is masked by itself; a last line that is too
 * short is not.
 */
function wrapped(encoded: string, width: number): string[] {
  if (encoded.length <= width) return [];
  const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return lines.filter((line) => line.length >= SHORTEST_LINE);
}

/** The three alignments, without the characters that depend on the neighbouring bytes. */
function alignments(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = encoded.slice(
      offset === 0 ? 0 : offset + 1,
      (offset + Buffer.byteLength(text)) % 3 === 0 ? undefined : -1,
    );
    return whole.length < SHORTEST_INSIDE ? [] : [whole];
  });
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
