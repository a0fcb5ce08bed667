/** What the kinds of failures of renew.sh mean, in words. */
import type { UserError } from '../errors';

/** Whether a disk was full, in the words of the kernel and of Python. */
export function isFull(log: readonly string[]): boolean {
  return log.some((line) => /no space left on device|disk quota exceeded|\[Errno (28|122)\]/i.test(line));
}

export const REFUSED: Readonly<Record<string, string>> = {
  order: 'certbot did not get a certificate',
  same: 'certbot reported no failure, but the certificate is the same as before',
  rehearsal: 'the rehearsal failed, so no certificate was ordered',
};

export const FAILURES: Readonly<Record<string, { code: UserError['code']; what: string; remedy: string }>> = {
  state: {
    code: 'RB-CERT-PREFLIGHT',
    what: "certbot's folder cannot be read or changed",
    remedy: 'see the log',
  },
  record: {
    code: 'RB-DISK-FULL',
    what: 'the record of orders cannot be written',
    remedy: 'make room on the disk of the host',
  },
  room: {
    code: 'RB-CERT-PREFLIGHT',
    what: "nothing can be written into certbot's folder; no certificate was ordered",
    remedy: 'see the log',
  },
  'no-addresses': {
    code: 'RB-CERT-PREFLIGHT',
    what: 'this certbot cannot order certificates for addresses; no certificate was ordered',
    remedy: 'bring certbot 5.4 or newer to the host (its version is in the log), or order only for names',
  },
  'no-profiles': {
    code: 'RB-CERT-PREFLIGHT',
    what: 'this certbot cannot ask for a profile; no certificate was ordered',
    remedy: 'bring certbot 4.0 or newer to the host (its version is in the log), or leave profile out',
  },
  'no-plugin': {
    code: 'RB-CERT-PREFLIGHT',
    what: 'this certbot does not have the plugin by which the renewal file answers challenges; no certificate was ordered',
    remedy:
      'use an image that has it (certbot/dns-…), or install it beside certbot (its plugins are in the log); the renewal file names it as authenticator',
  },
  'no-credentials': {
    code: 'RB-CERT-PREFLIGHT',
    what: 'the file with which the plugin changes the DNS is not there; no certificate was ordered',
    remedy: "bring it to its place in certbot's folder, which the renewal file names as …_credentials",
  },
  challenge: {
    code: 'RB-CERT-PREFLIGHT',
    what: 'nothing can be put into the folder of the challenges; no certificate was ordered',
    remedy: 'see the log',
  },
  unreached: {
    code: 'RB-CERT-PREFLIGHT',
    what: 'the CA would not find its challenge; no certificate was ordered',
    remedy:
      'make the proxy answer /.well-known/acme-challenge/ from the folder of the challenges, on every address of the name',
  },
  'proxy-config': {
    code: 'RB-PROXY-CONFIG',
    what: 'the proxy refuses its configuration',
    remedy: 'correct the error that it names',
  },
  'proxy-reload': {
    code: 'RB-CERT-NOT-SERVED',
    what: 'the proxy did not load the new certificate',
    remedy: 'see its log; it may have to be restarted',
  },
  door: {
    code: 'RB-CERT-PREFLIGHT',
    what: 'port 80 could not be answered in place of the proxy, which does not start without a certificate',
    remedy: 'see the log',
  },
  consumer: {
    code: 'RB-CERT-NOT-SERVED',
    what: 'a service of certificates.consumers could not be told of the new certificate',
    remedy: 'see the log',
  },
  refuse: {
    code: 'RB-CERT-INVALID',
    what: 'the issued certificate must not be served',
    remedy: 'see why; the next run orders again',
  },
  unserved: {
    code: 'RB-CERT-NOT-SERVED',
    what: 'the new certificate is in its place, but is not served',
    remedy: 'see why; the next run tries it again, without an order',
  },
  'no-verdict': { code: 'RB-CONNECTION-LOST', what: 'the runner gave no verdict', remedy: 'run it again' },
};
