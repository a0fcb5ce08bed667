/**
 * A user with its password inside another text: in a URL, a connection string, JSON, a password file, or base64 of
 * these. Pure.
 */
import { type Encode, formsOf, inBase64 } from './rewrite';

interface Pair {
  readonly old: string;
  readonly fresh: string;
}

/** Names of the user in connection strings and in the parameters of a URL. */
const USER = 'user|username|uid|user id|login';
const PASSWORD = 'password|passwd|pwd';

/**
 * @param user names of letters, digits, `_` and `-`, which no encoding changes
 * @returns the text with both replaced where they stand together; otherwise the same text
 */
export function rewritePair(text: string, user: Pair, password: Pair, depth = 0): string {
  const made = [...formsOf(password.old)].reduce(
    (now, [form, encode]) => oneForm(now, user, { form, encode, ...password }),
    text,
  );
  return inBase64(made, depth, (inner) => rewritePair(inner, user, password, depth + 1));
}

interface Form extends Pair {
  readonly form: string;
  readonly encode: Encode;
}

function oneForm(text: string, user: Pair, { form, encode, old, fresh }: Form): string {
  const [u, p] = [user.old, form].map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) as [string, string];
  const next = encode(fresh);
  const inUrl = encode(old) === old ? encodeURIComponent(fresh) : next;
  const together = text
    .replace(new RegExp(`(?<=://)${u}:${p}(?=@)`, 'g'), () => `${user.fresh}:${inUrl}`)
    // host:port:database:user:password of a .pgpass, user:password of HTTP
    .replace(new RegExp(`(?<=^|^[^\\n/]*:)${u}:${p}(?=$)`, 'gm'), () => `${user.fresh}:${next}`);
  return [
    [
      `((?:^|[?&;,\\s])(?:${USER})\\s*=\\s*['"]?)${u}(?=$|['"&;,\\s])`,
      `((?:^|[?&;,\\s])(?:${PASSWORD})\\s*=\\s*['"]?)${p}(?=$|['"&;,\\s])`,
    ],
    [`("(?:${USER})"\\s*:\\s*")${u}(?=")`, `("(?:${PASSWORD})"\\s*:\\s*")${p}(?=")`],
  ].reduce((now, [userPlace = '', passwordPlace = '']) => {
    const [one, other] = [new RegExp(userPlace, 'gi'), new RegExp(passwordPlace, 'gi')];
    // A text with two users does not tell which of them the password belongs to.
    if ([...now.matchAll(one)].length !== 1 || [...now.matchAll(other)].length !== 1) return now;
    const value = now.includes('://') ? inUrl : next;
    return now
      .replace(one, (_all, before: string) => `${before}${user.fresh}`)
      .replace(other, (_all, before: string) => `${before}${value}`);
  }, together);
}
