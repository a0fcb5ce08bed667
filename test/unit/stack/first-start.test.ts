import { expect, it } from 'vitest';
import { firstStarts, readOnce } from '../../../actions/lib/stack/plan/first-start';

const model = (image: string, environment: Record<string, string>) => ({ services: { x: { image, environment } } });

it.each([
  ['postgres:17', 'POSTGRES_PASSWORD', 'postgres'],
  ['ghcr.io/acme/postgis@sha256:abc', 'POSTGRES_USER', 'postgres'],
  ['timescale/timescaledb:latest', 'POSTGRES_DB', 'postgres'],
  ['mariadb:11', 'MARIADB_ROOT_PASSWORD', 'other'],
  ['mysql', 'MYSQL_PASSWORD', 'other'],
  ['registry.internal:5000/mongo:7', 'MONGO_INITDB_ROOT_PASSWORD', 'other'],
  ['rabbitmq:4-management', 'RABBITMQ_DEFAULT_PASS', 'other'],
  ['quay.io/keycloak/keycloak:26', 'KC_BOOTSTRAP_ADMIN_PASSWORD', 'other'],
  ['grafana/grafana', 'GF_SECURITY_ADMIN_PASSWORD', 'other'],
])('%s reads %s at its first start', (image, name, server) => {
  const found = firstStarts(model(image, { [name]: 'a' }), model(image, { [name]: 'b$$', OTHER: 'x' }), ['x']);
  expect(found).toEqual([{ service: 'x', names: [name], server, environment: { [name]: 'b$', OTHER: 'x' } }]);
  expect(firstStarts(model(image, { [name]: 'a' }), model(image, { [name]: 'a', OTHER: 'y' }), ['x'])).toEqual([]);
});

it.each([
  'prodrigestivill/postgres-backup-local:17',
  'acme/postgres-exporter',
  'postgrest/postgrest',
  'adorsys/keycloak-config-cli',
])('%s logs in at a server, and is none', (image) => {
  const [was, is] = ['a', 'b'].map((value) => model(image, { POSTGRES_PASSWORD: value, KEYCLOAK_ADMIN: value }));
  expect(firstStarts(was!, is!, ['x'])).toEqual([]);
  expect(readOnce(is!, ['x'])).toBe(false);
});

it('the former values of a stack are not needed where it has no such server, or none that changes', () => {
  expect(readOnce(model('postgres:17', { POSTGRES_USER: 'a' }), ['x'])).toBe(true);
  expect(readOnce(model('postgres:17', { POSTGRES_USER: 'a' }), [])).toBe(false);
  expect(readOnce(model('postgres:17', { TZ: 'a' }), ['x'])).toBe(false);
});

it('a client that logs in by the same variable reads it each time', () => {
  const [was, is] = ['a', 'b'].map((value) => model('acme/mongo-free-backend:v1', { POSTGRES_PASSWORD: value }));
  expect(firstStarts(was!, is!, ['x'])).toEqual([]);
  expect(firstStarts(model('postgres', { POSTGRES_DB: 'a' }), model('postgres', { POSTGRES_DB: 'b' }), [])).toEqual([]);
});

it.each([
  ['postgres:17', 'POSTGRES_PASSWORD_FILE', 'postgres'],
  ['bitnami/postgresql:17', 'POSTGRESQL_POSTGRES_PASSWORD_FILE', 'postgres'],
  ['mysql:8', 'MYSQL_ROOT_PASSWORD_FILE', 'other'],
  ['grafana/grafana', 'GF_SECURITY_ADMIN_PASSWORD__FILE', 'other'],
])('%s reads the file of %s at its first start', (image, name, server) => {
  const [was, is] = ['/run/secrets/a', '/run/secrets/b'].map((path) => model(image, { [name]: path }));
  expect(firstStarts(was!, is!, ['x'])).toMatchObject([{ names: [name], server }]);
  expect(readOnce(is!, ['x'])).toBe(true);
});
