/** Whether a PostgreSQL server of the stack takes a password: by a query over TCP, as its clients log in. */
import type { Host } from '../host/host';
import { quote } from '../host/quote';

export interface Login {
  readonly stack: string;
  readonly service: string;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

/** A password of many bytes is taken from standard input, where no other process sees it. Milliseconds. */
const TIMEOUT = 30_000;

/**
 * Over the container's address: for the socket and for loopback most servers ask no password.
 *
 * @returns `null` where it is taken; else why not, in words without a secret
 */
export async function whyNoLogin(host: Host, login: Login): Promise<string | null> {
  const outcome = await host.run(loginScript(login), { input: login.password, timeout: TIMEOUT });
  if (outcome.outcome === 'unknown') return `nobody knows: ${outcome.reason}`;
  if (outcome.code === 0) return null;
  if (outcome.code === 3) return `${login.service} does not run`;
  if (outcome.code === 4) return `${login.service} asks no password of its clients, so that nothing proves one`;
  return `${login.service} refuses a login as ${login.user} over TCP`;
}

function loginScript({ stack, service, user, database }: Login): string {
  return `id=$(docker ps -q --no-trunc --filter ${quote(`label=com.docker.compose.project=${stack}`)} \\
  --filter ${quote(`label=com.docker.compose.service=${service}`)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 3
docker exec -i "$id" sh -c ${quote(INSIDE)} sh ${quote(user)} ${quote(database)} 2>/dev/null`;
}

/** The wrong password first: a server that takes it, takes any. */
const INSIDE = `PGPASSWORD=$(cat; echo x)
right=\${PGPASSWORD%x} address=$(hostname -i | cut -d ' ' -f 1)
PGCONNECT_TIMEOUT=5 LC_ALL=C
export PGPASSWORD PGCONNECT_TIMEOUT LC_ALL
ask() { psql -XqAt -h "$address" -U "$1" -d "$2" -c 'select 1' </dev/null; }
! ask "$1" "$2" || exit 4
PGPASSWORD=$right
[ "$(ask "$1" "$2")" = 1 ]`;
