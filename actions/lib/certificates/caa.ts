/**
 * Which CAs may issue for a name, by its owner's DNS records. Source: RFC 8659 (CAA records), RFC 8657
 * (validationmethods).
 */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A record as `node:dns` returns it: `critical`, and one property with its value. */
export type CaaRecord = Readonly<Record<string, string | number | undefined>>;

/**
 * @returns records of exactly this name, aliases followed; empty: it has none
 *
 * @throws {Error} with `code` where DNS fails
 */
export type AskCaa = (name: string) => Promise<readonly CaaRecord[]>;

interface CaaQuestion {
  /** Names of the CA in CAA records; `null`: not known, and then only records that forbid all CAs count. */
  readonly identities: readonly string[] | null;
  /** Validation method of ACME, e.g. `http-01`. */
  readonly method: string;
  /** A name that is known to exist, such as the CA's own; `null`: none. */
  readonly control: string | null;
}

/** Properties of CAA records that do not limit certificates for servers. */
const OTHERS = new Set(['iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']);
/** Milliseconds for one question, and the number of attempts. */
const RESOLVER = { timeout: 2000, tries: 2 };
/** Milliseconds before a question that was answered with SERVFAIL is asked again. */
const AGAIN_AFTER = 2000;

/**
 * @returns `forbidden`: a sentence for each name for which the CA would refuse by its records. `broken`: a sentence for
 *   each name whose DNS servers answer SERVFAIL, twice: the CA refuses it, too (RFC 8659, 4). `unseen`: a sentence for
 *   each name whose records could not be read for another reason, which may be the runner's
 * @param pause milliseconds
 */
export async function forbiddenNames(
  names: readonly string[],
  question: CaaQuestion,
  ask: AskCaa = askDns(),
  pause = AGAIN_AFTER,
): Promise<{ forbidden: string[]; broken: string[]; unseen: string[] }> {
  const twice = again(ask, pause);
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        return { forbidden: await forbidden(name, question, twice) };
      } catch (error) {
        const code = codeOf(error) ?? String(error);
        // A resolver that knows no name at all says nothing about this one.
        if (code === 'ESERVFAIL' && (await knows(question.control, twice)))
          return {
            broken: `the DNS servers answer SERVFAIL to the question for the CAA records of ${name}, also when asked again`,
          };
        return { unseen: `CAA records of ${name} could not be seen (${code})` };
      }
    }),
  );
  return {
    forbidden: found.flatMap((one) => one.forbidden ?? []),
    broken: found.flatMap((one) => one.broken ?? []),
    unseen: found.flatMap((one) => one.unseen ?? []),
  };
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

function again(ask: AskCaa, pause: number): AskCaa {
  return (name) =>
    ask(name).catch(async (error) => {
      if (codeOf(error) !== 'ESERVFAIL') throw error;
      await sleep(pause);
      return ask(name);
    });
}

async function knows(name: string | null, ask: AskCaa): Promise<boolean> {
  if (name === null) return true;
  return ask(name).then(
    () => true,
    () => false,
  );
}

async function forbidden(name: string, question: CaaQuestion, ask: AskCaa): Promise<string | null> {
  if (/^[\d.]+$|:/.test(name)) return null;
  const star = name.startsWith('*.');
  const labels = (star ? name.slice(2) : name).split('.');
  for (let index = 0; index < labels.length; index++) {
    const owner = labels.slice(index).join('.');
    const records = await ask(owner);
    if (records.length === 0) continue;
    const why = judgeCaa(records, star, question);
    return why === null ? null : `the CAA records of ${owner} do not let the CA issue for ${name}: ${why}`;
  }
  return null;
}

/** @param star whether the name begins with `*.` @returns why the CA may not issue, or `null` */
export function judgeCaa(
  records: readonly CaaRecord[],
  star: boolean,
  { identities, method }: CaaQuestion,
): string | null {
  const strange = records.find(
    ({ critical, ...more }) =>
      Number(critical) >= 128 && Object.keys(more).some((key) => !/^issue(wild)?$/.test(key) && !OTHERS.has(key)),
  );
  if (strange !== undefined) return 'a critical record has a tag that CAs do not know';
  const valuesOf = (key: string): string[] => records.flatMap((one) => (key in one ? [String(one[key])] : []));
  const wild = star ? valuesOf('issuewild') : [];
  const values = wild.length > 0 ? wild : valuesOf('issue');
  if (values.length === 0) return null;
  const parsed = values.map((value) => {
    const [domain = '', ...parameters] = value.split(';').map((part) => part.trim());
    const methods = /^validationmethods\s*=\s*(.*)$/i.exec(
      parameters.find((one) => /^validationmethods/i.test(one)) ?? '',
    );
    return { domain: domain.toLowerCase(), methods: methods?.[1]?.split(',').map((one) => one.trim()) ?? null };
  });
  const own = parsed.filter(({ domain }) =>
    identities === null ? domain !== '' : identities.some((one) => one.toLowerCase() === domain),
  );
  const allowed = [...new Set(parsed.map(({ domain }) => domain || 'nobody'))].join(', ');
  if (own.length === 0)
    return `they allow ${allowed}${identities === null ? '' : `, and it is ${identities.join(', ')}`}`;
  return own.some(({ methods }) => methods === null || methods.includes(method))
    ? null
    : `they allow this CA, but not the method ${method}`;
}

function askDns(): AskCaa {
  const resolver = new Resolver(RESOLVER);
  return async (name) => {
    try {
      return (await resolver.resolveCaa(name)) as unknown as CaaRecord[];
    } catch (error) {
      if (/^(ENODATA|ENOTFOUND)$/.test(codeOf(error) ?? '')) return [];
      throw error;
    }
  };
}
