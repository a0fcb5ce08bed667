/** Compose files of three kinds of stacks, as people have them. */
export const NEXT = `
services:
  web:
    build: .
    image: ghcr.io/me/shop:\${TAG:-latest}
    env_file: .env
    depends_on: { db: { condition: service_healthy } }
    restart: unless-stopped
  db:
    image: postgres:16
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: "\${DB_PASSWORD}", POSTGRES_DB: shop }
    volumes: [db:/var/lib/postgresql/data]
    healthcheck: { test: [CMD-SHELL, pg_isready -U shop], interval: 5s }
  caddy:
    image: caddy:2
    ports: ["80:80", "443:443", "443:443/udp"]
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro", "caddy_data:/data", "caddy_config:/config"]
volumes: { db: , caddy_data: , caddy_config: }
`;

export const DJANGO = `
name: shop-app
x-app: &app
  image: registry.example.com/team/app:\${APP_VERSION:?which}
  environment:
    - DATABASE_URL=postgres://app:\${DB_PASSWORD}@db:5432/app
    - CELERY_BROKER_URL=redis://redis:6379/0
  volumes: [uploads:/srv/uploads]
  networks: [web, default]
services:
  web:
    <<: *app
    command: sh -c "python manage.py migrate && gunicorn app.wsgi -b 0.0.0.0:8000"
    healthcheck: { test: "curl -f http://localhost:8000/healthz/ || exit 1" }
    labels:
      - traefik.enable=true
      - traefik.http.routers.app.rule=Host(\`app.example.com\`)
  celery:
    <<: *app
    command: celery -A app worker
    stop_grace_period: 5m
  beat:
    <<: *app
    container_name: beat
    command: celery -A app beat
  redis:
    image: redis:7
    volumes: [redis:/data]
  db:
    image: docker.io/library/postgres:17-alpine
    environment: [POSTGRES_USER=app, "POSTGRES_DB=\${DB_NAME:-app_production}", POSTGRES_PASSWORD_FILE=/run/secrets/db]
    volumes: [{ type: volume, source: db, target: /var/lib/postgresql/data }]
networks: { web: { external: true } }
volumes: { uploads: , redis: , db: }
`;

export const RUNBOOK = `
services:
  nginx:
    image: nginx:1.27
    ports: ["80:80", "443:443"]
    volumes: ["./nginx:/etc/nginx/conf.d:ro", "/etc/letsencrypt:/etc/letsencrypt:ro"]
  backend:
    image: ghcr.io/acme/backend:\${TAG:-latest}
    environment: { DB_HOST: db, QDRANT_URL: "http://qdrant:6333" }
    depends_on: { migrate: { condition: service_completed_successfully }, db: { condition: service_healthy } }
    healthcheck: { test: [CMD, wget, -qO-, "http://127.0.0.1:8080/healthz"] }
  worker:
    image: ghcr.io/acme/worker:\${TAG:-latest}
    depends_on: [backend, redpanda]
  migrate:
    image: ghcr.io/acme/migrate:\${TAG:-latest}
    restart: "no"
    depends_on: [db]
  db: { image: "pgvector/pgvector:pg16", environment: { POSTGRES_USER: "\${POSTGRES_USER}" }, volumes: ["db:/var/lib/postgresql/data"] }
  qdrant: { image: qdrant/qdrant:v1.12.0, volumes: ["qdrant:/qdrant/storage"] }
  redpanda: { image: "docker.redpanda.com/redpandadata/redpanda:v24.2.1" }
volumes: { db: , qdrant: }
`;
