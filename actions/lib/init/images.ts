/** Roles of well-known images, by the last part of their names, because registries and mirrors differ. */

export type Role =
  | 'nginx'
  | 'caddy'
  | 'traefik'
  | 'haproxy'
  | 'apache'
  | 'postgres'
  | 'qdrant'
  | 'redpanda'
  | 'other-data'
  | 'certbot';

const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/^(nginx|nginx-unprivileged|openresty|nginx-proxy|swag)$/, 'nginx'],
  [/^caddy/, 'caddy'],
  [/^traefik$/, 'traefik'],
  [/^haproxy/, 'haproxy'],
  [/^(httpd|apache)$/, 'apache'],
  [/^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?|supabase-postgres|citus)$/, 'postgres'],
  [/^qdrant$/, 'qdrant'],
  [/^redpanda$/, 'redpanda'],
  [/^(certbot|dns-.*)$/, 'certbot'],
  [
    /^(mysql|mariadb|percona(-server)?|mongo|mongodb.*|redis|redis-stack(-server)?|dragonfly|valkey|keydb|memcached|elasticsearch|opensearch|kafka|cp-kafka|rabbitmq|minio|clickhouse(-server)?|influxdb|couchdb|cassandra|neo4j|meilisearch|typesense|weaviate|milvus|chroma|etcd|nats)$/,
    'other-data',
  ],
];

/** @returns the image's name without registry, owner, tag and digest */
function baseName(image: string): string {
  const [path = ''] = image.replace(/\$\{[^}]*\}/g, '').split('@');
  return (path.split('/').at(-1) ?? '').split(':')[0] ?? '';
}

/** @returns `null` for an image that is not well known, such as the application itself */
export function roleOf(image: string | null): Role | null {
  if (image === null) return null;
  const name = baseName(image);
  return ROLES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Whether an image is a program that migrates databases and does nothing else. */
export function isMigrator(image: string | null): boolean {
  return image !== null && /^(migrate|flyway|liquibase|dbmate|atlas|goose(-docker)?|sqitch)$/.test(baseName(image));
}

/** Whether an image is official or a vendor's: nobody gives such an image the application's version as tag. */
export function isForeign(image: string): boolean {
  return roleOf(image) !== null || !image.replace(/\$\{[^}]*\}/g, '').includes('/');
}
