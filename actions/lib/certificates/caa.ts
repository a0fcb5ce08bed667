/** Which CAs the owner of a name lets issue for it. Source: RFC 8659 (CAA records), RFC 8657 (validationmethods). */
import { Resolver } from 'node:dns/promises';

/** As `node:dns` has it: `critical`, and one property with its value. */
export type CaaRecord = Readonly<Record<string, string | number | undefined>>;

/** @returns records of exactly this name, aliases followed; empty: it has none @throws {Error} with `code` where DNS fails */
export type AskCaa = (name: string) => Promise<readonly CaaRecord[]>;

interface CaaQuestion {
  /** By which records allow the CA; `null`: unknown, and then only what forbids all CAs counts. */
  readonly identities: readonly string[] | null;
  /** E.g. `http-01`. */
  readonly method: string;
}

/** Properties that are about something else. */
const OTHERS = new Set(['iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']);
/** Milliseconds for one question, and how often it is asked. */
const RESOLVER = { timeout: 2000, tries: 2 };

/**
 * @returns a sentence for each name for which the CA would refuse, and what kept the records from being seen: a CA that
 * does not see them refuses, too, but may ask other servers
 */
export async function forbiddenNames(
  names: readonly string[],
  question: CaaQuestion,
  ask: AskCaa = askDns(),
): Promise<{ forbidden: string[]; unseen: string[] }> {
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        return { forbidden: await forbidden(name, question, ask), unseen: null };
      } catch (error) {
        const code = (error as { code?: string }).code ?? String(error);
        return { forbidden: null, unseen: `CAA records of ${name} could not be seen (${code})` };
      }
    }),
  );
  return {
    forbidden: found.flatMap((one) => one.forbidden ?? []),
    unseen: found.flatMap((one) => one.unseen ?? []),
  };
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

/** @param star for a name with a star @returns why the CA may not, or `null` */
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
      if (/^(ENODATA|ENOTFOUND)$/.test((error as { code?: string }).code ?? '')) return [];
      throw error;
    }
  };
}
