/**
 * The command line with which a person brings a service to what its release says. For one service at a time, as the
 * engine does it: Compose 2.26 counts `depends_on` as part of a container's configuration, and would create containers
 * anew that differ in nothing else. The command leaves out variables of the login and of a `.env`.
 *
 * @param anew for changes that Compose does not see
 */
import { quote } from '../../host/quote';

export function composeCommand(
  stack: string,
  directory: string,
  release: string,
  service: string,
  anew = false,
): string {
  const file = `${directory}/.runbook/releases/${release}/compose.json`;
  const kept = ['DOCKER_HOST', 'DOCKER_CONTEXT'].map((name) => `\${${name}:+${name}="$${name}"}`);
  return `env -i PATH="$PATH" HOME="$HOME" ${kept.join(' ')} docker compose -p ${quote(stack)} --project-directory ${quote(directory)} --env-file /dev/null -f ${quote(file)} up -d --no-deps${anew ? ' --force-recreate' : ''} ${quote(service)}`;
}
