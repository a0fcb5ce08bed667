/** A plan without a change on stacks of 2 and of 30 services. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { round, Site } from './site';

export async function run(): Promise<object> {
  const two = await planOf(2);
  const thirty = await planOf(30);
  return {
    execs2: two.sessions,
    execs30: thirty.sessions,
    handshakes30: thirty.handshakes,
    seconds2: round(two.seconds),
    seconds30: round(thirty.seconds),
  };
}

async function planOf(count: number) {
  const site = await Site.open();
  try {
    const names = Array.from({ length: count }, (_, index) => `service${index + 1}`);
    const services = names.map((name) => `  ${name}:\n    image: localhost:5000/acme/static:v1\n`).join('');
    writeFileSync(join(site.workspace, 'docker-compose.prod.yml'), `services:\n${services}`);
    writeFileSync(
      join(site.workspace, 'runbook.yml'),
      `stack: many\ndirectory: /srv/stack\nversioned: []\nproxy: { service: null }\nmigration: { service: null }\n`,
    );
    await site.run('deploy', {});
    const plan = await site.run('deploy', { 'dry-run': 'true' });
    console.log(`${count} services: ${plan.sessions} channels, ${round(plan.seconds)} s`);
    return plan;
  } finally {
    await site.close();
  }
}
