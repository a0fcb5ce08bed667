/**
 * certbot's lineages: `renewal/NAME.conf` (ConfigObj, written by certbot itself), the links in `live/NAME` and the
 * generations in `archive/NAME`. Source: certbot's storage.py.
 */

export interface Lineage {
  /** What `--cert-name` takes. */
  readonly name: string;
  /** E.g. `webroot`. */
  readonly authenticator: string;
  /** URL of the CA's directory. */
  readonly server: string;
  /** Name in the certificate → folder for its challenge, as certbot sees it. */
  readonly webroots: Readonly<Record<string, string>>;
  /** For names that are not among these. */
  readonly webroot: string | null;
  /** Commands that certbot runs itself, in words. */
  readonly hooks: readonly string[];
}

/** @returns `null` where it is not a file that certbot could renew anything by */
export function parseRenewal(name: string, text: string): Lineage | null {
  const values = new Map<string, string>();
  const webroots: Record<string, string> = Object.create(null) as Record<string, string>;
  let section = '';
  for (const line of text.split('\n')) {
    const header = /^\s*(\[+)\s*(.*?)\s*\]+\s*$/.exec(line);
    if (header !== null) {
      section = header[2] ?? '';
      continue;
    }
    const [, key = '', value = ''] = /^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === '') continue;
    if (section === 'webroot_map') webroots[unquoted(key)] = unquoted(value);
    else if (section === '' || section === 'renewalparams') values.set(key, value);
  }
  const authenticator = unquoted(values.get('authenticator') ?? '');
  if (authenticator === '' || !values.has('fullchain')) return null;
  return {
    name,
    authenticator,
    server: unquoted(values.get('server') ?? ''),
    webroots: { ...webroots },
    webroot: first(values.get('webroot_path') ?? ''),
    hooks: ['pre_hook', 'post_hook', 'renew_hook'].flatMap((hook) => {
      const command = unquoted(values.get(hook) ?? 'None');
      return command === 'None' || command === '' ? [] : [`${hook}: ${command}`];
    }),
  };
}

/** A list of ConfigObj: `a, b`, or `a,` with one entry. */
function first(value: string): string | null {
  return unquoted(value.split(',')[0]?.trim() ?? '') || null;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

/** Where a name's challenge is put, as certbot sees it; `null`: the file does not say. */
export function webrootOf({ webroots, webroot }: Lineage, name: string): string | null {
  return (Object.hasOwn(webroots, name) ? webroots[name] : undefined) ?? webroot;
}

const PARTS = ['cert', 'chain', 'fullchain', 'privkey'] as const;

/** What is on the disk of a lineage. */
export interface Generations {
  /** Part → generation that its link in `live/NAME` leads to; a part without a link is left out. */
  readonly links: Readonly<Partial<Record<(typeof PARTS)[number], number>>>;
  /** Generations of which all four parts are there and not empty, ascending. */
  readonly whole: readonly number[];
}

/** @param links lines `fullchain.pem ../../archive/NAME/fullchain2.pem` @param files lines `fullchain2.pem BYTES` */
export function generationsOf(links: readonly string[], files: readonly string[]): Generations {
  const found: Partial<Record<(typeof PARTS)[number], number>> = {};
  for (const line of links) {
    const [, part, target = '', number] =
      /^(cert|chain|fullchain|privkey)\.pem .*\/([a-z]+)(\d+)\.pem$/.exec(line) ?? [];
    if (part !== undefined && part === target) found[part as (typeof PARTS)[number]] = Number(number);
  }
  const parts = new Map<number, Set<string>>();
  for (const line of files) {
    const [, part = '', number, bytes] = /^(cert|chain|fullchain|privkey)(\d+)\.pem (\d+)$/.exec(line) ?? [];
    if (number === undefined || bytes === '0') continue;
    parts.set(Number(number), (parts.get(Number(number)) ?? new Set()).add(part));
  }
  const whole = [...parts].filter(([, there]) => there.size === PARTS.length).map(([number]) => number);
  return { links: found, whole: whole.sort((a, b) => a - b) };
}

/** The generation that all links lead to; `null`: not all to one, as after a certbot that was killed. */
export function linkedTo({ links }: Generations): number | null {
  const numbers = new Set(PARTS.map((part) => links[part]));
  const [only] = numbers;
  return numbers.size === 1 && only !== undefined ? only : null;
}
