/**
 * certbot's accounts at CAs, `accounts/HOST/PATH/ID` in its folder. Without a person certbot can neither choose among
 * several nor bind a new one. Source: certbot's account.py, main.py (`_determine_account`) and client.py (`register`).
 */

export interface Accounts {
  /** `HOST/PATH/ID` of each; `null`: they could not be read. */
  readonly known: readonly string[] | null;
  /** `cli.ini` names the account. */
  readonly chosen: boolean;
  /** `cli.ini` has the key by which the CA knows its customer. */
  readonly bound: boolean;
}

interface Wanted {
  /** URL of the CA's directory. */
  readonly server: string;
  /** ID in the renewal file; `null`: none. */
  readonly account: string | null;
  /** The CA takes new accounts only with a key that it gave to its customer (RFC 8555, 7.3.4). */
  readonly binding: boolean;
}

/** Servers whose accounts certbot also finds under a former name. */
const FORMER: Readonly<Record<string, string>> = {
  'acme-v02.api.letsencrypt.org/directory': 'acme-v01.api.letsencrypt.org/directory',
  'acme-staging-v02.api.letsencrypt.org/directory': 'acme-staging.api.letsencrypt.org/directory',
};

/**
 * @param found lines of the paths of `regr.json`, then `end` if all were read @param ini lines of `cli.ini`
 */
export function accountsIn(found: readonly string[], ini: readonly string[]): Accounts {
  const has = (key: RegExp): boolean => ini.some((line) => key.test(line));
  const known = found.flatMap((line) => /^accounts\/(.+)\/regr\.json$/.exec(line)?.[1] ?? []);
  return {
    known: found.includes('end') ? known : null,
    chosen: has(/^ *account *= *\S/i),
    bound: has(/^ *eab[-_]kid *= *\S/i),
  };
}

/** @returns what keeps certbot from an order, why, and the remedy; `null`: nothing that is known */
export function accountLacking(
  { known, chosen, bound }: Accounts,
  { server, account, binding }: Wanted,
): readonly [string, string, string] | null {
  if (known === null || !URL.canParse(server)) return null;
  const own = idsAt(known, server);
  if (account !== null) {
    if (own.includes(account)) return null;
    return [
      `certbot has no account ${account} at ${server}, which the renewal file names`,
      own.length === 0 ? 'it has none at this CA' : `it has ${own.join(', ')}`,
      own.length === 0
        ? `register it anew (certbot register --server ${server}), and name the new ID as account in the renewal file`
        : 'name one of them as account in the renewal file',
    ];
  }
  if (chosen) return null;
  if (own.length > 1)
    return [
      `certbot has several accounts at ${server}: ${own.join(', ')}`,
      'only a person could choose one',
      "name one in certbot's cli.ini: account = ID",
    ];
  if (own.length === 0 && binding && !bound)
    return [
      `${server} takes new accounts only from its customers (external account binding), and certbot has no account there`,
      'an order would fail without the key that the CA gave you',
      `register once: certbot register --server ${server} --eab-kid KID --eab-hmac-key KEY`,
    ];
  return null;
}

function idsAt(known: readonly string[], server: string): string[] {
  // As certbot writes it: with a port that could be left out, and in the letters of the renewal file.
  const path = server.replace(/^\w+:\/\/|[?#].*$|\/+$/g, '');
  const at = (folder: string | undefined): string[] =>
    known.flatMap((one) => (one.slice(0, one.lastIndexOf('/')) === folder ? one.slice(one.lastIndexOf('/') + 1) : []));
  return [...new Set([...at(path), ...at(FORMER[path])])];
}
