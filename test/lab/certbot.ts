/** certbot as an image, as people run it beside nginx: Debian's newest, and a shell. */
import type { LabHost } from './host';
import { type Imported, install } from './imported';

const certbot: Imported = {
  name: 'certbot',
  recipe: {
    suite: 'sid',
    packages: ['certbot', 'ca-certificates'],
    customize: [
      'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dpkg/info "$1"/usr/share/perl "$1"/usr/lib/*/perl',
      'find "$1"/usr -name __pycache__ -prune -exec rm -rf {} +',
    ],
  },
  changes: ['ENTRYPOINT ["certbot"]', 'WORKDIR /opt'],
};

/** Has the image on the host under the name by which everybody calls it. */
export function installCertbot(host: LabHost, name = 'certbot/certbot:latest'): Promise<void> {
  return install(host, certbot, name);
}
