/** Whether the right certificate is served: the whole chain is compared, not one key of it. */
import { brokenChain, type Certificate, type Chain, covers, nameOf } from './certificate';

/**
 * @param files the chains of which one must be served: one for each kind of key that the proxy has for this name
 * @param name the name that was asked for; `null`: none, and the names in the certificate do not matter
 * @returns why not, or `null`
 */
export function judgeServed(files: readonly Chain[], served: Chain, name: string | null): string | null {
  const [leaf] = served;
  if (leaf === undefined) return 'no certificate was served';
  const file = files.find(([own]) => own?.fingerprint === leaf.fingerprint);
  if (file === undefined) {
    const wanted = files.flatMap(([own]) => (own === undefined ? [] : [nameOf(own)])).join(' or ') || 'none';
    return `it serves the certificate with ${nameOf(leaf)}, but the file has the one with ${wanted}`;
  }
  if (file.length !== served.length || file.some((one, index) => one.fingerprint !== served[index]?.fingerprint))
    return `it serves a chain of ${served.length} certificates, which differs from the chain of ${file.length} in the file`;
  if (name !== null && !covers(leaf, name)) return wrongName(leaf, name);
  return null;
}

/** What a server sends of a new chain, whose file is this: `cert.pem` holds the certificate alone. */
export function partOf(paths: readonly string[], chain: Chain): Chain {
  return paths.some((path) => path.endsWith('/cert.pem')) ? chain.slice(0, 1) : chain;
}

/** What is wrong with a certificate itself, whatever server has it; `null`: nothing. */
export function judgeCertificate(chain: Chain, name: string | null, now: number): string | null {
  const [leaf] = chain;
  if (leaf === undefined) return 'it contains no certificate';
  if (now >= leaf.notAfter) return `it expired at ${new Date(leaf.notAfter).toISOString()}`;
  if (now < leaf.notBefore) return `it is valid only from ${new Date(leaf.notBefore).toISOString()} on`;
  if (name !== null && !covers(leaf, name)) return wrongName(leaf, name);
  return brokenChain(chain);
}

/**
 * Whether a certificate may take the place of another: it may not be older, have fewer names, or lack its chain.
 * @returns why not, or `null`
 */
export function judgeSuccessor(next: Chain, former: Chain, now: number): string | null {
  const [leaf] = next;
  const [before] = former;
  if (leaf === undefined) return 'it contains no certificate';
  if (before !== undefined) {
    const lost = before.names.filter((name) => !leaf.names.includes(name) && !covers(leaf, name));
    if (lost.length > 0) return `it lacks ${lost.join(', ')}, which the former certificate has`;
    if (leaf.notAfter < before.notAfter) return 'it expires before the certificate that it would replace';
  }
  return judgeCertificate(next, null, now);
}

function wrongName({ names }: Certificate, name: string): string {
  return `it is not for ${name}, but for ${names.join(', ') || 'no name'}`;
}
