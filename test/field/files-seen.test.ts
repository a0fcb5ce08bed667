/** Which content of a mounted file a container sees, as releases come, fail, are killed and go. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killStep, when } from '../e2e/moments';
import { annotation, Stage, succeeded } from '../e2e/stage';
import type { ActionResult } from '../run-action';

const COMPOSE = 'docker-compose.prod.yml';
const FILE = 'pages/edition.txt';

let stage: Stage;

/** Answers with what it read at its start, logs what it sees later, ends badly if it is told to, and where `BAD` is set. */
const SERVE = [
  'const fs = require("fs"), end = () => process.exit(1);',
  'if (process.env.BAD === "yes") end();',
  'const text = fs.readFileSync("/edition.txt", "utf8");',
  'require("http").createServer((_, answer) => answer.end(text)).listen(8080);',
  'process.on("SIGTERM", end); let last = text;',
  'setInterval(() => { const now = String(fs.readFileSync("/edition.txt")); if (now !== last) console.log("sees " + now); last = now; fs.existsSync("/tmp/end") && end(); }, 50);',
].join(' ');

const reader = (name: string): string => `
  ${name}:
    image: localhost:5000/acme/backend:v1
    command: [node, -e, '${SERVE}']
    environment: { BAD: "no" }
    healthcheck: { disable: true }
    volumes: ["./${FILE}:/edition.txt:ro"]
    networks: [edge]`;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit(COMPOSE, (text) =>
    text.replace('\n  frontend:\n', `${reader('beside')}${reader('again')}\n  frontend:\n`),
  );
  stage.edit('runbook.yml', (text) =>
    text.replace(
      '\n  worker:\n',
      '\n  beside: { strategy: rolling, stable-for: 1s }\n  again: { strategy: recreate, stable-for: 1s }\n  worker:\n',
    ),
  );
  stage.write(FILE, 'first\n');
  succeeded(await deploy());
});
afterAll(() => stage?.close());

const deploy = (): Promise<ActionResult> => stage.deploy('v1', { 'allow-downtime': 'true' });

/** IDs of the running containers of a service, the oldest first. */
const containers = async (service: string): Promise<string[]> =>
  (
    await stage.host.root(
      `docker ps --filter label=com.docker.compose.service=${service} --format '{{.ID}}' | xargs -r docker inspect --format '{{.Created}} {{.Id}}' | sort | cut -d ' ' -f 2`,
    )
  )
    .split('\n')
    .filter((id) => id !== '');

const sees = (id: string): Promise<string> => stage.host.root(`docker exec ${id} cat /edition.txt`);

const answers = (service: string): Promise<string> =>
  stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=frontend) busybox wget -qO - http://${service}:8080/`,
  );

/** What the file says in the release that is current. */
const now = 'first\n';

it('a container that is made again as a release fails reads the file of its own release; one that stays never sees another', {
  tags: ['exhaustive'],
}, async () => {
  const [old = ''] = await containers('beside');
  const inode = await stage.host.root(`stat -c %i /srv/stack/${FILE}`);
  stage.write(FILE, 'third\n');
  stage.edit(COMPOSE, (text) => text.replace(/(again:[\s\S]*?BAD: )"no"/, '$1"yes"'));
  const result = await deploy();
  expect(result.code, result.shown).toBe(1);
  expect(annotation(result)).toMatch(/^RB-/);
  expect([await answers('again'), await answers('beside')]).toEqual([now, now]);
  for (const id of [...(await containers('again')), ...(await containers('beside'))]) expect(await sees(id)).toBe(now);
  expect(await containers('beside')).toEqual([old]);
  expect(await stage.host.root(`docker logs ${old} 2>&1`)).toBe('');
  // The mount of the container and the path are one file again.
  expect(await stage.host.root(`stat -c %i /srv/stack/${FILE}`)).toBe(inode);
  stage.edit(COMPOSE, (text) => text.replace('BAD: "yes"', 'BAD: "no"'));
});

it('new containers read the new file, also after a run that was killed as they started', {
  tags: ['exhaustive'],
}, async () => {
  stage.write(FILE, 'fourth\n');
  await stage.deploy('v1', { 'allow-downtime': 'true' }, { onLine: when(/^beside: /, killStep(stage)) });
  succeeded(await deploy());
  expect([await answers('again'), await answers('beside')]).toEqual(['fourth\n', 'fourth\n']);
  expect(
    await stage.host.root(`cat /srv/stack/${FILE}; ls -d /srv/stack/.runbook/steps/*/former 2>/dev/null || :`),
  ).toBe('fourth\n');
});
