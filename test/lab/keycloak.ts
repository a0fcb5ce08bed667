/** Keycloak as an image: the server's own archive (by Maven) on Debian's Java, with a shell. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { get } from '../tools/tools.mjs';
import { cacheDirectory, run, withLock, withProgress } from './command';
import type { LabHost } from './host';
import { fileOf, type Imported } from './imported';

const VERSION = '26.0.7';
const SHA256 = '25353b74613bcf72db67f8addbd88d832c705a69333091a16573d249d665fe21';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

/** The name by which stacks call it. */
const IMAGE = 'localhost:5000/acme/keycloak:v1';

/** Downloads the archive where it is not there yet, and returns its path. */
async function archive(): Promise<string> {
  const file = join(cacheDirectory, `keycloak-${VERSION}.zip`);
  await withLock('keycloak-archive', async () => {
    if (existsSync(file)) return;
    mkdirSync(cacheDirectory, { recursive: true });
    await withProgress(`Keycloak ${VERSION} (147 MB, by Maven)`, async () => {
      const folder = mkdtempSync(join(cacheDirectory, 'keycloak-'));
      try {
        // A local repository of its own: it would keep a second copy in the user's.
        const here = [`-Dmaven.repo.local=${folder}/repository`, `-DoutputDirectory=${folder}`];
        await run(get('mvn'), ['-q', '-B', COPY, `-Dartifact=${ARTIFACT}`, '-Dmdep.stripVersion=true', ...here]);
        const zip = join(folder, 'keycloak-quarkus-dist.zip');
        const hash = createHash('sha256');
        await pipeline(createReadStream(zip), hash);
        const found = hash.digest('hex');
        if (found !== SHA256) throw new Error(`${ARTIFACT} has the SHA-256 ${found}, not ${SHA256}`);
        renameSync(zip, file);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
  return file;
}

/**
 * Built once by `kc.sh build`, because a server that builds as it starts takes a minute longer. It keeps its data in a
 * file (H2), looks for no other servers, and has the preview by which a policy rotates the secrets of clients.
 */
function imageOf(zip: string): Imported {
  return {
    name: 'keycloak',
    recipe: {
      suite: 'trixie',
      // Java's package links its manual pages there, which are themselves left out.
      prepare: ['mkdir -p "$1"/usr/share/man/man1'],
      packages: ['openjdk-21-jre-headless', 'unzip', 'ca-certificates'],
      customize: [
        `cp ${zip} "$1"/tmp/keycloak.zip`,
        `chroot "$1" sh -c 'unzip -q /tmp/keycloak.zip -d /opt && mv /opt/keycloak-${VERSION} /opt/keycloak && rm /tmp/keycloak.zip'`,
        'chroot "$1" /opt/keycloak/bin/kc.sh build --db=dev-file --features=client-secret-rotation --health-enabled=true >&2',
        'rm -rf "$1"/opt/keycloak/data/tmp "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dpkg/info',
      ],
    },
    changes: [
      'ENTRYPOINT ["/opt/keycloak/bin/kc.sh"]',
      'CMD ["start", "--optimized", "--cache=local", "--http-enabled=true", "--hostname-strict=false", "--import-realm"]',
      // Otherwise Java takes half of the machine's memory as it starts, and compiles for long runs.
      'ENV JAVA_OPTS_KC_HEAP="-Xms64m -Xmx512m"',
      'ENV JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1',
    ],
  };
}

/**
 * Has Keycloak in the host's registry, as `localhost:5000/acme/keycloak:v1`. It listens on 8080 and imports the realms
 * in `/opt/keycloak/data/import`; its first administrator is that of `KC_BOOTSTRAP_ADMIN_USERNAME` and
 * `KC_BOOTSTRAP_ADMIN_PASSWORD`. `/health/ready` on port 9000 says when it is ready; the image has no curl.
 */
export async function installKeycloak(host: LabHost): Promise<void> {
  const image = imageOf(await archive());
  const changes = image.changes.map((change) => `--change '${change}' `).join('');
  await host.root(`docker import ${changes}- ${IMAGE} >/dev/null && docker push -q ${IMAGE}`, {
    input: readFileSync(await fileOf(image)),
  });
}
