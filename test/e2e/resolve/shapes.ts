/** A Compose project as people write them: what is uploaded, and what only the host has. */
export const shapes = {
  uploaded: {
    'compose.yml': `
x-common: &common
  restart: unless-stopped
  logging: {driver: json-file, options: {max-size: 1m}}
x-env: &env
  LEVEL: \${LEVEL:-info}
  MODE: \${MODE-prod}
include:
  - sub/included.yml
services:
  web:
    <<: *common
    image: localhost:5000/acme/backend:\${BACKEND:-v1}
    env_file:
      - ./web.env
      - path: ./missing.env
        required: false
    environment:
      <<: *env
      DOLLAR: 'a$$b $$\${LEVEL:-info}'
      FROM_FILE: \${QUOTED}
      PASSED_ON:
    ports: ['8080:80', '127.0.0.1:9090-9091:9090-9091', '5353:53/udp']
    networks:
      front: {aliases: [www, api]}
      back:
    volumes: ['./conf.d:/etc/conf.d:ro', './data:/data', 'named:/var/lib/x']
    depends_on:
      cache: {condition: service_healthy}
      included: {condition: service_started, required: false}
    secrets: [token]
    configs: [{source: motd, target: /etc/motd}]
    deploy: {replicas: 3, resources: {limits: {memory: 64m, cpus: '0.5'}, reservations: {memory: 32m}}}
    command: ['sh', '-c', 'echo "$$HOME" && exec sleep 1000']
    labels: {de.acme.team: 'shop $$1'}
    sysctls: {net.core.somaxconn: 1024}
    ulimits: {nofile: {soft: 20000, hard: 40000}}
    extra_hosts: ['host.docker.internal:host-gateway']
  cache:
    image: localhost:5000/acme/static:v1
    healthcheck: {test: ['CMD', 'true'], interval: 1m30s, start_period: 5s}
    networks: [back]
    tmpfs: [/run]
    init: true
  built:
    build: ./source
    command: []
    scale: 2
    networks: [front]
  extended:
    extends: {file: common.yml, service: base}
    networks: [front]
  debug:
    image: localhost:5000/acme/static:v1
    profiles: [debug]
networks:
  front: {}
  back: {internal: true, driver_opts: {com.docker.network.bridge.name: acme-back}}
volumes:
  named: {labels: {keep: 'yes'}}
secrets:
  token: {file: ./secret.txt}
configs:
  motd: {file: ./motd}
`,
    '.env.production': `QUOTED="two words # and a hash"\nLEVEL=debug # a comment\n`,
    'conf.d/new.conf': 'new\n',
    'secret.txt': 'hush\n',
  },
  onHost: {
    'web.env': `SINGLE='sin$gle "x" # y'\nPLAIN=ünï çödé\nEQUALS=a=b=c\nBACK="sla\\\\sh \\"q\\""\n`,
    'conf.d/old.conf': 'old\n',
    'sub/included.yml': "services: {included: {image: 'localhost:5000/acme/worker:v1', volumes: ['./data:/data']}}\n",
    'common.yml': "services: {base: {image: 'localhost:5000/acme/frontend:v1', volumes: ['./shared:/shared']}}\n",
    'source/Dockerfile': 'FROM scratch\n',
    motd: 'hello\n',
    'data/kept': '',
    'sub/data/kept': '',
    'shared/kept': '',
  },
  /** As Compose's output has it, a dollar sign doubled. */
  environment: {
    LEVEL: 'debug',
    MODE: 'prod',
    DOLLAR: 'a$$b $$debug',
    FROM_FILE: 'two words # and a hash',
    SINGLE: 'sin$$gle "x" # y',
    PLAIN: 'ünï çödé',
    EQUALS: 'a=b=c',
    BACK: 'sla\\sh "q"',
  },
};
