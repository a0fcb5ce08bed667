/**
 * certbot's lineages: `renewal/NAME.conf` (ConfigObj, written by certbot itself), the links in `live/NAME` and the
 * generations in `archive/NAME`. Source: certbot's storage.py.
 */

export interface Lineage {
  /** The value for `--cert-name`. */
  readonly name: string;
  /** Plugin that answers challenges, e.g. `webroot`. */
  readonly authenticator: string;
  /** URL of the CA's directory. */
  readonly server: string;
  /** Name in the certificate → folder for its challenge, as path in certbot's container. */
  readonly webroots: Readonly<Record<string, string>>;
  /** Folder for names that {@link webroots} does not have. */
  readonly webroot: string | null;
  /** ID of certbot's account at the CA; left out: none is named. */
  readonly account?: string;
  /** File with what the plugin needs to change the DNS, as path in certbot's container; left out: none is named. */
  readonly credentials?: string;
  /** Commands that certbot runs after a renewal, in words. */
  readonly hooks: readonly string[];
}

/** @returns `null` for a file by which certbot could not renew anything */
export function parseRenewal(name: string, content: string): Lineage | null {
  const values = new Map<string, string>();
  const webroots: Record<string, string> = Object.create(null) as Record<string, string>;
  let section = '';
  for (const line of content.split('\n')) {
    const header = /^\s*(\[+)\s*(.*?)\s*\]+\s*$/.exec(line);
    if (header !== null) {
      section = header[2] ?? '';
      continue;
    }
    const [, key = '', text = ''] = /^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === '') continue;
    const value = withoutRemark(text);
    if (section === 'webroot_map') webroots[unquoted(key)] = unquoted(value);
    else if (section === '' || section === 'renewalparams') values.set(key, value);
  }
  const authenticator = unquoted(values.get('authenticator') ?? '');
  if (authenticator === '' || !values.has('fullchain')) return null;
  const account = unquoted(values.get('account') ?? '');
  const credentials = unquoted(values.get(`${authenticator.replaceAll('-', '_')}_credentials`) ?? '');
  return {
    name,
    ...(account === '' || account === 'None' ? {} : { account }),
    ...(credentials === '' || credentials === 'None' ? {} : { credentials }),
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

/** `webroot # was standalone`, as somebody wrote it by hand: a `#` begins a remark unless it stands in quotes. */
function withoutRemark(value: string): string {
  return value.replace(/^((?:"[^"]*"|'[^']*'|[^"'#])*)#.*$/, '$1').trim();
}

/** A list of ConfigObj: `a, b`, or `a,` with one entry. */
function first(value: string): string | null {
  return unquoted(value.split(',')[0]?.trim() ?? '') || null;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

/** Folder for the challenge of a name, as path in certbot's container; `null`: the file does not say. */
export function webrootOf({ webroots, webroot }: Lineage, name: string): string | null {
  return (Object.hasOwn(webroots, name) ? webroots[name] : undefined) ?? webroot;
}

const PARTS = ['cert', 'chain', 'fullchain', 'privkey'] as const;

/** The files of a lineage on the disk. */
export interface Generations {
  /** Part → generation to which its link in `live/NAME` leads; a part without a link is left out. */
  readonly links: Readonly<Partial<Record<(typeof PARTS)[number], number>>>;
  /** Generations whose four parts all exist and are not empty, ascending. */
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

/**
 * The generation to which all links lead; `null`: they lead to different ones, e.g. after a certbot that was killed.
 */
export function linkedTo({ links }: Generations): number | null {
  const numbers = new Set(PARTS.map((part) => links[part]));
  const [only] = numbers;
  return numbers.size === 1 && only !== undefined ? only : null;
}
