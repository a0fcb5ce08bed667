/** PostgreSQL in the versions that Debian has, with locales of several languages, as images that a host imports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from './host';
import { fileOf, type Imported, install } from './imported';

const suites = { 15: 'bookworm', 17: 'trixie', 18: 'sid' } as const;

/** Major versions. */
export type PostgresVersion = keyof typeof suites;

/** Name of a locale → what `localedef` makes it of. */
const LOCALES: Readonly<Record<string, readonly [language: string, charmap: string]>> = {
  'en_US.UTF-8': ['en_US', 'UTF-8'],
  'de_DE.UTF-8': ['de_DE', 'UTF-8'],
  'sv_SE.UTF-8': ['sv_SE', 'UTF-8'],
  de_DE: ['de_DE', 'ISO-8859-1'],
};

/** The same entrypoint as the sample stack's database. */
function imageOf(version: PostgresVersion): Imported {
  const entrypoint = readFileSync(join(__dirname, 'images', 'postgres.sh')).toString('base64');
  return {
    name: `postgres-${version}`,
    recipe: {
      suite: suites[version],
      packages: ['postgresql', 'locales', 'zstd', 'ca-certificates'],
      customize: [
        ...Object.entries(LOCALES).map(
          ([name, [language, charmap]]) => `chroot "$1" localedef -i ${language} -f ${charmap} ${name}`,
        ),
        `mkdir -p "$1"/app && echo ${entrypoint} | base64 -d >"$1"/app/postgres.sh && chmod 755 "$1"/app/postgres.sh`,
        'rm -rf "$1"/var/lib/postgresql/* "$1"/etc/postgresql/* "$1"/usr/lib/postgresql/*/lib/bitcode "$1"/usr/lib/postgresql/*/lib/llvmjit*',
        'rm -f "$1"/usr/lib/*/libLLVM* "$1"/usr/lib/*/libz3*',
        'rm -rf "$1"/usr/share/i18n "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*.log "$1"/var/lib/dpkg/info',
      ],
    },
    changes: ['ENTRYPOINT ["/app/postgres.sh"]', 'STOPSIGNAL SIGINT', 'ENV PGDATA=/var/lib/postgresql/data'],
  };
}

/** Has the server of that version on the host under this tag. */
export function installPostgres(host: LabHost, version: PostgresVersion, tag: string): Promise<void> {
  return install(host, imageOf(version), tag);
}

/** Makes the image's file where it is not there yet. */
export function makePostgres(version: PostgresVersion): Promise<string> {
  return fileOf(imageOf(version));
}
