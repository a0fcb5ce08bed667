/** A real ACME server (Let's Encrypt's Pebble) on a lab host, which validates as a CA does: by port 80 of each name. */
import { readFileSync } from 'node:fs';
import { get } from '../tools/tools.mjs';
import type { LabHost } from './host';

/** The host's own address on Docker's bridge: containers reach it, too. */
const ADDRESS = '10.200.0.1';
export const DIRECTORY = `https://${ADDRESS}:14000/dir`;

export interface PebbleOptions {
  /** Names for which it refuses to issue. */
  readonly refuses?: readonly string[];
  /** Seconds that a certificate is valid. Default: 90 days. */
  readonly validity?: number;
  /** It also has a profile `shortlived`, of 160 hours. Pebble then answers an order that names none by either. */
  readonly shortlived?: boolean;
  /** What an nginx in front of it answers to each order, as a CA that limits does; Pebble itself knows no limits. */
  readonly orders?: { readonly status: number; readonly body: string; readonly retryAfter?: string };
}

export class Pebble {
  readonly #host: LabHost;

  private constructor(host: LabHost) {
    this.#host = host;
  }

  /** It answers when this returns. Builds it first where it is not there yet. */
  static async start(host: LabHost, options: PebbleOptions = {}): Promise<Pebble> {
    await host.root('cat >/usr/local/bin/pebble && chmod 755 /usr/local/bin/pebble', {
      input: readFileSync(get('pebble')),
    });
    await host.root(`mkdir -p /etc/pebble && cd /etc/pebble && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
      -nodes -days 30 -subj /CN=pebble -addext subjectAltName=IP:${ADDRESS} -keyout key.pem -out cert.pem 2>/dev/null`);
    const pebble = new Pebble(host);
    await pebble.restart(options);
    return pebble;
  }

  /** With nothing in its memory: accounts and orders of before are gone. */
  async restart({ refuses = [], validity = 90 * 24 * 3600, shortlived, orders }: PebbleOptions = {}): Promise<void> {
    await this.stop();
    const port = orders === undefined ? 14000 : 14001;
    const config = {
      pebble: {
        ...{ listenAddress: `${ADDRESS}:${port}`, managementListenAddress: `${ADDRESS}:15000` },
        ...{ certificate: '/etc/pebble/cert.pem', privateKey: '/etc/pebble/key.pem', httpPort: 80, tlsPort: 443 },
        ...{ ocspResponderURL: '', externalAccountBindingRequired: false, domainBlocklist: refuses },
        ...{ retryAfter: { authz: 1, order: 1 }, keyAlgorithm: 'ecdsa' },
        profiles: {
          default: { description: 'of most', validityPeriod: validity },
          ...(shortlived === true ? { shortlived: { description: 'a week', validityPeriod: 160 * 3600 } } : {}),
        },
      },
    };
    await this.#host.root('cat >/etc/pebble/config.json', { input: JSON.stringify(config) });
    if (orders !== undefined) await this.#startFront(orders);
    await this.#host.root(
      `(PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 setsid sh -c 'echo $$ >/run/pebble.pid; exec pebble -config /etc/pebble/config.json' >>/var/log/pebble.log 2>&1 &)
       i=0; until curl -skf -o /dev/null ${DIRECTORY}; do i=$((i+1)); [ $i -lt 100 ] || { tail -n 5 /var/log/pebble.log >&2; exit 1; }; sleep 0.1; done`,
    );
  }

  async #startFront({ status, body, retryAfter }: NonNullable<PebbleOptions['orders']>): Promise<void> {
    const wait = retryAfter === undefined ? '' : `add_header Retry-After "${retryAfter}" always;`;
    await this.#host.root('cat >/etc/pebble/front.conf', {
      input: `events {}
http { default_type application/problem+json;
  server { listen ${ADDRESS}:14000 ssl; ssl_certificate /etc/pebble/cert.pem; ssl_certificate_key /etc/pebble/key.pem;
    location / { proxy_pass https://${ADDRESS}:14001; proxy_set_header Host $http_host; }
    location = /order-plz { access_log /dev/stdout; ${wait} return ${status} '${body}'; } } }
`,
    });
    await this.#host.root(
      `docker run -d --name acme-front --network host -v /etc/pebble:/etc/pebble:ro --entrypoint nginx localhost:5000/acme/nginx:v1 -c /etc/pebble/front.conf -g 'daemon off;'`,
    );
  }

  /** Orders that were refused by what stands in front of it. */
  async turnedAway(): Promise<number> {
    return Number(await this.#host.root("docker logs acme-front 2>/dev/null | grep -c 'POST /order-plz' || :"));
  }

  async stop(): Promise<void> {
    await this.#host.root(
      'docker rm -f acme-front >/dev/null 2>&1; [ ! -e /run/pebble.pid ] || { kill "$(cat /run/pebble.pid)" 2>/dev/null; rm /run/pebble.pid; sleep 0.2; }',
    );
  }

  /** From now on it says this of when to renew the certificate of that file on the host, whatever it is. */
  async suggest(file: string, answer: string): Promise<void> {
    const certificate = await this.#host.root(`openssl x509 -in ${file}`);
    await this.#host.root(`curl -skf --data-binary @- https://${ADDRESS}:15000/set-renewal-info/`, {
      input: JSON.stringify({ Certificate: `${certificate.trim()}\n`, ARIResponse: answer }),
    });
  }

  /** How often it has been asked when to renew, since the host's start. */
  async askedWhen(): Promise<number> {
    return Number(await this.#host.root("grep -c 'GET /.*renewalInfo/' /var/log/pebble.log || :"));
  }

  /** Orders that it has been asked for since the host's start. */
  async orders(): Promise<number> {
    return Number(await this.#host.root("grep -c 'POST /order-plz' /var/log/pebble.log || :"));
  }
}
