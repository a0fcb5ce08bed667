/** Certificates for tests, made by openssl as a small CA would: names, dates and chain are real. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chain, chainOf } from '../../../actions/lib/certificates/certificate';

export interface Wish {
  /** As openssl writes them: `DNS:shop.example,IP:10.0.0.1`. */
  readonly san: string;
  readonly days?: number;
  readonly rsa?: boolean;
}

export interface TestCa {
  /** The leaf, then the CA's own certificate. */
  issue(wish: Wish): string;
  chain(wish: Wish): Chain;
  /** With its key, as a server takes both. */
  pair(wish: Wish): { cert: string; key: string };
  /** PEM. */
  readonly own: string;
  close(): void;
}

export function testCa(name = 'Test CA'): TestCa {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-ca-'));
  const at = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe' });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-subj',
    `/CN=${name}`,
    '-days',
    '1000',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  );
  const own = readFileSync(at('ca.pem'), 'utf8');
  const issue = ({ san, days = 90, rsa = false }: Wish): string => {
    writeFileSync(at('extensions'), `subjectAltName=${san}\nbasicConstraints=CA:FALSE\n`);
    openssl(
      'req',
      '-new',
      ...(rsa ? ['-newkey', 'rsa:2048', '-nodes'] : key),
      '-subj',
      '/',
      '-keyout',
      at('leaf.key'),
      '-out',
      at('leaf.csr'),
    );
    openssl(
      ...['x509', '-req', '-in', at('leaf.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
      ...['-days', String(days), '-extfile', at('extensions'), '-out', at('leaf.pem')],
    );
    return readFileSync(at('leaf.pem'), 'utf8') + own;
  };
  return {
    own,
    issue,
    pair: (wish) => ({ cert: issue(wish), key: readFileSync(at('leaf.key'), 'utf8') }),
    chain: (wish) => chainOf(issue(wish)),
    close: () => rmSync(folder, { recursive: true }),
  };
}
