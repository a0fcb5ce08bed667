/** Takes secrets out of text, in every form in which they are likely to turn up. */

export interface Redactor {
  add(secret: string): void;
  apply(text: string): string;
  /** Every form known so far. */
  forms(): readonly string[];
}

/** Shorter pieces would take ordinary words out of the log. */
const SHORTEST = 4;
/** Lines of a longer secret, such as a key, count from this length on. */
const SHORTEST_LINE = 8;
const SHOWN = '***';

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | null = null;
  return {
    add: (secret) => {
      for (const form of formsOf(secret)) forms.add(form);
      pattern = null;
    },
    apply: (text) => {
      if (forms.size === 0) return text;
      // The longest first, so that no piece of a longer secret stays.
      pattern ??= new RegExp(
        [...forms]
          .sort((a, b) => b.length - a.length)
          .map(literally)
          .join('|'),
        'g',
      );
      return text.replace(pattern, SHOWN);
    },
    forms: () => [...forms],
  };
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
      encodeURIComponent(form),
      ...base64Forms(form),
      ...base64Forms(`${form}\n`),
    ]);
}

/** Wherever it stands in what was encoded: three alignments, without the characters that neighbours change. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = encoded.slice(
      offset === 0 ? 0 : offset + 1,
      (offset + Buffer.byteLength(text)) % 3 === 0 ? undefined : -1,
    );
    return whole.length < SHORTEST * 2 ? [] : [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
