/** The directory of a CA: what it offers, and where. Source: RFC 8555, 7.1.1; RFC 9773, 3, for `renewalInfo`. */
import { z } from 'zod';
import type { Dial } from '../stack/probe';
import { type Answer, getOverTls } from './https';

export interface Ca {
  /** URL of its directory. */
  readonly directory: string;
  /** False where certbot does not verify its certificate either (`no-verify-ssl`). */
  readonly verified: boolean;
}

interface Directory {
  /** Where it tells when to renew; `null`: nowhere. */
  readonly renewalInfo: string | null;
  /** Names by which CAA records allow it; `null`: it does not say. */
  readonly caaIdentities: readonly string[] | null;
}

/** Milliseconds for one request. */
const PATIENCE = 5000;

const directories = z.object({
  newOrder: z.string(),
  renewalInfo: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .catch(null),
  meta: z
    .object({ caaIdentities: z.array(z.string()).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** @throws {Error} it could not be asked, or is not a directory */
export async function askDirectory(dial: Dial, ca: Ca): Promise<Directory> {
  const found = directories.safeParse(json((await askCa(dial, ca, ca.directory)).body));
  if (!found.success) throw new Error(`${ca.directory} is not the directory of a CA`);
  const { renewalInfo, meta } = found.data;
  const identities = meta?.caaIdentities ?? [];
  return { renewalInfo: renewalInfo ?? null, caaIdentities: identities.length === 0 ? null : identities };
}

/** @throws {Error} where it does not answer 200 */
export async function askCa(dial: Dial, { verified }: Ca, url: string): Promise<Answer> {
  const answer = await getOverTls(dial, url, { verified, timeout: PATIENCE });
  if (answer.status !== 200) throw new Error(`${new URL(url).host} answers ${answer.status}`);
  return answer;
}

/** `null` where it is not JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
