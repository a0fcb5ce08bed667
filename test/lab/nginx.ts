/** nginx as Debian's newest has it: since 1.29.7 it keeps connections to upstreams without being told. */
import type { LabHost } from './host';
import { type Imported, install } from './imported';

const nginx: Imported = {
  name: 'nginx',
  recipe: {
    suite: 'sid',
    packages: ['nginx-light', 'ca-certificates'],
    customize: [
      'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dpkg/info "$1"/usr/share/perl "$1"/usr/lib/*/perl',
      'rm -f "$1"/etc/nginx/sites-enabled/default',
      'ln -sf /dev/stdout "$1"/var/log/nginx/access.log; ln -sf /dev/stderr "$1"/var/log/nginx/error.log',
    ],
  },
  changes: ['CMD ["nginx", "-g", "daemon off;"]', 'STOPSIGNAL SIGQUIT'],
};

export function installNginx(host: LabHost, tag: string): Promise<void> {
  return install(host, nginx, tag);
}
