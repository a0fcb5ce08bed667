/** The sample stack with a backend that logs in at PostgreSQL before each request, as a role that can be rotated. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { scramVerifier } from '../../../actions/lib/postgres/scram';

interface Repository {
  readonly workspace: string;
  edit(path: string, change: (text: string) => string): void;
}

/** The password that the role has at first. */
export const FIRST = 'canaryFirst-1';

const POLICIES = `secrets:
  SHOP_PASSWORD:
    generate: password
    postgres: { service: db, user: SHOP_USER, roles: [shop, shop_2], database: acme }
`;
/** The owner of what is there, made before the backend starts the first time; and a server that logs every statement. */
const SQL = [
  `create role shop login password '${scramVerifier(FIRST)}'`,
  'grant create on schema public to shop',
  "alter role shop set statement_timeout = '7s'",
  "alter system set log_statement = 'all'",
  'select pg_reload_conf()',
];

/** What its env file has besides. */
export const SHOP_ENV = `SHOP_USER=shop
SHOP_PASSWORD=${FIRST}
DATABASE_URL=postgres://shop:${FIRST}@db:5432/acme
`;

export function makeShop(repository: Repository): void {
  repository.edit('runbook.yml', (text) => `${text}${POLICIES}`);
  mkdirSync(join(repository.workspace, 'shop'));
  cpSync(join(__dirname, 'login.cjs'), join(repository.workspace, 'shop', 'login.cjs'));
  const statements = SQL.map((one) => `-c "${one.replaceAll('$', () => '\\$$')}"`).join(' ');
  repository.edit('docker-compose.prod.yml', (text) =>
    text
      .replace(
        '    environment:\n      DATABASE_HOST: db\n',
        () => `    environment:
      DATABASE_HOST: db
      NODE_OPTIONS: --require=/etc/shop/login.cjs
    volumes: ["./shop:/etc/shop:ro"]
`,
      )
      .replace(
        '      migrate:\n        condition: service_completed_successfully\n',
        (found) => `${found}      roles:\n        condition: service_completed_successfully\n`,
      )
      .replace(
        '\n  db:\n',
        () => `
  roles:
    image: localhost:5000/acme/postgres:v1
    restart: "no"
    entrypoint: [sh, -c]
    command: ['psql -qAt -v ON_ERROR_STOP=1 ${statements.replaceAll("'", "''")} || :']
    environment:
      <<: *database
    networks: [internal]
    depends_on:
      db:
        condition: service_healthy

  db:
`,
      ),
  );
}
