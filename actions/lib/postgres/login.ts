/**
 * Finds out whether a PostgreSQL server of the stack accepts a password: by a query over TCP, as its clients log in.
 */
import type { Host } from '../host/host';
import { quote } from '../host/quote';

interface Login {
  readonly stack: string;
  readonly service: string;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

/** Whether the server accepts the password; `null`: not known. `why` is in words, and holds no secret. */
export type LoginTried = { readonly taken: true } | { readonly taken: false | null; readonly why: string };

/** Milliseconds; enough for a busy host. */
const TIMEOUT = 120_000;

/** Logs in by the container's address, because most servers ask for no password on the socket and on loopback. */
export async function tryLogin(host: Host, login: Login): Promise<LoginTried> {
  const { service, user, password } = login;
  // The password goes to standard input, where no other process sees it and its length does not matter.
  const outcome = await host.run(loginScript(login), { input: password, timeout: TIMEOUT });
  if (outcome.outcome === 'unknown') return { taken: null, why: `the outcome is not known: ${outcome.reason}` };
  if (outcome.code === 0) return { taken: true };
  if (outcome.code === 3) return { taken: null, why: `${service} does not run` };
  if (outcome.code === 4)
    return { taken: null, why: `${service} does not ask its clients for a password, so that no login can prove one` };
  if (outcome.code === 6) return { taken: false, why: `${service} refuses a login as ${user} over TCP` };
  return { taken: null, why: `${service} neither accepts nor refuses a login as ${user} over TCP` };
}

/** @returns `null` if the server accepts the password; else why not */
export async function whyNoLogin(host: Host, login: Login): Promise<string | null> {
  const tried = await tryLogin(host, login);
  return tried.taken === true ? null : tried.why;
}

function loginScript({ stack, service, user, database }: Login): string {
  return `id=$(docker ps -q --no-trunc --filter ${quote(`label=com.docker.compose.project=${stack}`)} \\
  --filter ${quote(`label=com.docker.compose.service=${service}`)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 3
docker exec -i "$id" sh -c ${quote(INSIDE)} sh ${quote(user)} ${quote(database)} 2>/dev/null`;
}

/**
 * Tries a wrong password first: a server that accepts it accepts any. If the server answers the given password with the
 * same message, it refuses it, in whatever language. Any other message (the server starts, has too many clients, does
 * not answer) says nothing about the password.
 */
const INSIDE = `PGPASSWORD=$(cat; echo x)
right=\${PGPASSWORD%x} address=$(hostname -i | cut -d ' ' -f 1)
PGCONNECT_TIMEOUT=30 LC_ALL=C
export PGPASSWORD PGCONNECT_TIMEOUT LC_ALL
ask() { psql -XqAt -h "$address" -U "$1" -d "$2" -c 'select 1' </dev/null 2>&1; }
! wrong=$(ask "$1" "$2") || exit 4
PGPASSWORD=$right
! said=$(ask "$1" "$2") || { [ "$(printf '%s\\n' "$said" | tail -n 1)" = 1 ] && exit 0; exit 5; }
case $said in *'timeout expired'* | *'onnection refused'* | *'losed the connection'* | *'too many '* | *' slots are reserved'* | *'database system is'*) exit 5 ;; esac
[ "$said" = "$wrong" ] && exit 6
exit 5`;
