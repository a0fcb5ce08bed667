/**
 * The command line that makes a service what its release says, for people. One service at a time, as the
 * engine starts them: Compose 2.26 takes `depends_on` for a part of a container's configuration, and would
 * create containers anew that differ in nothing else. Without what the login or a `.env` would add.
 */
import { quote } from '../../host/quote';

export function composeCommand(stack: string, directory: string, release: string, service: string): string {
  const file = `${directory}/.runbook/releases/${release}/compose.json`;
  const kept = ['DOCKER_HOST', 'DOCKER_CONTEXT'].map((name) => `\${${name}:+${name}="$${name}"}`);
  return `env -i PATH="$PATH" HOME="$HOME" ${kept.join(' ')} docker compose -p ${quote(stack)} --project-directory ${quote(directory)} --env-file /dev/null -f ${quote(file)} up -d --no-deps ${quote(service)}`;
}
