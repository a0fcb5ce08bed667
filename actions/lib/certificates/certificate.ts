/** X.509 certificates, as far as a renewal has to judge them. Everything is read by `node:crypto`. */
import { X509Certificate } from 'node:crypto';

export interface Certificate {
  /** Hexadecimal, as the CA gave it. */
  readonly serial: string;
  /** DNS names and IP addresses of the SAN, in small letters; the Common Name does not count (RFC 9525, 6.3). */
  readonly names: readonly string[];
  /** The issuer's common name, or its whole distinguished name. */
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of the whole certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly selfSigned: boolean;
  /** The certificate's DER. */
  readonly raw: Buffer;
}

/** The server's own certificate first, then the certificates that lead to its issuer. */
export type Chain = readonly Certificate[];

const DAY = 24 * 3600 * 1000;

/** @throws {Error} where the content is not a certificate */
export function certificateOf(content: Buffer | string): Certificate {
  const x509 = new X509Certificate(content);
  return {
    serial: x509.serialNumber,
    names: namesIn(x509.subjectAltName ?? ''),
    issuer: /^CN=(.*)$/m.exec(x509.issuer)?.[1] ?? x509.issuer.replaceAll('\n', ', '),
    notBefore: x509.validFromDate.getTime(),
    notAfter: x509.validToDate.getTime(),
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    selfSigned: x509.checkIssued(x509),
    raw: x509.raw,
  };
}

/**
 * The certificates of a PEM file in their order; other blocks are left out. @throws {Error} for a damaged certificate
 */
export function chainOf(pem: string): Chain {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return found.map(certificateOf);
}

/** Node writes `DNS:a.example, IP Address:10.0.0.1`, and a name with a comma or a quote as a JSON string. */
function namesIn(text: string): string[] {
  const found = [...text.matchAll(/(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return found.map(([, kind, value = '']) => {
    const name = (value.startsWith('"') ? (JSON.parse(value) as string) : value).toLowerCase();
    return kind === 'DNS' ? name : addressName(name);
  });
}

/** One spelling for each IPv6 address. */
export function addressName(address: string): string {
  if (!address.includes(':')) return address;
  return URL.canParse(`http://[${address}]`) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Whether a client that asks for the name accepts the certificate. A star stands for one label (RFC 9525, 6.3). */
export function covers({ names }: Pick<Certificate, 'names'>, name: string): boolean {
  const wanted = addressName(name.toLowerCase());
  const rest = wanted.slice(wanted.indexOf('.'));
  return names.some((one) => one === wanted || (one.startsWith('*.') && wanted.includes('.') && one.slice(1) === rest));
}

/**
 * Why clients would not find a way from the server's certificate to a root; `null` where they would. The last
 * certificate need not be trusted by anyone: it may come from a private CA.
 */
export function brokenChain(chain: Chain): string | null {
  const [leaf] = chain;
  if (leaf === undefined) return 'it contains no certificate';
  if (chain.length === 1 && !leaf.selfSigned)
    return `the chain is missing: nothing leads from it to its issuer ${leaf.issuer}`;
  for (const [index, one] of chain.entries()) {
    const above = chain[index + 1];
    if (above === undefined) break;
    const issuer = new X509Certificate(above.raw);
    const own = new X509Certificate(one.raw);
    if (!own.checkIssued(issuer) || !own.verify(issuer.publicKey))
      return `the chain is broken: number ${index + 2} in it did not issue number ${index + 1}`;
  }
  return null;
}

/** The kind of the certificate's key: a client must know the signatures of such keys. */
export function keyKindOf({ raw }: Pick<Certificate, 'raw'>): 'rsa' | 'ec' | null {
  const kind = new X509Certificate(raw).publicKey.asymmetricKeyType;
  return kind === 'rsa' || kind === 'ec' ? kind : null;
}

/** Whole lifetime in milliseconds. Both ends belong to it (RFC 5280, 4.1.2.5). */
export function lifetimeOf({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>): number {
  return notAfter - notBefore + 1000;
}

/** The rest of the lifetime, e.g. `61.5 of 90 days`. */
export function leftOf(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, now: number): string {
  const days = (certificate.notAfter - now) / DAY;
  return `${days < 10 ? days.toFixed(1) : Math.floor(days)} of ${Math.round(lifetimeOf(certificate) / DAY)} days`;
}

/** The certificate's name in a sentence. */
export function nameOf({ serial, notAfter }: Pick<Certificate, 'serial' | 'notAfter'>): string {
  return `serial ${serial.toLowerCase()}, valid until ${new Date(notAfter).toISOString().slice(0, 16)}Z`;
}
