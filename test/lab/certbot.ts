/** certbot as an image, as people run it beside nginx: Debian's newest and oldest, and its own latest; with a shell. */
import type { LabHost } from './host';
import { type Imported, install } from './imported';

const clean = [
  'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dpkg/info "$1"/usr/share/perl "$1"/usr/lib/*/perl',
  'find "$1"/usr -name __pycache__ -prune -exec rm -rf {} +',
];
const changes = ['ENTRYPOINT ["certbot"]', 'WORKDIR /opt'];

/** Beginning of what `certbot --version` says → its image. */
const IMAGES = {
  'certbot 5': {
    name: 'certbot',
    recipe: { suite: 'sid', packages: ['certbot', 'ca-certificates'], customize: clean },
    changes,
  },
  'certbot 2.1': {
    name: 'certbot-2.1',
    recipe: { suite: 'bookworm', packages: ['certbot', 'ca-certificates'], customize: clean },
    changes,
  },
  // With what the machine trusts, which may have a proxy between it and PyPI.
  'certbot 5.8': {
    name: 'certbot-5.8',
    recipe: {
      suite: 'bookworm',
      packages: ['python3-pip', 'ca-certificates'],
      customize: [
        'cp /etc/ssl/certs/ca-certificates.crt "$1"/tmp/trusted.pem',
        'env -u REQUESTS_CA_BUNDLE -u CURL_CA_BUNDLE PIP_CERT=/tmp/trusted.pem chroot "$1" pip install --quiet --break-system-packages --no-cache-dir --only-binary=:all: certbot==5.8.0 acme==5.8.0 >&2',
        'rm "$1"/tmp/trusted.pem',
        ...clean,
      ],
    },
    changes,
  },
} as const satisfies Record<string, Imported>;

export type CertbotVersion = keyof typeof IMAGES;

/** Has the image on the host under the name by which everybody calls it, in place of another version. */
export async function installCertbot(host: LabHost, version: CertbotVersion = 'certbot 5'): Promise<void> {
  const name = 'certbot/certbot:latest';
  await host.root(`docker image rm -f ${name} >/dev/null 2>&1 || :`);
  await install(host, IMAGES[version], name);
}
