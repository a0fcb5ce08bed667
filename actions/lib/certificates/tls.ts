/** Asks a server for its certificates, through a connection that the caller opened. */
import { connect } from 'node:tls';
import type { Dial } from '../stack/probe';
import { type Certificate, type Chain, certificateOf } from './certificate';

/** Signature algorithms, in OpenSSL's spelling. */
const SIGNATURES = {
  rsa: 'RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
  ec: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512',
};

/** Certificates; more than any chain has. */
const LONGEST = 20;

interface TlsQuestion {
  readonly address: string;
  readonly port: number;
  /** For SNI (RFC 6066, 3); `null`: none. */
  readonly name: string | null;
  /** Asks as a client that knows only signatures of such keys; `null`: of all keys. */
  readonly keys: 'rsa' | 'ec' | null;
  /** First says, like a balancer, that it connects for no particular client (PROXY protocol, version 1). */
  readonly proxyProtocol: boolean;
}

/**
 * The chain exactly as the server sent it: with an empty list of roots Node adds nothing to it. Nothing is verified.
 * @param timeout milliseconds
 * @throws {Error} where no handshake was made
 */
export async function askTls(
  dial: Dial,
  { address, port, name, keys, proxyProtocol }: TlsQuestion,
  timeout: number,
): Promise<Chain> {
  const raw = await dial(address, port);
  if (proxyProtocol) raw.write('PROXY UNKNOWN\r\n');
  try {
    return await new Promise<Chain>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no TLS handshake within ${timeout / 1000} s`)), timeout);
      const fail = (error: Error): void => {
        clearTimeout(late);
        reject(error);
      };
      raw.on('error', fail);
      raw.on('close', () => fail(new Error('the server closed the connection before it had sent a certificate')));
      const socket = connect({
        socket: raw,
        servername: name === null || isAddress(name) ? '' : name,
        rejectUnauthorized: false,
        ca: [],
        ...(keys === null ? {} : { sigalgs: SIGNATURES[keys] }),
        // A server that knows only old versions of TLS is asked all the same.
        minVersion: 'TLSv1',
      });
      socket.on('error', fail);
      socket.on('secureConnect', () => {
        clearTimeout(late);
        const chain: Certificate[] = [];
        let one = socket.getPeerCertificate(true);
        while (one?.raw !== undefined && chain.length < LONGEST) {
          const next = certificateOf(one.raw);
          if (chain.some(({ fingerprint }) => fingerprint === next.fingerprint)) break;
          chain.push(next);
          one = one.issuerCertificate;
        }
        resolve(chain);
        socket.destroy();
      });
    });
  } finally {
    raw.destroy();
  }
}

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}
