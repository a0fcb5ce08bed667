/** One value inside another text: unencoded, percent-encoded, JSON-escaped, or within base64. Pure. */

/** Levels of base64 within base64. */
const DEEPEST = 2;
/** Base64 texts that are decoded; shorter ones are words. */
const TOKEN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;

/** Whether a value is so long and mixed that it occurs nowhere by chance: it is not short, a word or a number. */
export function isTelling(value: string): boolean {
  return value.length >= 8 && new Set(value).size >= 5 && !/^(?:[A-Za-z]+|\d+)$/.test(value);
}

/**
 * The forms in which texts contain the value, the value itself first. Percent-encoding as in RFC 3986, JavaScript and
 * HTML forms.
 */
export function encodedForms(value: string): string[] {
  return [...formsOf(value).keys()];
}

export type Encode = (text: string) => string;

/** Each form, with the function that makes the same form of another value. */
export function formsOf(value: string): Map<string, Encode> {
  const forms = new Map<string, Encode>();
  const add = (encode: Encode): void => {
    const form = encode(value);
    if (!forms.has(form)) forms.set(form, encode);
  };
  add((text) => text);
  if (!value.isWellFormed()) return forms;
  for (const percent of [encodeURIComponent, strict, (text: string) => strict(text).replaceAll('%20', '+')]) {
    add(percent);
    add((text) => percent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  }
  add((text) => JSON.stringify(text).slice(1, -1));
  return forms;
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * @param anywhere false: only where a password stands in a URL or a connection string; for short values and words
 * @returns the text with the new value in place of the old one; the same text where the old value does not occur
 */
export function rewriteIn(text: string, old: string, fresh: string, anywhere: boolean, depth = 0): string {
  if (old === '') return text;
  const plain = anywhere ? replaced(text, old, fresh) : replacedAsPassword(text, old, fresh, depth);
  return inBase64(plain, depth, (inner) => rewriteIn(inner, old, fresh, anywhere, depth + 1));
}

/** Changes the content of base64 within a text. */
export function inBase64(text: string, depth: number, change: (inner: string) => string): string {
  return depth >= DEEPEST ? text : text.replace(TOKEN, (token) => withinBase64(token, change));
}

function replaced(text: string, old: string, fresh: string): string {
  const forms = formsOf(old);
  const pattern = [...forms.keys()]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  return text.replace(new RegExp(pattern, 'g'), (form, at: number) => {
    const encode = forms.get(form)!;
    if (encode(old) !== old) return encode(fresh);
    // An old value that needed no encoding does not tell how to encode the new one; its place in a URL does.
    if (/:\/\/\S*$/.test(text.slice(0, at)) && !isProperties(text.slice(0, at))) return encodeURIComponent(fresh);
    return isJson(text) ? JSON.stringify(fresh).slice(1, -1) : fresh;
  });
}

/** In `jdbc:sqlserver://host;password=…` nothing is percent-encoded: these are properties behind a host. */
function isProperties(before: string): boolean {
  return /jdbc:sqlserver:\/\/\S*$/i.test(before);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `scheme://user:HERE@host`, `password=HERE`; within base64 `user:HERE`, as in HTTP. */
const PLACES = [
  /(?<=:\/\/[^\s/@:]*:)[^\s@/]+(?=@)/g,
  /(?<=(?:^|[?&;,\s])(?:password|passwd|pwd)=)[^&;,\s]+/gi,
  /(?<=^[^\s:/]+:)\S+$/g,
];

function replacedAsPassword(text: string, old: string, fresh: string, depth: number): string {
  const forms = formsOf(old);
  return PLACES.slice(0, depth > 0 ? 3 : 2).reduce(
    (made, place, index) =>
      made.replace(place, (found) => {
        const encode = forms.get(found);
        if (encode === undefined) return found;
        return index === 0 && encode(old) === old ? encodeURIComponent(fresh) : encode(fresh);
      }),
    text,
  );
}

/** Returns the token unchanged if it is not base64 of text, or if its text does not change. */
function withinBase64(token: string, change: (inner: string) => string): string {
  const urlSafe = /[-_]/.test(token);
  if (urlSafe && /[+/]/.test(token)) return token;
  const bytes = Buffer.from(token, 'base64');
  const encode = (content: Buffer): string => {
    const text = content.toString('base64');
    const padded = token.endsWith('=') || token.length % 4 === 0 ? text : text.replace(/=+$/, '');
    return urlSafe ? padded.replaceAll('+', '-').replaceAll('/', '_') : padded;
  };
  const inner = bytes.toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters tell that it is not text
  if (encode(bytes) !== token || inner.includes('\ufffd') || /[\0-\x08\x0e-\x1f]/.test(inner)) return token;
  const made = change(inner);
  return made === inner ? token : encode(Buffer.from(made));
}
