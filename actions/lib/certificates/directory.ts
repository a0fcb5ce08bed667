/** The directory of a CA: its offers and their URLs. Source: RFC 8555, 7.1.1; RFC 9773, 3, for `renewalInfo`; draft-ietf-acme-profiles for `profiles`. */
import { z } from 'zod';
import type { Dial } from '../stack/probe';
import { type Answer, getOverTls } from './https';

export interface Ca {
  /** URL of the CA's directory. */
  readonly directory: string;
  /** False where certbot does not verify the CA's own certificate either (`no-verify-ssl`). */
  readonly verified: boolean;
}

interface Directory {
  /** URL for questions on when to renew; `null`: the CA offers none. */
  readonly renewalInfo: string | null;
  /** Names of the CA in CAA records; `null`: the directory does not tell. */
  readonly caaIdentities: readonly string[] | null;
  /** Names of the profiles that it offers; empty: it has none. */
  readonly profiles: readonly string[];
  /** It takes new accounts only with a key that it gave to its customer. */
  readonly binding: boolean;
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
    .object({
      caaIdentities: z.array(z.string()).nullish().catch(null),
      externalAccountRequired: z.boolean().nullish().catch(null),
      profiles: z.record(z.string(), z.unknown()).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

/** @throws {Error} where the CA could not be asked, or its answer is not a directory */
export async function askDirectory(dial: Dial, ca: Ca): Promise<Directory> {
  const found = directories.safeParse(json((await askCa(dial, ca, ca.directory)).body));
  if (!found.success) throw new Error(`${ca.directory} is not the directory of a CA`);
  const { renewalInfo, meta } = found.data;
  const identities = meta?.caaIdentities ?? [];
  return {
    renewalInfo: renewalInfo ?? null,
    caaIdentities: identities.length === 0 ? null : identities,
    profiles: Object.keys(meta?.profiles ?? {}),
    binding: meta?.externalAccountRequired === true,
  };
}

/** @throws {Error} where the answer is not 200 */
export async function askCa(dial: Dial, { verified }: Ca, url: string): Promise<Answer> {
  const answer = await getOverTls(dial, url, { verified, timeout: PATIENCE });
  if (answer.status !== 200) throw new Error(`${new URL(url).host} answers ${answer.status}`);
  return answer;
}

/** `null` where the text is not JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
