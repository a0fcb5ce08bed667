/** Writes the `runbook.yml` for a survey, with the findings beside each key. Pure. */
import { parseRunbook } from '../config/load';
import type { Survey } from './survey';

interface About {
  /** URL of the page that lists all keys. */
  readonly reference: string;
  /** URL of the JSON Schema. */
  readonly schema: string;
  /** Whether images have the tag 1.4.0 for the Git tag v1.4.0. */
  readonly bare: boolean;
  /** Whether the stack was found on a host. */
  readonly seen: boolean;
}

export function runbookText(survey: Survey, { reference, schema, bare, seen }: About): string {
  const { stack, directory, compose, envFile, versioned, proxy, door, domain, probes } = survey;
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    `# What the procedures must know about this stack. Written by init; all keys: ${reference}`,
    line(
      `stack: ${stack}`,
      `${seen ? '' : 'a guess, as no host was read: '}the project that \`docker compose ls\` shows`,
    ),
    line(`directory: ${text(directory)}`, seen ? 'on the host' : 'on the host; a guess, as no host was read'),
    ...(domain === null ? [] : [`url: https://${domain}`]),
    `compose: ${flow(compose)}`,
    envFile === null
      ? line('env-file: null', 'no env file was found')
      : line(`env-file: ${text(envFile)}`, 'for variables in the Compose files, and for services that name it'),
    ...(survey.profiles.length === 0 ? [] : [line(`profiles: ${flow(survey.profiles)}`, 'active on the host')]),
    ...(survey.files.length === 0
      ? []
      : [
          line(`files: ${flow(survey.files)}`, 'uploaded completely, because a variable decides which part is mounted'),
        ]),
    line(`versioned: ${flow(versioned)}`, 'a deploy sets the image tag of these to its version'),
    ...(bare ? [line('tag: "{semver}"', 'Git tag v1.4.0 → image tag 1.4.0')] : []),
    ...services(survey),
    'proxy:',
    ...(proxy === null
      ? [
          '  service: null',
          ...(door === null ? [] : [line(`  url: ${door.url}`, `a port of ${door.service}`)]),
          ...(door !== null || domain === null
            ? []
            : [
                line(
                  '  url: https://localhost',
                  'requested from the host itself, where a proxy of another stack answers',
                ),
                `  host-header: ${domain}`,
              ]),
        ]
      : [
          `  service: ${text(proxy.service)}`,
          line(`  url: ${proxy.tls ? 'https' : 'http'}://localhost`, 'requested from the host itself'),
          ...(domain === null
            ? [line('  # host-header: shop.example', "the site's name; without it probes ask for localhost")]
            : [`  host-header: ${domain}`]),
        ]),
    line(
      `  probes: ${flow(probes.length > 0 ? probes : ['/'])}`,
      `${probes.length > 0 ? '' : 'a guess; '}requested before and after the cutover: none may answer worse, and a path that fails before is left out`,
    ),
    'migration:',
    survey.migration === null
      ? line('  service: null', 'no service that only migrates was found')
      : `  service: ${text(survey.migration)}`,
    ...backup(survey),
    ...(survey.writers.length === 0
      ? []
      : ['restore:', line(`  writers: ${flow(survey.writers)}`, 'stopped while restored data becomes live')]),
    ...defaults(),
  ];
  return `${lines.join('\n')}\n`;
}

/** What holds without being written, from the schema itself. */
function defaults(): string[] {
  const { keepReleases, planLifetime, defaults: service, watch } = parseRunbook('', 'runbook.yml');
  return [
    '# Defaults, which you can write here with other values (durations in seconds):',
    `# keep-releases: ${keepReleases}`,
    `# plan-lifetime: ${planLifetime}`,
    `# defaults: { drain-timeout: ${service.drainTimeout}, stable-for: ${service.stableFor} }`,
    `# watch: { duration: ${watch.duration}, error-rate: ${watch.errorRate}, p95: ${watch.p95} }`,
  ];
}

function services({ health, interrupted, shareable }: Survey): string[] {
  const names = [...new Set([...health.keys(), ...interrupted.keys()])].sort();
  if (names.length === 0) return [];
  return [
    'services:',
    ...names.flatMap((name) => {
      const asked = health.get(name);
      const why = interrupted.get(name);
      const shared = shareable.get(name);
      return [
        ...(why === undefined ? [] : [`  # A deploy of ${name} stops it for a moment, because ${why}.`]),
        ...(shared === undefined
          ? []
          : [`  # If two containers may write there at the same time, give it shared-volumes: ${flow(shared)}`]),
        ...(asked === undefined
          ? []
          : [
              `  ${text(name)}: { health-path: ${text(asked.path)}${asked.port === null ? '' : `, health-port: ${asked.port}`} }`,
            ]),
      ];
    }),
  ].flatMap((one, index, all) =>
    index === 0 && all.every((other, at) => at === 0 || other.startsWith('  #')) ? ['# services:'] : [one],
  );
}

function backup({ databases, volumes, qdrant, redpanda }: Survey): string[] {
  return [
    'backup:',
    line('  directory: /opt/backups', 'on the host; make it there, and let ssh-user own it'),
    ...(databases.length === 0
      ? ['  databases: []']
      : [
          '  databases:',
          ...databases.map(
            ({ service, user, database }) =>
              `    - { service: ${text(service)}, user: ${text(user)}, database: ${text(database)} }`,
          ),
        ]),
    ...(volumes.length === 0 ? [] : [`  volumes: ${flow(volumes)}`]),
    ...(qdrant.length === 0 ? [] : [`  qdrant: [${qdrant.map((name) => `{ service: ${text(name)} }`).join(', ')}]`]),
    ...(redpanda.length === 0 ? [] : [`  redpanda: ${flow(redpanda)}`]),
    '  keep: { days: 30 }',
    line('  # s3: { bucket: …, region: … }', 'copies off the host: set this up in the first week'),
    line('  # recipients: [age1…]', 'age-keygen -o backup.key; keep that file outside GitHub too'),
  ];
}

function line(key: string, comment: string): string {
  return `${key.padEnd(34)} # ${comment}`;
}

function flow(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** Plain where YAML reads it as the same string, otherwise quoted. */
function text(value: string): string {
  return /^[A-Za-z/.][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|\.|~)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
